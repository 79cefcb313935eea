import { stat } from 'node:fs/promises';
import type { Connection } from './connection';
import { request } from './request';

/** More than one server works on at a time. */
const mostRecent = 200;
const timeout = 30_000;

/** The directories of sessions that were changed since then, as far as they still exist. */
export async function recentDirectories(connection: Connection, since: number, signal?: AbortSignal): Promise<readonly string[]> {
  const sessions = await request('list sessions', { signal, timeout }, call =>
    connection.server.experimental.session.list({ limit: mostRecent }, call),
  );
  const recent = new Set(sessions.filter(({ time }) => time.updated >= since - 1000).map(({ directory }) => directory));
  const existing = await Promise.all([...recent].map(async directory => ((await exists(directory)) ? [directory] : [])));
  return existing.flat();
}

/**
 * Whether any session works or waits for an answer, in any directory. The server tells it by directory only; sessions that
 * were last changed before `since` (when the server started) cannot be busy.
 */
export async function isBusy(connection: Connection, since: number, signal?: AbortSignal): Promise<boolean> {
  for (const directory of await recentDirectories(connection, since, signal)) {
    const statuses = await request('read the state of sessions', { signal, timeout }, call =>
      connection.client(directory).session.status({}, call),
    );
    if (Object.values(statuses).some(({ type }) => type !== 'idle')) return true;
  }
  return false;
}

const exists = (directory: string) =>
  stat(directory).then(
    found => found.isDirectory(),
    () => false,
  );
