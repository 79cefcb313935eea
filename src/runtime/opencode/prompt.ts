import { setTimeout as pause } from 'node:timers/promises';
import type { OpencodeClient } from '@opencode-ai/sdk/v2/client';
import type { Logger } from '../../common/logger';
import type { ModelRef } from '../../domain/agents';
import { isOpencodeError, OpencodeError } from './opencodeError';
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
 * One that is there already is not sent again; the same ids never make it appear twice.
 * @throws {OpencodeError} `no-such-session`, `not-stored` with the server's reason.
 */
export async function deliverPrompt({ client, events, logger }: Delivery, prompt: Prompt, signal?: AbortSignal): Promise<void> {
  if (await isStored(client, prompt, signal)) return;
  const refusals: string[] = [];
  const subscription = events.onEvent(event => {
    if (event.type !== 'session.error' || event.properties.sessionID !== prompt.session) return;
    refusals.push(readSessionError(event.properties.error)?.message ?? 'it gave no reason.');
  });
  try {
    for (let sent = 1; sent <= sends; sent++) {
      if (refusals.length > 0) break;
      if (sent > 1) logger.warn(`prompt ${prompt.messageId} was not stored by the server; sending it again`);
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
