import type { OpencodeClient, ToolPart } from '@opencode-ai/sdk/v2/client';
import { request } from './request';
import { cutCall, cutOffError, isStuck } from './sessionCondition';
import type { SessionMessage } from './sessionMessage';

export type Repair = {
  /** The tool call that was cut off, in words; undefined when none was. */
  readonly cut: string | undefined;
};

/**
 * Makes the history of an idle session fit to go on with: a tool call that never ended becomes one that failed, with a reason
 * the model can read, and an answer that was begun without a tool call is deleted, for providers refuse an empty one. Nothing in
 * the working tree is touched. Doing it again changes nothing. @throws {OpencodeError}
 */
export async function repairSession(
  client: OpencodeClient,
  session: string,
  messages: readonly SessionMessage[],
  now: number,
  signal?: AbortSignal,
): Promise<Repair> {
  for (const { info, parts } of messages) {
    for (const part of parts.filter(isStuck)) await failCall(client, part, now, signal);
    if (info.role !== 'assistant' || info.time.completed !== undefined || parts.some(({ type }) => type === 'tool')) continue;
    await request('delete an answer that was cut off', { signal }, options =>
      client.session.deleteMessage({ sessionID: session, messageID: info.id }, options),
    );
  }
  return { cut: cutCall(messages.at(-1)?.parts ?? []) };
}

function failCall(client: OpencodeClient, part: ToolPart, now: number, signal?: AbortSignal): Promise<unknown> {
  const { state, messageID, sessionID, id } = part;
  const start = 'time' in state ? state.time.start : now;
  const metadata = 'metadata' in state && state.metadata !== undefined ? { metadata: state.metadata } : {};
  const failed = {
    ...part,
    state: { status: 'error', input: state.input, error: cutOffError, ...metadata, time: { start, end: now } },
  } as const;
  return request('end a tool call that was cut off', { signal }, options =>
    client.part.update({ sessionID, messageID, partID: id, part: failed }, options),
  );
}
