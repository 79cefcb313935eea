import type { Git } from './git';

/** Keeps a worktree from being removed or pruned by anybody; `reason` is shown to them. Waits for worktrees that are being added. */
export async function lockWorktree(git: Git, worktree: string, reason: string): Promise<void> {
  await git.whileLocked(() => git.run(['worktree', 'lock', '--reason', reason, worktree]));
}

export async function unlockWorktree(git: Git, worktree: string): Promise<void> {
  await git.whileLocked(() => git.run(['worktree', 'unlock', worktree]));
}
