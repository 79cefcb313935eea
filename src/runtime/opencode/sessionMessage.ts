import type { AssistantMessage, Message, Part, SessionStatus, ToolPart } from '@opencode-ai/sdk/v2/client';
import * as z from 'zod';
import type { TokenCounts } from '../../domain/journal/events';
import type { StatusActivity, ToolActivity } from './activity';

/** A message as the server stores it, with its parts in order. */
export type SessionMessage = { readonly info: Message; readonly parts: readonly Part[] };

/** What went wrong in a session, as the provider or opencode names it. */
export type SessionError = {
  /** `APIError`, `ProviderAuthError`, `MessageAbortedError`, `UnknownError`, … */
  readonly name: string;
  readonly message: string;
  readonly statusCode?: number | undefined;
  readonly retryable?: boolean | undefined;
};

/** The name of the error of a turn that was aborted. */
export const abortedName = 'MessageAbortedError';

const errorSchema = z.object({
  name: z.string(),
  data: z.object({ message: z.string().optional(), statusCode: z.number().optional(), isRetryable: z.boolean().optional() }).optional(),
});

/** Reads the error of a message or of an event; undefined when there is none. Of a stack only the first line is a message. */
export function readSessionError(value: unknown): SessionError | undefined {
  if (value === undefined || value === null) return undefined;
  const { name, data } = errorSchema.safeParse(value).data ?? { name: 'UnknownError', data: { message: JSON.stringify(value) } };
  const message = (data?.message ?? name).replace(/\n\s+at [\s\S]*$/, '');
  const { statusCode, isRetryable: retryable } = data ?? {};
  return { name, message, ...(statusCode === undefined ? {} : { statusCode }), ...(retryable === undefined ? {} : { retryable }) };
}

export function readTokens(tokens: AssistantMessage['tokens']): TokenCounts {
  const { input, output, reasoning, cache } = tokens;
  return { input, output, reasoning, cacheRead: cache.read, cacheWrite: cache.write };
}

export function readTool({ messageID, callID, tool, state }: ToolPart): ToolActivity {
  const metadata = 'metadata' in state ? state.metadata : undefined;
  const text = (key: string) => (typeof metadata?.[key] === 'string' && metadata[key] !== '' ? metadata[key] : undefined);
  const call = { type: 'tool', messageId: messageID, callId: callID, tool, state: state.status, input: state.input } as const;
  const given = (fields: Partial<ToolActivity>): ToolActivity => ({
    ...call,
    ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
  });
  switch (state.status) {
    case 'pending':
      return call;
    case 'running':
      return given({ title: state.title, output: text('output'), startedAt: state.time.start });
    case 'completed':
      return given({ title: state.title, output: state.output, startedAt: state.time.start, endedAt: state.time.end, diff: text('diff') });
    case 'error':
      return given({ error: state.error, startedAt: state.time.start, endedAt: state.time.end });
  }
}

export function readStatus(status: SessionStatus): StatusActivity {
  if (status.type !== 'retry') return { type: 'status', status: status.type };
  return { type: 'status', status: 'retry', attempt: status.attempt, message: status.message, next: status.next };
}
