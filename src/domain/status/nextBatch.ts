import { ancestorId, compareIds, levelOf } from '../ids';
import { isDone, type TaskStatus } from '../taskStatus';

/**
 * The first batch, in numeric order, with something left to do; null when all are done. A batch is done when every task of
 * it is completed or cancelled and every thread that the plan gives it has a task. One whose tasks are all blocked is not
 * skipped: batches are serial. Tasks with ids of three parts belong to no batch.
 */
export function nextIncompleteBatch(
  tasks: readonly { readonly id: string; readonly status: TaskStatus }[],
  plannedThreads: readonly string[],
): string | null {
  const ofBatches = tasks.filter(({ id }) => levelOf(id) === 'task');
  const begun = new Set(ofBatches.map(({ id }) => ancestorId(id, 'thread')));
  const incomplete = [
    ...ofBatches.filter(({ status }) => !isDone(status)).map(({ id }) => id),
    ...plannedThreads.filter(thread => !begun.has(thread)),
  ].map(id => ancestorId(id, 'batch'));
  return incomplete.sort(compareIds)[0] ?? null;
}
