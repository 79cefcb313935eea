import { normalizeId } from '../ids';
import type { JsonValue } from '../journal/events';
import { entriesOf, stamp } from './entries';
import { editJson, type JsonChange } from './jsonEdit';
import type { SessionRecord } from './records';

/** What a thread's entry holds besides its sessions; undefined leaves it as it is. */
export type ThreadExtra = {
  /** Relative to `work/`, with `/`. */
  readonly promptPath?: string | undefined;
  readonly currentSessionId?: string | undefined;
  readonly opencodeSessionId?: string | undefined;
};

export type SessionChange = Partial<Omit<SessionRecord, 'sessionId'>>;

/**
 * Adds the session to its thread, or changes the one of that id; a thread that is not there yet is appended. A running session
 * becomes the thread's current one, one that is over stops being it. `at` is an ISO time.
 */
export function upsertSession(text: string, threadId: string, session: SessionRecord, extra: ThreadExtra, at: string): string {
  const { promptPath, opencodeSessionId, currentSessionId = session.status === 'running' ? session.sessionId : undefined } = extra;
  const held = changeThread(text, threadId, { promptPath }, at);
  const { place, sessions } = find(held, threadId);
  const { sessionId, ...change } = session;
  const edited =
    changeSession(held, threadId, sessionId, change, at) ??
    editJson(held, [{ path: ['threads', place, 'sessions', sessions.length], value: sessionEntry(session), insert: true }]);
  return changeThread(edited, threadId, { currentSessionId, opencodeSessionId }, at);
}

/** undefined when the thread has no such session. */
export function changeSession(text: string, threadId: string, sessionId: string, change: SessionChange, at: string): string | undefined {
  const { place, sessions, currentSessionId } = find(text, threadId);
  const index = sessions.indexOf(sessionId);
  if (index < 0) return undefined;
  const changes = setters(['threads', place, 'sessions', index], change);
  const isOver = change.status !== undefined && change.status !== 'running';
  if (isOver && currentSessionId === sessionId) changes.push({ path: ['threads', place, 'currentSessionId'], value: undefined });
  return editJson(text, [stamp('threads', at), ...changes]);
}

/** Changes a thread's own fields and leaves its sessions alone; a thread that is not there yet is appended. */
export function changeThread(text: string, threadId: string, extra: ThreadExtra, at: string): string {
  const { place, end } = find(text, threadId);
  if (place >= 0) return editJson(text, [stamp('threads', at), ...setters(['threads', place], extra)]);
  const { promptPath, ...others } = defined(extra);
  const entry = { threadId: normalizeId(threadId) ?? threadId, ...defined({ promptPath }), sessions: [], ...others };
  return editJson(text, [stamp('threads', at), { path: ['threads', end], value: entry, insert: true }]);
}

function setters(path: readonly (string | number)[], fields: Readonly<Record<string, JsonValue | undefined>>): JsonChange[] {
  return Object.entries(defined(fields)).map(([key, value]) => ({ path: [...path, key], value }));
}

function sessionEntry({ completedAt, status, exitCode, ...session }: SessionRecord): JsonValue {
  const { sessionId, agentName, model, startedAt } = session;
  return { sessionId, agentName, model, startedAt, ...defined({ completedAt }), status, ...defined({ exitCode }) };
}

type Found = {
  /** In the list of threads; -1 when it is not there. */
  readonly place: number;
  /** How many threads there are. */
  readonly end: number;
  readonly sessions: readonly unknown[];
  readonly currentSessionId: unknown;
};

function find(text: string, threadId: string): Found {
  const wanted = normalizeId(threadId) ?? threadId;
  const entries = entriesOf(text, 'threads');
  const place = entries.findIndex(
    entry => typeof entry.threadId === 'string' && (normalizeId(entry.threadId) ?? entry.threadId) === wanted,
  );
  const { sessions, currentSessionId } = entries[place] ?? {};
  const ids = Array.isArray(sessions) ? sessions.map((session: { sessionId?: unknown } | null) => session?.sessionId) : [];
  return { place, end: entries.length, sessions: ids, currentSessionId };
}

function defined(fields: Readonly<Record<string, JsonValue | undefined>>): Record<string, JsonValue> {
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined));
}
