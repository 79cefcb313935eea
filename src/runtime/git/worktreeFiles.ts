import type { Git } from './git';

/** Files that a person may want to open: tracked ones and those git does not know, ignored ones not among them; relative, with `/`. */
export async function worktreeFiles(git: Git, worktree: string): Promise<readonly string[]> {
  const { stdout } = await git.run(['ls-files', '-z', '--cached', '--others', '--deduplicate', '--exclude-standard'], { cwd: worktree });
  return stdout.split('\0').filter(file => file !== '' && !file.endsWith('/'));
}

/** What git ignores, whole folders as one entry that ends in `/`; relative to the worktree. */
export async function ignoredEntries(git: Git, worktree: string): Promise<readonly string[]> {
  const args = ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory', '--no-empty-directory'];
  const { stdout } = await git.run(args, { cwd: worktree });
  return stdout.split('\0').filter(file => file !== '');
}
