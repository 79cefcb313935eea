import { isUnmerged } from '../merge/unmerged';
import type { ThreadNode } from '../tree/nodes';
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

/** A thread whose work is done but has not reached the integration branch: a merge was cut off, or did not land. */
export function awaitsMerge(thread: Pick<ThreadNode, 'tasks' | 'merge'>): boolean {
  return (
    isFinishedThread(thread.tasks) &&
    (thread.merge === undefined || isUnmerged(thread.merge)) &&
    thread.tasks.some(task => task.attempts.some(attempt => attempt.commit !== undefined))
  );
}
