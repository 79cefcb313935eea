import type { TaskStatus } from '../taskStatus';
import type { GroupStatus, StreamStatus } from '../tree/nodes';
import { allDone } from './counts';

/** What a thread, batch or stage is in the tree: the most urgent of its tasks; without tasks it is still to be done. */
export function groupStatus(statuses: readonly (TaskStatus | GroupStatus)[]): GroupStatus {
  if (statuses.length === 0) return 'pending';
  if (statuses.includes('blocked')) return 'blocked';
  if (statuses.includes('in_progress')) return 'in_progress';
  return statuses.includes('pending') ? 'pending' : 'completed';
}

/** What a stage is in the progress table: blocked only while nothing in it moves or is done. */
export type StageProgressStatus = 'complete' | 'in_progress' | 'blocked' | 'pending';

export function stageProgressStatus(statuses: readonly TaskStatus[]): StageProgressStatus {
  if (statuses.length === 0) return 'pending';
  if (allDone(statuses)) return 'complete';
  const moves = statuses.some(status => status !== 'pending' && status !== 'blocked');
  if (moves) return 'in_progress';
  return statuses.includes('blocked') ? 'blocked' : 'pending';
}

/**
 * A stored `on_hold` wins; every other stored status is computed anew.
 * `waitingThreads`: the plan has threads that no task was made for yet, so that the end of all tasks is not the end.
 */
export function streamStatus(stored: string | undefined, statuses: readonly TaskStatus[], waitingThreads = false): StreamStatus {
  if (stored === 'on_hold') return 'on_hold';
  if (statuses.length === 0) return 'pending';
  if (allDone(statuses)) return waitingThreads ? 'in_progress' : 'completed';
  return statuses.includes('in_progress') || statuses.includes('completed') ? 'in_progress' : 'pending';
}
