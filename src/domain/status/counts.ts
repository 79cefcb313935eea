import { isDone, type TaskStatus } from '../taskStatus';
import type { Counts } from '../tree/nodes';

export function countTasks(statuses: readonly TaskStatus[]): Counts {
  const of = (status: TaskStatus) => statuses.filter(other => other === status).length;
  return {
    total: statuses.length,
    completed: of('completed'),
    cancelled: of('cancelled'),
    inProgress: of('in_progress'),
    blocked: of('blocked'),
    pending: of('pending'),
  };
}

export function addCounts(left: Counts, right: Counts): Counts {
  return {
    total: left.total + right.total,
    completed: left.completed + right.completed,
    cancelled: left.cancelled + right.cancelled,
    inProgress: left.inProgress + right.inProgress,
    blocked: left.blocked + right.blocked,
    pending: left.pending + right.pending,
  };
}

/** Tasks that never run again. */
export const doneCount = (counts: Counts) => counts.completed + counts.cancelled;

/** Completed and cancelled of all, 0 to 100, rounded; 0 without tasks. */
export function percentDone(counts: Counts): number {
  return counts.total === 0 ? 0 : Math.round((doneCount(counts) / counts.total) * 100);
}

/** A person decided against all of it: nothing of it will be done or merged, so nothing of it waits for anybody. */
export const isDropped = (statuses: readonly TaskStatus[]) => statuses.length > 0 && statuses.every(status => status === 'cancelled');

export const allDone = (statuses: readonly TaskStatus[]) => statuses.every(isDone);
