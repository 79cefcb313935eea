import { lstat, realpath } from 'node:fs/promises';
import { isServerWorktree } from '../../domain/worktrees/serverWorktree';
import { isAbandoned } from './abandonedLock';
import { splitNames, placeOf } from './bytePath';
import { pathChanges } from './changes';
import type { Git } from './git';
import { GitError } from './gitError';
import { isBelow, isSamePath, realPathOf } from './paths';
import { indexFlags } from './snapshotExtras';
import { listWorktrees, type WorktreeInfo } from './worktreeList';

/**
 * The worktree as git lists it, if it is one that may be removed: really below `directory` or where the opencode server makes its
 * own, neither the main checkout nor the one that is worked for, nor around one of these or around another worktree, and not locked
 * by a person or a living process.
 * @throws {GitError} `outside`, `checked-out`, `locked`
 */
export async function removableWorktree(git: Git, directory: string, worktree: string): Promise<WorktreeInfo> {
  const place = await realPathOf(worktree);
  const all = await Promise.all((await listWorktrees(git)).map(async info => ({ info, place: await realPathOf(info.path) })));
  const listed = all.find(other => isSamePath(other.place, place))?.info;
  if (!listed) throw new GitError('outside', `${worktree} was kept: git does not know it as a worktree of ${git.root}.`);
  if (!isBelow(place, await realPathOf(directory)) && !isServerWorktree(place)) {
    throw new GitError('outside', `${worktree} was kept: it is not in ${directory}, so it is not ours.`);
  }
  const root = await realpath(git.root);
  if (listed.isMain || isSamePath(root, place) || isBelow(root, place)) {
    throw new GitError('checked-out', `${worktree} was kept: it holds the checkout that is worked in.`);
  }
  const inner = all.find(other => isBelow(other.place, place) && other.info.prunable === undefined);
  if (inner) throw new GitError('checked-out', `${worktree} was kept: another worktree is inside it, ${inner.place}. Remove that first.`);
  refuseLocked(listed, worktree);
  return listed;
}

/** A lock of ours whose process is gone holds nobody back. */
function refuseLocked({ locked }: WorktreeInfo, worktree: string): void {
  if (locked === undefined || isAbandoned(locked)) return;
  throw new GitError(
    'locked',
    `${worktree} was kept: it is locked${locked === '' ? '' : ` (${locked})`}. Unlock it with: git worktree unlock "${worktree}"`,
  );
}

/**
 * Whether everything in the worktree but ignored files and folders without a file is in the commit that is checked out, hidden changes
 * and submodules considered.
 */
export async function isUnchanged(git: Git, place: string): Promise<boolean> {
  if ((await pathChanges(git, place)).length > 0) return false;
  const { assumeUnchanged, skipWorktree } = await indexFlags(git, place);
  for (const name of [...assumeUnchanged, ...skipWorktree]) if (await isThere(placeOf(place, name))) return false;
  const { stdout } = await git.bytes(['ls-files', '-z', '--stage', '--full-name'], undefined, { cwd: place });
  const links = splitNames(stdout).flatMap(line => (line.startsWith('160000 ') ? [line.slice(line.indexOf('\t') + 1)] : []));
  for (const name of links) if (await isThere(placeOf(place, `${name}/.git`))) return false;
  return true;
}

export const isThere = (place: string | Buffer) =>
  lstat(place).then(
    () => true,
    (error: unknown) => {
      if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
      throw error;
    },
  );
