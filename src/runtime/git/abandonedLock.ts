import { hasProcess } from '../../common/hasProcess';
import { parseLockReason } from '../../domain/worktrees/lockReason';

/** Whether a worktree's lock is one of ours whose process is gone: it holds nobody back. */
export function isAbandoned(reason: string): boolean {
  const lock = parseLockReason(reason);
  return lock !== undefined && !hasProcess(lock.pid);
}
