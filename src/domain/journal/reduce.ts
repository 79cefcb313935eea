import { afterAnswer, budgetKey, type BudgetKind, type BudgetState } from '../run/budget';
import { isWithin } from '../ids';
import { withoutThread } from '../merge/foreseen';
import { attemptChanges } from './attemptChanges';
import { effectChanges } from './effectChanges';
import type { JournalEvent } from './events';
import type { JournalState, MergeState, ResolutionState, RunState, ThreadRunState } from './journalState';
import { mergeAfter } from './mergeEnd';
import { optional, pick, type Put } from './stateChange';

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
      const { run, batch, threads, isolation, base, branch, only, goOn, merges, at } = event;
      const begun = { id: run, batch, threads, isolation, base, branch, startedAt: at };
      const started: RunState = { ...begun, ...optional({ only, goOn, merges }), merged: [], blocked: [] };
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
    case 'attempt.decided':
    case 'attempt.finished':
    case 'attempt.resumed':
    case 'attempt.paused':
    case 'attempt.judged':
    case 'attempt.changed':
    case 'attempt.messaged':
      return attemptChanges(state, event, put);
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
    case 'effect.intended':
    case 'effect.done':
    case 'effect.failed':
      return effectChanges(state, event, put);
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

type OfBudget = { readonly run: string; readonly budget: BudgetKind; readonly task?: string | undefined };

function budget(state: JournalState, event: OfBudget, change: (before: BudgetState) => BudgetState): Partial<JournalState> {
  const key = budgetKey(event.budget, event.task);
  const runs = state.runs.map(run =>
    run.id === event.run ? { ...run, budgets: { ...run.budgets, [key]: change(run.budgets?.[key] ?? {}) } } : run,
  );
  return { runs };
}

function merged(state: JournalState, id: string, put: Put, merge: MergeState): Partial<JournalState> {
  const thread = state.threads.get(id);
  return thread ? { threads: put(state.threads, id, { ...thread, merge }) } : {};
}

function readerCost(
  { readerCosts }: JournalState,
  { session, cost }: { readonly session?: string | undefined; readonly cost?: number | undefined },
): Pick<JournalState, 'readerCosts'> {
  return { readerCosts: session === undefined || cost === undefined ? readerCosts : [...readerCosts, { session, cost }] };
}
