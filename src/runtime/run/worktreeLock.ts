import { lockReason, parseLockReason } from '../../domain/worktrees/lockReason';
import { lockWorktree, unlockWorktree } from '../git/lockWorktree';
import { isSamePath, realPathOf } from '../git/paths';
import { listWorktrees } from '../git/worktreeList';
import type { RunContext } from './runContext';

type Context = Pick<RunContext, 'git' | 'driver' | 'logger'>;

/**
 * Locks the worktree in the name of the task and of this process, so that nobody's git removes or prunes it under an agent. A lock
 * of ours is that of a driver that is passed over, for only one drives; the lock of a person stays. A worktree that cannot be
 * locked is worked in all the same.
 */
export async function holdWorktree(context: Context, task: string, worktree: string): Promise<void> {
  await attempt(context, 'locked', worktree, async () => {
    const locked = await lockOf(context, worktree);
    if (locked !== undefined && !parseLockReason(locked)) return;
    if (locked !== undefined) await unlockWorktree(context.git, worktree);
    await lockWorktree(context.git, worktree, lockReason(`task ${task}`, process.pid));
  });
}

/** Takes away this process's lock, or with `ofAnyDriver` that of a dead one too; never that of a person. */
export async function releaseWorktree(context: Context, worktree: string, { ofAnyDriver = false } = {}): Promise<void> {
  await attempt(context, 'unlocked', worktree, async () => {
    const lock = parseLockReason((await lockOf(context, worktree)) ?? '');
    if (lock && (ofAnyDriver || lock.pid === process.pid)) await unlockWorktree(context.git, worktree);
  });
}

async function attempt({ driver, logger }: Context, what: string, worktree: string, act: () => Promise<void>): Promise<void> {
  if (driver.lost.aborted) return;
  try {
    await act();
  } catch (error) {
    logger.warn(`${worktree} could not be ${what}: ${String(error)}`);
  }
}

async function lockOf({ git }: Context, worktree: string): Promise<string | undefined> {
  const wanted = await realPathOf(worktree);
  for (const { path, locked } of await listWorktrees(git)) {
    if (isSamePath(await realPathOf(path), wanted)) return locked;
  }
  return undefined;
}
