import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pathChanges } from './changes';
import type { Git } from './git';
import { GitError } from './gitError';
import { isSamePath, realPathOf } from './paths';
import { listWorktrees, type WorktreeInfo } from './worktreeList';

/** A worktree that was, or was to be, added on a new branch at `base` (a commit's id). */
export type IntendedWorktree = { readonly path: string; readonly branch: string; readonly base: string };

/**
 * Whether the worktree was added to its end and nothing happened in it since: registered, on its branch at its base, unlocked,
 * no lock of git's left in it, and every file there. One that was cut off shows all files as deleted; a commit there would delete
 * the project.
 */
export async function isFreshWorktree(git: Git, { path: place, branch, base }: IntendedWorktree): Promise<boolean> {
  const listed = await findListed(git, place);
  if (!listed || listed.locked === 'initializing' || listed.prunable !== undefined) return false;
  if (listed.branch !== branch || listed.head !== base) return false;
  if (await isThere(await indexLock(git, place))) return false;
  return (await pathChanges(git, place)).length === 0;
}

/**
 * Takes away what is left of a worktree in which no agent ever worked: the folder, its registration, and its branch while that
 * is still at its base. Nothing when there is nothing.
 * @throws {GitError} `exists` when the folder or the branch holds something that we did not put there; then it is kept.
 */
export async function discardUnfinishedWorktree(git: Git, { path: place, branch, base }: IntendedWorktree): Promise<void> {
  const tip = await git.resolve(`refs/heads/${branch}`);
  if (tip !== undefined && tip !== base) {
    throw new GitError('exists', `Branch ${branch} was to start at ${base}, but it is at ${tip}. It is kept; look at it, then delete it.`);
  }
  const listed = await findListed(git, place);
  if (listed) await takeAway(git, listed.path);
  else await removeEmptyFolder(place);
  if (tip !== undefined) await git.deleteRef(`refs/heads/${branch}`, base);
}

/**
 * Takes away a worktree's folder and registration, whatever state an addition that was cut off left them in. The folder first:
 * git refuses one whose `.git` is not written yet. Only for a worktree in which nothing is that is not kept elsewhere.
 */
export async function takeAway(git: Git, place: string): Promise<void> {
  const listed = await findListed(git, place);
  await rm(place, { recursive: true, force: true, maxRetries: 3 });
  // Twice forced, because an addition that was cut off leaves a lock of git's own.
  if (listed) await git.whileLocked(() => git.run(['worktree', 'remove', '--force', '--force', listed.path]));
}

/** The file that git holds while it changes the worktree's index. @throws {GitError} `no-folder`, `not-a-repository` */
export async function indexLock(git: Git, worktree: string): Promise<string> {
  const { stdout } = await git.run(['rev-parse', '--git-path', 'index.lock'], { cwd: worktree });
  return path.resolve(worktree, stdout.replace(/\r?\n$/, ''));
}

/** Killed before it was registered, an addition leaves a folder with nothing in it, or with the link to the repository alone. */
async function removeEmptyFolder(place: string): Promise<void> {
  const names = await readdir(place).catch(() => undefined);
  if (names === undefined) return;
  if (names.some(name => name !== '.git') || (names.length > 0 && !(await stat(path.join(place, '.git'))).isFile())) {
    throw new GitError(
      'exists',
      `${place} is in the way of a new worktree, and git does not know it. Move it away, then run the task again.`,
    );
  }
  await rm(place, { recursive: true, force: true });
}

/** The worktree as git lists it, the main one excepted. */
export async function findListed(git: Git, place: string): Promise<WorktreeInfo | undefined> {
  const wanted = await realPathOf(place);
  for (const info of await listWorktrees(git)) {
    if (!info.isMain && isSamePath(await realPathOf(info.path), wanted)) return info;
  }
  return undefined;
}

const isThere = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );
