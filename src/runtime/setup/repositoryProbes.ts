import { constants } from 'node:fs';
import { access, readdir, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { Found, HeldLock } from '../../domain/setup/setupFacts';
import type { Git } from '../git/git';
import { isGitError } from '../git/gitError';
import { isBelow } from '../git/paths';
import { absent, found } from './probe';

/** git's version, and whether it merges without a working tree. */
export async function findGit(git: Git): Promise<Found<{ readonly version: string; readonly isNewEnough: boolean }>> {
  try {
    const { major, minor, text } = await git.version();
    return found({ version: text, isNewEnough: major > 2 || (major === 2 && minor >= 38) });
  } catch (error) {
    if (isGitError(error, 'not-found')) return absent();
    throw error;
  }
}

export async function findIdentity(git: Git): Promise<Found<string>> {
  const identity = await git.identity();
  return identity === undefined ? absent() : found(identity);
}

/** What is free where `folder` is or will be. */
export async function findDisk(folder: string): Promise<Found<{ readonly folder: string; readonly free: number }>> {
  const { bavail, bsize } = await statfs(await nearestFolder(folder));
  return found({ folder, free: bavail * bsize });
}

async function nearestFolder(folder: string): Promise<string> {
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  );
  const parent = path.dirname(folder);
  return isThere || parent === folder ? folder : nearestFolder(parent);
}

/** Whether git ignores what is made in the worktrees' folder. */
export async function findExclusion(git: Git, folder: string): Promise<Found<boolean>> {
  if (!isBelow(folder, git.root)) return absent();
  const inside = path.join(folder, 'worktree');
  const { exitCode } = await git.run(['check-ignore', '--quiet', '--no-index', '--', inside], { allowExit: [1] });
  return found(exitCode === 0);
}

export async function findWork(folder: string): Promise<Found<{ readonly folder: string; readonly writable: boolean }>> {
  const facts = await stat(folder).catch(() => undefined);
  if (!facts?.isDirectory()) return absent();
  const writable = await access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
  return found({ folder, writable });
}

/** Locks beside the files of `work/` and its workstreams, and git's on the checkout's index. `now` in milliseconds. */
export async function findLocks(root: string, now: number): Promise<Found<readonly HeldLock[]>> {
  const work = path.join(root, 'work');
  const streams = (await readdir(work, { withFileTypes: true }).catch(() => [])).filter(entry => entry.isDirectory());
  const folders = [work, ...streams.map(({ name }) => path.join(work, name))];
  const names = await Promise.all(
    folders.map(async folder => (await readdir(folder).catch(() => [])).filter(isLock).map(name => path.join(folder, name))),
  );
  const locks = await Promise.all(
    [...names.flat(), path.join(root, '.git', 'index.lock')].map(async file => {
      const facts = await stat(file).catch(() => undefined);
      return facts && { path: path.relative(root, file).split(path.sep).join('/'), age: Math.max(0, now - facts.mtimeMs) };
    }),
  );
  return found(locks.filter(lock => lock !== undefined));
}

/** `package-lock.json` is none, and `yarn.lock` is none of ours: ours stand beside files of ours. */
const isLock = (name: string) => /\.(json|md|yaml)\.lock$/.test(name);
