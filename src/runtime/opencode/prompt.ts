import { setTimeout as pause } from 'node:timers/promises';
import type { OpencodeClient } from '@opencode-ai/sdk/v2/client';
import type { Logger } from '../../common/logger';
import type { ModelRef } from '../../domain/agents';
import { isOpencodeError, OpencodeError } from './opencodeError';
import { judgePrompt } from './promptState';
import { request } from './request';
import type { SessionEvents } from './sessionEvents';
import { readSessionError, type SessionMessage } from './sessionMessage';

export type Prompt = {
  readonly directory: string;
  readonly session: string;
  /** From `newMessageId` and `newPartId`; the same ones when the same prompt is sent again. */
  readonly messageId: string;
  readonly partId: string;
  readonly text: string;
  /** The server's default model when absent. */
  readonly model?: ModelRef | undefined;
  /** The server's default agent when absent. */
  readonly agent?: string | undefined;
};

/** How long a prompt may take to be stored before it is sent again, in milliseconds, and how often it is sent. */
const storedWithin = 15_000;
const sends = 3;

export type Delivery = { readonly client: OpencodeClient; readonly events: Pick<SessionEvents, 'onEvent'>; readonly logger: Logger };

/**
 * Puts a prompt into its session and waits until the server has stored it with its part, which its answer alone does not say.
 * One that is there already is not sent again; the same ids never make it appear twice. One that is not wholly there is sent again
 * with the same ids, but not after a later message of the user: the server would take the old question up anew.
 * @throws {OpencodeError} `no-such-session`, `superseded`, `not-stored` with the server's reason.
 */
export async function deliverPrompt({ client, events, logger }: Delivery, prompt: Prompt, signal?: AbortSignal): Promise<void> {
  const before = await readMessages(client, prompt.session, signal);
  if (before.some(({ info }) => info.id === prompt.messageId)) {
    const state = judgePrompt(before, { messageId: prompt.messageId, partIds: [prompt.partId] });
    if (state === 'stored') return;
    if (state === 'superseded') throw superseded();
  }
  const refusals: string[] = [];
  const subscription = events.onEvent(event => {
    if (event.type !== 'session.error' || event.properties.sessionID !== prompt.session) return;
    refusals.push(readSessionError(event.properties.error)?.message ?? 'it gave no reason.');
  });
  try {
    for (let sent = 1; sent <= sends; sent++) {
      if (refusals.length > 0) break;
      if (sent > 1) {
        if (hasLater(await readMessages(client, prompt.session, signal), before, prompt)) throw superseded();
        logger.warn(`prompt ${prompt.messageId} was not stored by the server; sending it again`);
      }
      await send(client, prompt, signal);
      const end = Date.now() + storedWithin;
      for (let wait = 25; Date.now() < end && refusals.length === 0; wait = Math.min(wait * 2, 250)) {
        if (await isStored(client, prompt, signal)) return;
        await pause(wait, undefined, { signal });
      }
    }
    if (await isStored(client, prompt, signal)) return;
  } finally {
    subscription.dispose();
  }
  const [reason = 'look into its log.'] = refusals;
  throw new OpencodeError('not-stored', `The opencode server did not take the prompt: ${reason}`);
}

/** In order. @throws {OpencodeError} `no-such-session` */
export function readMessages(client: OpencodeClient, session: string, signal?: AbortSignal): Promise<readonly SessionMessage[]> {
  return request('read the messages of the session', { signal }, options => client.session.messages({ sessionID: session }, options));
}

/** Undefined when the session has no such message. @throws {OpencodeError} */
export async function readMessage(
  client: OpencodeClient,
  session: string,
  messageId: string,
  signal?: AbortSignal,
): Promise<SessionMessage | undefined> {
  try {
    return await request('read the message', { signal }, options =>
      client.session.message({ sessionID: session, messageID: messageId }, options),
    );
  } catch (error) {
    if (isOpencodeError(error, 'no-such-session')) return undefined;
    throw error;
  }
}

/** By what was there before, not by the ids' times: a clock may have been set back. */
function hasLater(now: readonly SessionMessage[], before: readonly SessionMessage[], { messageId }: Prompt): boolean {
  const known = new Set([messageId, ...before.map(({ info }) => info.id)]);
  return now.some(({ info }) => info.role === 'user' && !known.has(info.id));
}

const superseded = () =>
  new OpencodeError('superseded', 'The prompt was not sent: the session got a later message before the server had stored this one.');

async function isStored(client: OpencodeClient, { session, messageId, partId }: Prompt, signal?: AbortSignal): Promise<boolean> {
  const message = await readMessage(client, session, messageId, signal);
  return message?.parts.some(({ id }) => id === partId) ?? false;
}

async function send(
  client: OpencodeClient,
  { session, messageId, partId, text, model, agent }: Prompt,
  signal?: AbortSignal,
): Promise<void> {
  const chosen = model ? { model: { providerID: model.providerID, modelID: model.modelID }, variant: model.variant } : {};
  const parameters = { sessionID: session, messageID: messageId, parts: [{ id: partId, type: 'text' as const, text }], agent, ...chosen };
  await request('send the prompt', { signal }, options => client.session.promptAsync(parameters, options));
}
