import type { ResolutionState } from '../journal/journalState';

/** The worktree in which a person resolves the conflicts of a thread's merge now, of all there ever were. */
export function openResolution(resolutions: readonly ResolutionState[], thread: string): ResolutionState | undefined {
  const last = resolutions.findLast(each => each.thread === thread);
  return last?.closed === undefined ? last : undefined;
}
