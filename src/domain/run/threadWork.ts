import type { AttemptState, MergeState, RunState } from '../journal/journalState';
import { isUnmerged } from '../merge/unmerged';
import { isDone, type TaskStatus } from '../taskStatus';

type TaskLike = { readonly id: string; readonly status: TaskStatus };

/**
 * The tasks a run takes of a thread, in order: everything that is neither completed nor cancelled.
 * Blocked tasks are tried again; a task in progress has no live attempt when a run begins.
 */
export function tasksToRun<T extends TaskLike>(tasks: readonly T[]): readonly T[] {
  return tasks.filter(task => !isDone(task.status));
}

/** All tasks completed or cancelled, at least one completed: only such a thread is merged. */
export function isFinishedThread(tasks: readonly TaskLike[]): boolean {
  return tasks.length > 0 && tasks.every(task => isDone(task.status)) && tasks.some(task => task.status === 'completed');
}

/**
 * A thread's work is done but has not reached the integration branch: its merge was cut off, or did not land.
 * @param attempts at its tasks
 * @param runs those of the journal: what was done in some is not to be merged
 */
export function awaitsMerge(
  tasks: readonly TaskLike[],
  merge: MergeState | undefined,
  attempts: readonly Pick<AttemptState, 'run' | 'commit'>[],
  runs: readonly Pick<RunState, 'id' | 'merges'>[],
): boolean {
  const keeps = new Set(runs.flatMap(({ id, merges }) => (merges === false ? [id] : [])));
  const hasWork = attempts.some(({ run, commit }) => commit !== undefined && !keeps.has(run));
  return isFinishedThread(tasks) && (merge === undefined || isUnmerged(merge)) && hasWork;
}
