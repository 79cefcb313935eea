import { rename, stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Git } from './git';
import { indexLock } from './unfinishedWorktree';

/** Milliseconds; whoever works in the worktree has changed or removed its lock by then. */
const patience = 2000;

/**
 * Puts the lock aside that a killed git left in a worktree: git itself never removes one, and refuses every commit until it is
 * gone. Only for a worktree of ours in which nothing runs any more. A lock that changes or goes away meanwhile is somebody's.
 * @returns where it was put; undefined when there was none.
 */
export async function setLeftoverLockAside(git: Git, worktree: string): Promise<string | undefined> {
  const lock = await indexLock(git, worktree);
  const before = await lookAt(lock);
  if (before === undefined) return undefined;
  for (let waited = 0; waited < patience; waited += 100) {
    await pause(100);
    if ((await lookAt(lock)) !== before) return undefined;
  }
  const aside = `${lock}.left-over`;
  await rename(lock, aside);
  return aside;
}

const lookAt = (file: string) =>
  stat(file).then(
    ({ ino, size, mtimeMs }) => `${ino} ${size} ${mtimeMs}`,
    () => undefined,
  );
