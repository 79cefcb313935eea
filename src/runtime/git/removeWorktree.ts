import { realpath } from 'node:fs/promises';
import { pathChanges } from './changes';
import type { Git } from './git';
import { GitError } from './gitError';
import { isBelow, isSamePath, realPathOf } from './paths';
import { listWorktrees } from './worktreeList';

export type MergedBranch = {
  readonly branch: string;
  /** The ref that must hold the branch for it to be deleted. */ readonly mergedInto: string;
};

/**
 * Removes the worktree at `worktree` and, when it is held by `mergedInto`, its branch. Only a worktree that git lists, that
 * really lies below `directory`, that holds neither the main checkout nor the one we work for, and in which nothing is changed
 * or untracked; never with force. Ignored files go with it.
 * @throws {GitError} `outside`, `checked-out`, `dirty`, `locked` or what git says; then nothing was removed.
 */
export async function removeCleanWorktree(
  git: Git,
  directory: string,
  worktree: string,
  branch?: MergedBranch,
): Promise<{ readonly branchDeleted: boolean }> {
  const place = await realPathOf(worktree);
  const listed = await findListed(git, place);
  if (!listed) throw new GitError('outside', `${worktree} was kept: git does not know it as a worktree of ${git.root}.`);
  if (!isBelow(place, await realPathOf(directory))) {
    throw new GitError('outside', `${worktree} was kept: it is not in ${directory}, so it is not ours.`);
  }
  const root = await realpath(git.root);
  if (listed.isMain || isSamePath(root, place) || isBelow(root, place)) {
    throw new GitError('checked-out', `${worktree} was kept: it holds the checkout that is worked in.`);
  }
  if (listed.locked !== undefined) {
    throw new GitError(
      'locked',
      `${worktree} was kept: it is locked${listed.locked === '' ? '' : ` (${listed.locked})`}. Unlock it with: git worktree unlock "${worktree}"`,
    );
  }
  if (listed.prunable === undefined) await refuseDirty(git, worktree);
  if (listed.branch === undefined && listed.head !== undefined) await refuseLostCommit(git, worktree, listed.head);
  await git.whileLocked(() => git.run(['worktree', 'remove', listed.path]));
  return { branchDeleted: branch !== undefined && (await deleteMerged(git, branch)) };
}

async function findListed(git: Git, place: string) {
  for (const info of await listWorktrees(git)) {
    if (isSamePath(await realPathOf(info.path), place)) return info;
  }
  return undefined;
}

async function refuseDirty(git: Git, worktree: string): Promise<void> {
  const paths = await pathChanges(git, worktree);
  if (paths.length === 0) return;
  const names = paths.slice(0, 5).map(({ path: name }) => name);
  const more = paths.length > names.length ? ` and ${paths.length - names.length} more` : '';
  throw new GitError('dirty', `${worktree} was kept: ${names.join(', ')}${more} ${paths.length === 1 ? 'is' : 'are'} not committed.`);
}

/** With the worktree goes the only thing that keeps a commit which no ref holds. */
async function refuseLostCommit(git: Git, worktree: string, head: string): Promise<void> {
  const { stdout } = await git.run(['for-each-ref', '--count=1', `--contains=${head}`]);
  if (stdout === '') throw new GitError('dirty', `${worktree} was kept: its commit ${head} is on no branch.`);
}

async function deleteMerged(git: Git, { branch, mergedInto }: MergedBranch): Promise<boolean> {
  const ref = `refs/heads/${branch}`;
  const tip = await git.resolve(ref);
  const into = await git.resolve(mergedInto);
  if (tip === undefined || into === undefined || !(await git.isAncestor(tip, into))) return false;
  if ((await listWorktrees(git)).some(info => info.branch === branch)) return false;
  await git.deleteRef(ref, tip);
  return true;
}
