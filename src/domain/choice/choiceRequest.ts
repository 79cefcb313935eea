import { ancestorId } from '../ids';

/** What is run of a plan: a batch, or a stage where the threads are of several of its batches. */
export function scopeOf(threads: readonly string[]): string | undefined {
  const [first] = threads;
  if (first === undefined) return undefined;
  const batch = ancestorId(first, 'batch');
  return threads.every(id => ancestorId(id, 'batch') === batch) ? batch : ancestorId(first, 'stage');
}
