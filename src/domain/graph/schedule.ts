import { dependenciesAmong, type Dependencies, type Dependency } from './dependencies';
import { graphOrder, remainingWork } from './graphOrder';
import { overlappingPaths } from '../reservations/pathOverlap';

/** Why a thread's work will not be merged in this run. `outside`: it is no part of the run, and not merged. */
export const failings = ['blocked', 'failed', 'interrupted', 'stopped', 'cancelled', 'outside', 'circle'] as const;
export type Failing = (typeof failings)[number];

/** How a thread stands with a run. */
export type Standing =
  /** `merged`: its work is in, or it had none to bring in. `skipped`: every task of it was cancelled. */
  | { readonly kind: 'merged' | 'skipped' | 'waiting' }
  /**
   * An agent may be at work for it; `merging`: its work is done and on its way in; `held`: it has begun, but has nothing yet of the
   * files that it waits for, and keeps no place and no other thread from beginning.
   */
  | { readonly kind: 'working' | 'merging' | 'held' }
  | { readonly kind: 'ended'; readonly how: Failing };

export type ScheduledThread = {
  readonly id: string;
  /** Paths and globs that it says it changes; one that says none is held apart from nobody. */
  readonly files: readonly string[];
  /** How much work it is, in any unit. */
  readonly weight: number;
};

export type ScheduleInput = {
  /** The threads of the run, in the order of the plan. */
  readonly threads: readonly ScheduledThread[];
  /** Of the whole plan. */
  readonly dependencies: Dependencies;
  /** Of any thread of the plan. */
  readonly standing: (thread: string) => Standing;
  /** How many may be working at once. */
  readonly limit: number;
};

/** Why a thread does not begin yet: it waits for another's work, changes what another does, or for its turn. */
export type WaitReason =
  | { readonly kind: 'dependency'; readonly thread: string }
  | { readonly kind: 'files'; readonly thread: string; readonly files: readonly string[] }
  | { readonly kind: 'turn' };

/** A thread that cannot begin in this run: it depends on `dependency`, which is, or waits for, `cause`, which ended like that. */
export type Unreachable = { readonly thread: string; readonly dependency: string; readonly cause: string; readonly how: Failing };

export type Schedule = {
  /** What begins now, in this order: what has the most work waiting behind it comes first. */
  readonly start: readonly string[];
  readonly waiting: ReadonlyMap<string, readonly WaitReason[]>;
  readonly unreachable: readonly Unreachable[];
};

/**
 * What becomes of the threads of a run that did not begin yet. To be asked again whenever the standing of one changes: nothing waits
 * for more than what it depends on, a free place, and the end of those that change the same files.
 */
export function schedule({ threads, dependencies, standing, limit }: ScheduleInput): Schedule {
  const waitingThreads = threads.filter(({ id }) => standing(id).kind === 'waiting');
  const unreachable = unreachableAmong(waitingThreads, dependencies, standing);
  const lost = new Set(unreachable.map(({ thread }) => thread));
  const open = waitingThreads.filter(({ id }) => !lost.has(id));
  const waiting = new Map<string, readonly WaitReason[]>();
  const holding = threads.filter(({ id }) => ['working', 'merging'].includes(standing(id).kind));
  let free = limit - threads.filter(({ id }) => standing(id).kind === 'working').length;
  const start: string[] = [];
  for (const thread of byWorkBehind(open, dependencies)) {
    const missing = (dependencies.get(thread.id) ?? []).filter(dependency => !isMet(dependency, standing));
    const held = holding.flatMap(({ id, files }): readonly WaitReason[] => {
      const shared = overlappingPaths(thread.files, files);
      return shared.length === 0 ? [] : [{ kind: 'files', thread: id, files: shared }];
    });
    if (missing.length > 0) {
      waiting.set(
        thread.id,
        missing.map(dependency => ({ kind: 'dependency', thread: dependency.thread })),
      );
    } else if (held.length > 0) {
      waiting.set(thread.id, held);
    } else if (free <= 0) {
      waiting.set(thread.id, [{ kind: 'turn' }]);
    } else {
      start.push(thread.id);
      holding.push(thread);
      free--;
    }
  }
  return { start, waiting, unreachable };
}

/** The work is in. A thread that was skipped holds up only those that name it. */
function isMet({ thread, isDeclared }: Dependency, standing: ScheduleInput['standing']): boolean {
  const { kind } = standing(thread);
  return kind === 'merged' || (kind === 'skipped' && !isDeclared);
}

function byWorkBehind(threads: readonly ScheduledThread[], dependencies: Dependencies): readonly ScheduledThread[] {
  const weights = new Map(threads.map(({ id, weight }) => [id, weight]));
  const work = remainingWork(dependenciesAmong(dependencies, new Set(weights.keys())), id => weights.get(id) ?? 0);
  return threads.toSorted((left, right) => (work.get(right.id) ?? 0) - (work.get(left.id) ?? 0));
}

function unreachableAmong(
  threads: readonly ScheduledThread[],
  dependencies: Dependencies,
  standing: ScheduleInput['standing'],
): readonly Unreachable[] {
  const { levels } = graphOrder(dependencies);
  const lost = new Map<string, Unreachable>();
  const levelOf = (id: string) => levels.get(id) ?? Number.MAX_SAFE_INTEGER;
  for (const { id } of threads.toSorted((left, right) => levelOf(left.id) - levelOf(right.id))) {
    const found = whyUnreachable(id, dependencies.get(id) ?? [], { standing, lost, isInCircle: !levels.has(id) });
    if (found) lost.set(id, found);
  }
  return threads.flatMap(({ id }) => lost.get(id) ?? []);
}

type Known = {
  readonly standing: ScheduleInput['standing'];
  readonly lost: ReadonlyMap<string, Unreachable>;
  readonly isInCircle: boolean;
};

function whyUnreachable(
  thread: string,
  dependencies: readonly Dependency[],
  { standing, lost, isInCircle }: Known,
): Unreachable | undefined {
  for (const { thread: dependency, isDeclared } of dependencies) {
    const its = standing(dependency);
    const behind = lost.get(dependency);
    if (behind) return { thread, dependency, cause: behind.cause, how: behind.how };
    if (its.kind === 'ended') return { thread, dependency, cause: dependency, how: its.how };
    if (its.kind === 'skipped' && isDeclared) return { thread, dependency, cause: dependency, how: 'cancelled' };
  }
  const [first] = dependencies;
  return isInCircle && first ? { thread, dependency: first.thread, cause: first.thread, how: 'circle' } : undefined;
}
