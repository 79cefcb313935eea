import { appendFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Git } from './git';
import { GitError } from './gitError';
import { isBelow, realPathOf } from './paths';

/**
 * Keeps git from offering `directory` as untracked: a line in the repository's own `.git/info/exclude`, never in a file that
 * is shared. Nothing to do for a directory outside the repository. What stands in the file stays, and the line is added once.
 * @throws {GitError} `outside` when `directory` is the repository itself.
 */
export async function excludeFolder(git: Git, directory: string): Promise<void> {
  const root = await realPathOf(git.root);
  const folder = await realPathOf(directory);
  if (folder === root || isBelow(root, folder)) {
    throw new GitError(
      'outside',
      `Worktrees cannot be kept in ${directory}: the repository is in it. Set "work.worktrees.directory" to a folder of their own.`,
    );
  }
  if (!isBelow(folder, root)) return;
  const line = `/${escapePattern(path.relative(root, folder).split(path.sep).join('/'))}/`;
  const file = path.join(await git.commonDir(), 'info', 'exclude');
  const present = await readFile(file, 'utf8').catch(ifAbsent);
  if (present.split(/\r?\n/).includes(line)) return;
  await mkdir(path.dirname(file), { recursive: true });
  await appendFile(file, `${present === '' || present.endsWith('\n') ? '' : '\n'}${line}\n`);
}

function escapePattern(name: string): string {
  return name.replace(/[\\*?[\]]/g, '\\$&').replace(/ +$/, spaces => spaces.replaceAll(' ', '\\ '));
}

function ifAbsent(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return '';
  throw error;
}
