import { afterAnswer, budgetKey, type BudgetKind, type BudgetState } from '../run/budget';
import { isWithin } from '../ids';
import { withoutThread } from '../merge/foreseen';
import type { EffectKind, JournalEvent, JsonValue } from './events';
import type { AttemptState, EffectState, JournalState, MergeState, ResolutionState, RunState, ThreadRunState } from './journalState';
import { mergeAfter } from './mergeEnd';

export const emptyJournalState: JournalState = {
  lastSeq: 0,
  epoch: 0,
  runs: [],
  attempts: new Map(),
  threads: new Map(),
  effects: new Map(),
  validations: [],
  foreseen: [],
  returns: [],
  resolutions: [],
  resolved: [],
  deliveries: [],
  reviews: [],
  unreachable: [],
  held: [],
  readerCosts: [],
};

/** Gives a map with one entry changed. */
type Put = <V>(map: ReadonlyMap<string, V>, key: string, value: V) => ReadonlyMap<string, V>;
const putInCopy: Put = (map, key, value) => new Map(map).set(key, value);

/**
 * The state after one more event. A line of a lower epoch than one seen before changes nothing (its writer had been
 * replaced without knowing), nor does an event that speaks of something that never began.
 */
export function reduce(state: JournalState, event: JournalEvent): JournalState {
  return step(state, event, putInCopy);
}

/** `reduce` over many events, without a copy for each. */
export function foldJournal(events: Iterable<JournalEvent>, from: JournalState = emptyJournalState): JournalState {
  const own = new Set<unknown>();
  const putInOwn: Put = (map, key, value) => {
    const target = own.has(map) ? (map as Map<string, typeof value>) : new Map(map);
    own.add(target);
    return target.set(key, value);
  };
  let state = from;
  for (const event of events) state = step(state, event, putInOwn);
  return state;
}

function step(state: JournalState, event: JournalEvent, put: Put): JournalState {
  if (event.epoch < state.epoch) return state;
  return { ...state, ...changes(state, event, put), lastSeq: Math.max(state.lastSeq, event.seq), epoch: event.epoch };
}

function changes(state: JournalState, event: JournalEvent, put: Put): Partial<JournalState> {
  switch (event.kind) {
    case 'run.started': {
      const { run, batch, threads, isolation, base, branch, only, goOn, at } = event;
      const begun = { id: run, batch, threads, isolation, base, branch, startedAt: at };
      const started: RunState = { ...begun, ...optional({ only, goOn }), merged: [], blocked: [] };
      const unreachable = state.unreachable.filter(({ thread }) => !threads.includes(thread));
      return { runs: [...state.runs.filter(({ id }) => id !== run), started], unreachable };
    }
    case 'run.finished': {
      const { outcome, merged, blocked, at } = event;
      const runs = state.runs.map(run => (run.id === event.run ? { ...run, outcome, merged, blocked, finishedAt: at } : run));
      return { runs, foreseen: [], held: [] };
    }
    case 'thread.started': {
      const { thread, run, at } = event;
      const unreachable = state.unreachable.filter(each => each.thread !== thread);
      return { threads: put<ThreadRunState>(state.threads, thread, { thread, run, startedAt: at }), unreachable };
    }
    case 'thread.held': {
      const { run, thread, reason } = event;
      if (state.threads.get(thread)?.run !== run) return {};
      const others = state.held.filter(each => each.thread !== thread);
      return { held: reason === null ? others : [...others, { thread, reason }] };
    }
    case 'thread.unreachable': {
      const others = state.unreachable.filter(({ thread }) => thread !== event.thread);
      return { unreachable: [...others, pick(event, 'run', 'thread', 'dependency', 'cause', 'reason', 'at')] };
    }
    case 'thread.finished': {
      const thread = state.threads.get(event.thread);
      if (thread?.run !== event.run) return {};
      const { outcome, reason, at } = event;
      const ended = { ...thread, outcome, finishedAt: at, ...optional({ reason }) };
      return { threads: put(state.threads, event.thread, ended), held: state.held.filter(each => each.thread !== event.thread) };
    }
    case 'attempt.started':
      return { attempts: put(state.attempts, event.attempt, startedAttempt(state, event)) };
    case 'attempt.decided': {
      const attempt = state.attempts.get(event.attempt);
      if (!attempt || attempt.finishedAt !== undefined) return {};
      const { was, reason, report, commit, cause } = event;
      const decided = { ...pick(event, 'outcome', 'status', 'next', 'at'), ...optional({ was, reason, report, commit, cause }) };
      return { attempts: put<AttemptState>(state.attempts, event.attempt, { ...attempt, decided }) };
    }
    case 'attempt.finished': {
      const attempt = state.attempts.get(event.attempt);
      if (!attempt) return {};
      const { outcome, reason, commit, report, cost, tokens, turns, at } = event;
      const { paused: _, ...rest } = attempt;
      const finished = { ...rest, outcome, finishedAt: at, ...optional({ reason, commit, report, cost, tokens, turns }) };
      return { attempts: put<AttemptState>(state.attempts, event.attempt, finished) };
    }
    case 'attempt.resumed': {
      const attempt = state.attempts.get(event.attempt);
      if (!attempt) return {};
      const { health: _, ...unjudged } = attempt; // what an earlier driver saw is over
      return { attempts: put<AttemptState>(state.attempts, event.attempt, unjudged) };
    }
    case 'attempt.paused': {
      const attempt = state.attempts.get(event.attempt);
      return attempt ? { attempts: put<AttemptState>(state.attempts, event.attempt, { ...attempt, paused: event.reason }) } : {};
    }
    case 'attempt.judged': {
      const attempt = state.attempts.get(event.attempt);
      if (!attempt) return {};
      const health = pick(event, 'state', 'since', 'reason');
      return { attempts: put<AttemptState>(state.attempts, event.attempt, { ...attempt, health }) };
    }
    case 'attempt.changed': {
      const attempt = state.attempts.get(event.attempt);
      return attempt ? { attempts: put<AttemptState>(state.attempts, event.attempt, { ...attempt, changes: event.files }) } : {};
    }
    case 'attempt.messaged': {
      const attempt = state.attempts.get(event.attempt);
      if (!attempt || event.about === undefined) return {};
      return { attempts: put<AttemptState>(state.attempts, event.attempt, { ...attempt, asked: true }) };
    }
    case 'conflicts.foreseen':
      return { foreseen: event.conflicts };
    case 'merge.landed':
    case 'merge.empty': {
      const foreseen = withoutThread(state.foreseen, event.thread);
      const isSame = event.kind === 'merge.empty' || !state.reviews.some(({ stage }) => isWithin(event.thread, stage));
      const reviews = isSame ? state.reviews : state.reviews.filter(({ stage }) => !isWithin(event.thread, stage));
      const unreachable = state.unreachable.filter(({ dependency, cause }) => dependency !== event.thread && cause !== event.thread);
      return { ...merged(state, event.thread, put, mergeAfter(event)), foreseen, reviews, unreachable };
    }
    case 'merge.conflicted':
    case 'merge.rejected':
      return merged(state, event.thread, put, mergeAfter(event));
    case 'merge.returned':
      return { returns: [...state.returns, pick(event, 'run', 'thread', 'task', 'attempt', 'number', 'reason', 'at')] };
    case 'merge.validated':
      return { validations: [...state.validations, pick(event, 'commit', 'threads', 'commands', 'confirms', 'at')] };
    case 'merge.resolved':
      return { resolved: [...state.resolved, pick(event, 'thread', 'commit', 'by', 'files', 'at')] };
    case 'resolution.opened': {
      const opened = pick(event, 'thread', 'number', 'worktree', 'ours', 'theirs', 'tip', 'files', 'at');
      return { resolutions: [...state.resolutions, opened] };
    }
    case 'resolution.closed': {
      const isMeant = ({ thread, number }: ResolutionState) => thread === event.thread && number === event.number;
      return { resolutions: state.resolutions.map(each => (isMeant(each) ? { ...each, closed: event.how } : each)) };
    }
    case 'stage.reviewed': {
      const review = pick(event, 'stage', 'tip', 'agent', 'verdict', 'text', 'at');
      const reviews = [...state.reviews.filter(({ stage }) => stage !== event.stage), review];
      return { reviews, ...readerCost(state, event) };
    }
    case 'plan.populated':
      return readerCost(state, event);
    case 'stage.delivered': {
      const delivered = {
        state: 'delivered' as const,
        ...pick(event, 'stage', 'branch', 'before', 'commit', 'at'),
        ...optional({ key: event.key }),
      };
      return { deliveries: [...state.deliveries, delivered] };
    }
    case 'delivery.refused': {
      const { key, halfWay, red } = event;
      const facts = pick(event, 'stage', 'action', 'branch', 'reason', 'files', 'at');
      return { deliveries: [...state.deliveries, { state: 'refused', ...facts, ...optional({ key, halfWay, red }) }] };
    }
    case 'delivery.undone':
      return { deliveries: [...state.deliveries, { state: 'undone', ...pick(event, 'stage', 'branch', 'before', 'commit', 'key', 'at') }] };
    case 'budget.warned':
      return budget(state, event, before => ({ ...before, warned: event.limit }));
    case 'budget.reached':
      return budget(state, event, before => ({ ...before, reached: true }));
    case 'budget.answered':
      return budget(state, event, before => afterAnswer(before, event));
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
    case 'run.resumed':
    case 'merge.diagnosed':
    case 'attempt.stepped':
    case 'task.reported':
    case 'integration.updated':
    case 'limit.changed':
    case 'plan.approved':
    case 'plan.revoked':
    case 'file.changed':
    case 'stage.approved':
    case 'stage.revoked':
      return {}; // history for people: their truth is in the files of work/ and in git
    default:
      event satisfies never;
      return {};
  }
}

function startedAttempt(state: JournalState, event: Extract<JournalEvent, { kind: 'attempt.started' }>): AttemptState {
  const { attempt: id, at, worktree, branch, resumes, message } = event;
  const session = sessionIn(state.effects.get(sessionKey(id)));
  return {
    id,
    ...pick(event, 'task', 'thread', 'run', 'number', 'record', 'agent', 'model', 'base'),
    startedAt: at,
    ...optional({ worktree, branch, resumes, message, session }),
  };
}

type OfBudget = { readonly run: string; readonly budget: BudgetKind; readonly task?: string | undefined };

function budget(state: JournalState, event: OfBudget, change: (before: BudgetState) => BudgetState): Partial<JournalState> {
  const key = budgetKey(event.budget, event.task);
  const runs = state.runs.map(run =>
    run.id === event.run ? { ...run, budgets: { ...run.budgets, [key]: change(run.budgets?.[key] ?? {}) } } : run,
  );
  return { runs };
}

/** A paused agent that is spoken to goes on. */
function unpaused(state: JournalState, key: string, put: Put): Partial<JournalState> {
  const attempt = state.attempts.get(key.replace(/\/prompt\/\d+$/, ''));
  if (attempt?.paused === undefined) return {};
  const { paused: _, ...rest } = attempt;
  return { attempts: put<AttemptState>(state.attempts, attempt.id, rest) };
}

function merged(state: JournalState, id: string, put: Put, merge: MergeState): Partial<JournalState> {
  const thread = state.threads.get(id);
  return thread ? { threads: put(state.threads, id, { ...thread, merge }) } : {};
}

/** The effect as it was intended; when the line of the intent is lost, as much as its end tells. */
function begun(state: JournalState, kind: EffectKind, key: string, at: string): EffectState {
  const known = state.effects.get(key);
  return known
    ? { key, kind, state: 'intended', intent: known.intent, intendedAt: known.intendedAt }
    : { key, kind, state: 'intended', intent: null, intendedAt: at };
}

const sessionSuffix = '/session';
const sessionKey = (attempt: string) => `${attempt}${sessionSuffix}`;

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

function pick<T, K extends keyof T>(from: T, ...keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map(key => [key, from[key]])) as Pick<T, K>;
}

/** Without the properties that are undefined, so that a state is the same after a trip through JSON. */
function optional<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function readerCost(
  { readerCosts }: JournalState,
  { session, cost }: { readonly session?: string | undefined; readonly cost?: number | undefined },
): Pick<JournalState, 'readerCosts'> {
  return { readerCosts: session === undefined || cost === undefined ? readerCosts : [...readerCosts, { session, cost }] };
}
