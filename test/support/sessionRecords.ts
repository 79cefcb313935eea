import type { AssistantMessage, Part, ToolState, UserMessage } from '@opencode-ai/sdk/v2/client';
import type { ServerEvent } from '../../src/runtime/opencode/serverEvent';
import type { SessionMessage } from '../../src/runtime/opencode/sessionMessage';

/** Messages, parts and events of one session as the server writes them. */
export const sessionID = 'ses_1';
const tokens = { input: 1, output: 2, reasoning: 3, cache: { read: 4, write: 5 } };
const model = { providerID: 'lab', modelID: 'scripted' };

export function userMessage(id: string, text: string): SessionMessage {
  const info: UserMessage = { id, sessionID, role: 'user', time: { created: 1 }, agent: 'build', model };
  return { info, parts: [{ id: `prt_of_${id}`, sessionID, messageID: id, type: 'text', text }] };
}

export function assistantMessage(
  id: string,
  parts: readonly Part[],
  more: Partial<AssistantMessage> = { time: { created: 1, completed: 2 }, finish: 'stop' },
): SessionMessage {
  const path = { cwd: '/', root: '/' };
  const info: AssistantMessage = {
    id,
    sessionID,
    role: 'assistant',
    time: { created: 1 },
    parentID: 'msg_0',
    mode: 'build',
    agent: 'build',
    path,
    cost: 1,
    tokens,
    ...model,
    ...more,
  };
  return { info, parts };
}

/** Ended unless `open`. */
export const textPart = (messageID: string, text: string, open = false): Part => ({
  id: `prt_text_of_${messageID}`,
  sessionID,
  messageID,
  type: 'text',
  text,
  time: open ? { start: 1 } : { start: 1, end: 2 },
});

export const toolPart = (messageID: string, state: ToolState): Part => ({
  id: `prt_tool_of_${messageID}`,
  sessionID,
  messageID,
  type: 'tool',
  callID: 'call_1',
  tool: 'bash',
  state,
});

export const runningTool: ToolState = { status: 'running', input: { command: 'ls' }, time: { start: 1 } };
export const finishedTool: ToolState = {
  status: 'completed',
  input: { command: 'ls' },
  output: 'a\n',
  title: 'ls',
  metadata: {},
  time: { start: 1, end: 2 },
};

export const stepPart = (messageID: string): Part => ({
  id: `prt_step_of_${messageID}`,
  sessionID,
  messageID,
  type: 'step-finish',
  reason: 'stop',
  cost: 1,
  tokens,
});

const directory = '/repository';
export const told = {
  message: ({ info }: SessionMessage): ServerEvent => ({ directory, type: 'message.updated', properties: { sessionID, info } }),
  part: (part: Part): ServerEvent => ({ directory, type: 'message.part.updated', properties: { sessionID, part, time: 1 } }),
  delta: (messageID: string, delta: string): ServerEvent => ({
    directory,
    type: 'message.part.delta',
    properties: { sessionID, messageID, partID: `prt_text_of_${messageID}`, field: 'text', delta },
  }),
  status: (type: 'busy' | 'idle', session = sessionID): ServerEvent => ({
    directory,
    type: 'session.status',
    properties: { sessionID: session, status: { type } },
  }),
  error: (message: string, name: 'UnknownError' | 'MessageAbortedError' = 'UnknownError'): ServerEvent => ({
    directory,
    type: 'session.error',
    properties: { sessionID, error: { name, data: { message } } },
  }),
};
