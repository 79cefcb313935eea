import type { Git } from './git';

/** Makes git forget worktrees whose folders are gone; locked ones stay. Resolves to git's own words, one line a worktree. */
export async function pruneWorktrees(git: Git, { dryRun }: { readonly dryRun: boolean }): Promise<readonly string[]> {
  const args = ['worktree', 'prune', '--verbose', '--expire=now', ...(dryRun ? ['--dry-run'] : [])];
  const { stdout, stderr } = await git.whileLocked(() => git.run(args));
  return `${stdout}${stderr}`.split('\n').filter(line => line !== '');
}
