import { stat } from 'node:fs/promises';
import { isAbandoned } from './abandonedLock';
import type { Git } from './git';
import { GitError } from './gitError';
import { unlockWorktree } from './lockWorktree';
import { onNoBranch } from './snapshotRecord';
import { listWorktrees } from './worktreeList';

/**
 * Makes git forget worktrees whose folders are gone; locked ones stay, but for those that a process of ours locked and died. Resolves to git's own words, one line a worktree.
 * @throws {GitError} `dirty` when a commit would be forgotten with one of them
 */
export async function pruneWorktrees(git: Git, { dryRun }: { readonly dryRun: boolean }): Promise<readonly string[]> {
  if (!dryRun) {
    await unlockAbandoned(git);
    await refuseLostCommits(git);
  }
  const args = ['worktree', 'prune', '--verbose', '--expire=now', ...(dryRun ? ['--dry-run'] : [])];
  const { stdout, stderr } = await git.whileLocked(() => git.run(args));
  return `${stdout}${stderr}`.split('\n').filter(line => line !== '');
}

async function unlockAbandoned(git: Git): Promise<void> {
  for (const { path, locked } of await listWorktrees(git)) {
    if (locked === undefined || !isAbandoned(locked)) continue;
    const isThere = await stat(path).then(
      () => true,
      () => false,
    );
    if (!isThere) await unlockWorktree(git, path);
  }
}

/** The registration of a detached worktree may be the only thing that keeps its commit. */
async function refuseLostCommits(git: Git): Promise<void> {
  const detached = (await listWorktrees(git)).filter(info => info.prunable !== undefined && info.branch === undefined);
  const lost = await onNoBranch(
    git,
    detached.flatMap(({ head }) => head ?? []),
  );
  const keeper = detached.find(({ head }) => head !== undefined && lost.has(head));
  if (keeper?.head === undefined) return;
  throw new GitError(
    'dirty',
    `Nothing was pruned: the commit ${keeper.head} of ${keeper.path} is on no branch. Keep it with: git branch <name> ${keeper.head}`,
  );
}
