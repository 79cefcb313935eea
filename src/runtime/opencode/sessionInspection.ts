import { setTimeout as pause } from 'node:timers/promises';
import type { OpencodeClient } from '@opencode-ai/sdk/v2/client';
import { parseAttemptMetadata, type AttemptMetadata } from '../../domain/run/attemptMetadata';
import { isOpencodeError, OpencodeError } from './opencodeError';
import { readMessages } from './prompt';
import { request } from './request';
import { judgeCondition, type SessionCondition } from './sessionCondition';
import type { SessionMessage } from './sessionMessage';
import { repairSession, type Repair } from './sessionRepair';

/** Sessions that one directory may have: a person's too, where agents work in the main checkout. */
const mostSessions = 10_000;

/** How long an idle session must stay as it is before it counts as unfinished, in milliseconds: a prompt is stored before its session is busy. */
const settled = 1000;

/** Which attempt: those of different workstreams may have the same id, and work in the same directory. */
export type AttemptKey = Pick<AttemptMetadata, 'attempt' | 'stream'>;

/** The session of the client's directory that was made for the attempt, by `metadata.work`; the one that was used last if there are more. */
export async function findAttemptSession(
  client: OpencodeClient,
  { attempt, stream }: AttemptKey,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const sessions = await request('list sessions', { signal }, options =>
    client.session.list({ roots: true, limit: mostSessions }, options),
  );
  return sessions
    .filter(({ metadata }) => {
      const work = parseAttemptMetadata(metadata);
      return work?.attempt === attempt && work.stream === stream;
    })
    .sort((left, right) => right.time.updated - left.time.updated)[0]?.id;
}

/** @throws {OpencodeError} when the server cannot be asked. */
export async function readCondition(client: OpencodeClient, session: string, signal?: AbortSignal): Promise<SessionCondition> {
  try {
    const first = await look(client, session, signal);
    if (first === 'busy') return { kind: 'busy' };
    const condition = judgeCondition(first);
    if (condition.kind === 'finished') return condition;
    await pause(settled, undefined, { signal });
    const second = await look(client, session, signal);
    return second === 'busy' || second.length !== first.length ? { kind: 'busy' } : judgeCondition(second);
  } catch (error) {
    if (isOpencodeError(error, 'no-such-session')) return { kind: 'gone' };
    throw error;
  }
}

/** See `repairSession`. @throws {OpencodeError} `busy`, `no-such-session` */
export async function repairIdleSession(client: OpencodeClient, session: string, now: number, signal?: AbortSignal): Promise<Repair> {
  const messages = await look(client, session, signal);
  if (messages === 'busy') throw new OpencodeError('busy', 'The session is at work, so its history is left as it is.');
  return repairSession(client, session, messages, now, signal);
}

async function look(client: OpencodeClient, session: string, signal?: AbortSignal): Promise<'busy' | readonly SessionMessage[]> {
  const statuses = await request('read the state of sessions', { signal }, options => client.session.status({}, options));
  const status = statuses[session];
  return status && status.type !== 'idle' ? 'busy' : readMessages(client, session, signal);
}
