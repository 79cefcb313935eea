import { isWithin, levelOf } from '../ids';
import type { JournalEvent } from '../journal/events';
import type { AttemptState, JournalState } from '../journal/journalState';

/** What a person may look at: a stage, batch, thread or task by its id, or a workstream by its own. */
export type ChangeRange =
  /** Work of agents at one task or thread. */
  | {
      readonly kind: 'attempts';
      readonly thread: string;
      /** Where the first of these attempts began. */
      readonly base: string;
      /** The last commit; absent while there is none. */
      readonly head: string | undefined;
      /** Where the last attempt worked, absolute; absent in the user's own checkout. */
      readonly worktree: string | undefined;
      /** The last attempt is open, or ended without a commit: what it did is in its folder, if anywhere. */
      readonly isOpen: boolean;
      /** The integration branch right before it took `head`; absent while it did not. */
      readonly landedOn: string | undefined;
    }
  /** Merges into the integration branch: before the first one and after the last one. */
  | { readonly kind: 'merges'; readonly before: string; readonly after: string }
  /** A whole workstream: where its first run began, and the user's branch then (null: none was checked out). */
  | { readonly kind: 'workstream'; readonly base: string; readonly branch: string | null };

type Journalled = { readonly events: readonly JournalEvent[]; readonly state: JournalState };

/** Which commits show what was done at `id` by the journal; undefined when nothing was. */
export function changeRange(journal: Journalled, id: string): ChangeRange | undefined {
  switch (levelOf(id)) {
    case 'task':
    case 'thread':
      return attemptsRange(journal, id);
    case 'batch':
    case 'stage':
      return mergesRange(journal.events, id);
    case undefined: {
      const [first] = journal.state.runs;
      return first && { kind: 'workstream', base: first.base, branch: first.branch };
    }
  }
}

function attemptsRange({ events, state }: Journalled, id: string): ChangeRange | undefined {
  const all = [...state.attempts.values()];
  const own = all.filter(({ task }) => isWithin(task, id));
  const newest = own.at(-1);
  if (!newest) return undefined;
  const committed = own.findLast(({ commit }) => commit !== undefined);
  const isOpen = newest.finishedAt === undefined || newest.commit === undefined;
  const last = isOpen ? newest : (committed ?? newest);
  return {
    kind: 'attempts',
    thread: last.thread,
    base: baseOf(all, own, last, levelOf(id) === 'task'),
    head: committed?.commit,
    worktree: last.worktree,
    isOpen,
    landedOn: landedOn(events, state, last.thread),
  };
}

/** The attempts that went on in one place began where the first of them did; a task among several there, where the one before ended. */
function baseOf(all: readonly AttemptState[], own: readonly AttemptState[], last: AttemptState, isTask: boolean): string {
  const isSamePlace = (other: AttemptState) =>
    other.thread === last.thread && (last.worktree === undefined ? other.run === last.run : other.worktree === last.worktree);
  if (!isTask) return (own.find(({ run }) => run === last.run) ?? last).base;
  const first = own.find(isSamePlace) ?? last;
  const before = all.slice(0, all.indexOf(first)).findLast(other => isSamePlace(other) && other.commit !== undefined);
  return before?.commit ?? first.base;
}

/** What the integration branch was at before it took the thread's last commit. */
function landedOn(events: readonly JournalEvent[], { attempts }: JournalState, thread: string): string | undefined {
  let before: string | undefined;
  for (const event of events) {
    if (event.kind === 'merge.landed' && event.thread === thread) before = event.before;
    else if (event.kind === 'attempt.finished' && event.commit !== undefined && attempts.get(event.attempt)?.thread === thread) {
      before = undefined;
    }
  }
  return before;
}

function mergesRange(events: readonly JournalEvent[], id: string): ChangeRange | undefined {
  const merges = events.flatMap(event => (event.kind === 'merge.landed' && isWithin(event.thread, id) ? [event] : []));
  const [first] = merges;
  const last = merges.at(-1);
  return first && last && { kind: 'merges', before: first.before, after: last.commit };
}
