import { readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Git } from './git';
import { indexLock } from './unfinishedWorktree';

/** Milliseconds; whoever works there has changed or removed its lock by then. */
const patience = 2000;

/**
 * Puts the lock aside that a killed git left in a worktree: git itself never removes one, and refuses every commit until it is
 * gone. Only for a worktree of ours in which nothing runs any more. A lock that changes or goes away meanwhile is somebody's.
 * @returns where it was put; undefined when there was none.
 */
export async function setLeftoverLockAside(git: Git, worktree: string): Promise<string | undefined> {
  const lock = await indexLock(git, worktree);
  if (!(await isLeftOver(lock))) return undefined;
  const aside = `${lock}.left-over`;
  await rename(lock, aside);
  return aside;
}

/**
 * Takes away the lock that a killed git left on a ref (a full name) which only we change, and whoever of us did is gone. Not put
 * aside: every file below `refs` is a ref to git.
 * @returns whether there was one
 */
export async function removeLeftoverRefLock(git: Git, ref: string): Promise<boolean> {
  const lock = path.join(await git.commonDir(), ...`${ref}.lock`.split('/'));
  if (!(await isLeftOver(lock)) || !/^(?:[0-9a-f]{40,64}\n?)?$/.test(await readFile(lock, 'utf8'))) return false;
  await rm(lock, { force: true });
  return true;
}

async function isLeftOver(lock: string): Promise<boolean> {
  return (await lookAt(lock)) !== undefined && (await staysTheSame(() => lookAt(lock), patience));
}

/** Whether what is seen stays so for a while (milliseconds): nobody is at work there. */
export async function staysTheSame(look: () => Promise<string | undefined>, time = patience): Promise<boolean> {
  const before = await look();
  for (let waited = 0; waited < time; waited += 100) {
    await pause(100);
    if ((await look()) !== before) return false;
  }
  return true;
}

/** What tells a file from one that was changed or put in its place; undefined when there is none. */
export const lookAt = (file: string | Buffer) =>
  stat(file).then(
    ({ ino, size, mtimeMs }) => `${ino} ${size} ${mtimeMs}`,
    () => undefined,
  );
