import { realpath } from 'node:fs/promises';
import * as z from 'zod';
import { parseAttemptMetadata, type AttemptMetadata } from '../domain/run/attemptMetadata';
import type { SessionClient } from './opencodeHooks';

const session = z.object({ parentID: z.string().nullish(), directory: z.string(), metadata: z.unknown().optional() });
const deepest = 16;

/** What a session works for; `session` is the one that was made for it: a sub-agent's is another. */
export type SessionAttempt = AttemptMetadata & { readonly session: string };

/**
 * The attempt that a session works for: its own, or the one of the session whose sub-agent it is. Undefined for every other
 * session, which is left alone, and for one that stands in another folder than its attempt.
 */
export async function attemptOfSession(client: SessionClient, sessionId: string | undefined): Promise<SessionAttempt | undefined> {
  let next = sessionId;
  for (let depth = 0; next !== undefined && depth < deepest; depth++) {
    const { data } = await client.session.get({ path: { id: next } });
    const found = session.safeParse(data);
    if (!found.success) return undefined;
    const attempt = parseAttemptMetadata(found.data.metadata);
    if (attempt) return (await isSameFolder(attempt.worktree, found.data.directory)) ? { ...attempt, session: next } : undefined;
    next = found.data.parentID ?? undefined;
  }
  return undefined;
}

async function isSameFolder(left: string, right: string): Promise<boolean> {
  if (left === right) return true;
  try {
    return (await realpath(left)) === (await realpath(right));
  } catch {
    return false;
  }
}
