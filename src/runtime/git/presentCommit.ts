import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Git } from './git';
import { nobody } from './nobody';
import { withIndexOf } from './snapshotTrees';

/** Unknown files beyond these are left out: what is only looked at may cost little. */
const mostUnknown = 500;
const largestUnknown = 1_000_000;

/**
 * What is in a worktree now as a commit: HEAD where nothing differs, else one that no ref holds. Neither the worktree nor its index
 * is touched; ignored, very large and very many unknown files are left out. Undefined for a worktree without a commit.
 * @throws {GitError}
 */
export async function presentCommit(git: Git, worktree: string, signal?: AbortSignal): Promise<string | undefined> {
  const { sha: head } = await git.head(worktree);
  if (head === undefined) return undefined;
  const tree = await withIndexOf(git, worktree, async index => {
    const options = { cwd: worktree, env: { ...index, GIT_LITERAL_PATHSPECS: '1' }, signal };
    await git.run(['add', '--update', '--ignore-errors', '.'], options);
    const unknown = await smallUnknownFiles(git, worktree, signal);
    if (unknown.length > 0) {
      await git.input(['add', '--ignore-errors', '--pathspec-from-file=-', '--pathspec-file-nul'], unknown.join('\0'), options);
    }
    return (await git.run(['write-tree'], options)).stdout.trim();
  });
  if (tree === (await git.run(['rev-parse', `${head}^{tree}`])).stdout.trim()) return head;
  return (await git.input(['commit-tree', tree, '-p', head], 'Present state\n', { env: nobody, signal })).stdout.trim();
}

async function smallUnknownFiles(git: Git, worktree: string, signal: AbortSignal | undefined): Promise<readonly string[]> {
  const { stdout } = await git.run(['ls-files', '--others', '--exclude-standard', '-z'], { cwd: worktree, signal });
  const names = stdout.split('\0').filter(name => name !== '' && !name.endsWith('/'));
  const small: string[] = [];
  for (const name of names.slice(0, mostUnknown)) {
    const found = await stat(path.join(worktree, name)).catch(() => undefined);
    if (found?.isFile() === true && found.size <= largestUnknown) small.push(name);
  }
  return small;
}
