import type { EffectKind, JournalEvent, JsonValue } from './events';
import type { AttemptState, EffectState, JournalState } from './journalState';
import type { Put } from './stateChange';

type EffectEvent = Extract<JournalEvent, { kind: 'effect.intended' | 'effect.done' | 'effect.failed' }>;

/** What an effect's line changes: the effect itself, and what its evidence tells of the attempt that it belongs to. */
export function effectChanges(state: JournalState, event: EffectEvent, put: Put): Partial<JournalState> {
  switch (event.kind) {
    case 'effect.intended': {
      const { effect: kind, key, intent, at } = event;
      const effects = put<EffectState>(state.effects, key, { key, kind, state: 'intended', intent, intendedAt: at });
      return { effects, ...(kind === 'prompt' ? unpaused(state, key, put) : {}) };
    }
    case 'effect.done': {
      const { effect, key, evidence } = event;
      const done = { ...begun(state, effect, key, event.at), state: 'done' as const, evidence };
      const effects = put<EffectState>(state.effects, key, done);
      return { effects, ...attemptSession(state, key, sessionIn(done), put), ...attemptPlace(state, done, put) };
    }
    case 'effect.failed': {
      const { effect, key, reason } = event;
      return { effects: put<EffectState>(state.effects, key, { ...begun(state, effect, key, event.at), state: 'failed', reason }) };
    }
  }
}

/** The session that was made for an attempt; undefined while there is none. */
export const sessionOf = (state: JournalState, attempt: string): string | undefined =>
  sessionIn(state.effects.get(`${attempt}${sessionSuffix}`));

/** A paused agent that is spoken to goes on. */
function unpaused(state: JournalState, key: string, put: Put): Partial<JournalState> {
  const attempt = state.attempts.get(key.replace(/\/prompt\/\d+$/, ''));
  if (attempt?.paused === undefined) return {};
  const { paused: _, ...rest } = attempt;
  return { attempts: put<AttemptState>(state.attempts, attempt.id, rest) };
}

/** The effect as it was intended; when the line of the intent is lost, as much as its end tells. */
function begun(state: JournalState, kind: EffectKind, key: string, at: string): EffectState {
  const known = state.effects.get(key);
  return known
    ? { key, kind, state: 'intended', intent: known.intent, intendedAt: known.intendedAt }
    : { key, kind, state: 'intended', intent: null, intendedAt: at };
}

const sessionSuffix = '/session';

function attemptSession(state: JournalState, key: string, session: string | undefined, put: Put): Partial<JournalState> {
  const attempt = key.endsWith(sessionSuffix) ? state.attempts.get(key.slice(0, -sessionSuffix.length)) : undefined;
  return attempt && session !== undefined ? { attempts: put(state.attempts, attempt.id, { ...attempt, session }) } : {};
}

/** Where the opencode server put the attempt's worktree; for one of ours, the attempt's start has told it. */
function attemptPlace(state: JournalState, { kind, key, evidence }: EffectState, put: Put): Partial<JournalState> {
  const attempt = kind === 'worktree' ? state.attempts.get(key.replace(/\/worktree$/, '')) : undefined;
  const [worktree, branch] = [stringProperty(evidence, 'path'), stringProperty(evidence, 'branch')];
  if (!attempt || worktree === undefined || branch === undefined) return {};
  return { attempts: put<AttemptState>(state.attempts, attempt.id, { ...attempt, worktree, branch }) };
}

function sessionIn(effect: EffectState | undefined): string | undefined {
  return effect?.kind === 'session' && effect.state === 'done' ? stringProperty(effect.evidence, 'session') : undefined;
}

function stringProperty(value: JsonValue | undefined, name: string): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const property = value[name];
  return typeof property === 'string' ? property : undefined;
}
