import { ancestorId, compareIds, levelOf } from '../ids';
import { isDone, type TaskStatus } from '../taskStatus';

/**
 * The first batch, in numeric order, with something left to do; null when all are done. A batch is done when every task of it
 * is completed or cancelled, every thread that the plan gives it has a task, and no thread's work is still to be merged. One
 * whose tasks are all blocked is not skipped: batches are serial. Tasks with ids of three parts belong to no batch.
 */
export function nextIncompleteBatch(
  tasks: readonly { readonly id: string; readonly status: TaskStatus }[],
  plannedThreads: readonly string[],
  unmergedThreads: readonly string[] = [],
): string | null {
  const ofBatches = tasks.filter(({ id }) => levelOf(id) === 'task');
  const begun = new Set(ofBatches.map(({ id }) => ancestorId(id, 'thread')));
  const incomplete = [
    ...ofBatches.filter(({ status }) => !isDone(status)).map(({ id }) => id),
    ...plannedThreads.filter(thread => !begun.has(thread)),
    ...unmergedThreads,
  ].map(id => ancestorId(id, 'batch'));
  return incomplete.sort(compareIds)[0] ?? null;
}
