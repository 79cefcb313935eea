import type { TaskRecord } from '../domain/files/records';
import { isWithin } from '../domain/ids';
import type { AttemptMetadata } from '../domain/run/attemptMetadata';

/**
 * The task that a session works on now. A session that does a whole thread was made for its first task and goes on to the
 * others: then it is the one in progress.
 */
export function currentTask({ isolation, task, thread }: AttemptMetadata, tasks: readonly TaskRecord[]): string {
  if (isolation === 'task') return task;
  return tasks.find(({ id, status }) => isWithin(id, thread) && status === 'in_progress')?.id ?? task;
}
