import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from '../../common/logger';
import type { Git } from './git';
import { isBelow, isSamePath, realPathOf } from './paths';

const listName = '.worktreeinclude';

/**
 * Copies the files that `.worktreeinclude` names from the root's checkout into `worktree`: local settings that git ignores and
 * a fresh worktree therefore lacks. The file is read like `.gitignore`, in subfolders too, by git itself. Only ignored files
 * are copied: a tracked one is there already, and any other would end up in the agent's commit. Links are followed while they
 * stay inside the repository, and always become plain files; nothing is overwritten.
 * @returns what was copied, as paths with `/` relative to the worktree, sorted.
 */
export async function copyIncludedFiles(git: Git, worktree: string, logger: Logger): Promise<readonly string[]> {
  if (!(await hasIncludeFile(git))) return [];
  const chosen = await git.run(['ls-files', '-z', '--others', '--ignored', `--exclude-per-directory=${listName}`]);
  const files = splitNul(chosen.stdout).filter(file => !file.endsWith('/')); // "name/" is a repository of its own
  const skip = (file: string, why: string) => logger.warn(`${listName}: ${file} was not copied into ${worktree}: ${why}.`);
  const copies: Copy[] = [];
  for (const file of files) {
    const copy = await planCopy(git.root, worktree, file);
    if (typeof copy === 'string') skip(file, copy);
    else copies.push(copy);
  }
  const ignored = await ignoredFiles(git, copies, worktree);
  const copied: string[] = [];
  for (const copy of copies) {
    if (!ignored.has(copy.file)) skip(copy.file, 'git does not ignore it, so it would be committed');
    else if (await copyNew(copy)) copied.push(copy.file);
    else skip(copy.file, 'there is one already');
  }
  return copied.sort();
}

type Copy = { readonly file: string; readonly source: string; readonly target: string };

async function hasIncludeFile(git: Git): Promise<boolean> {
  const { stdout } = await git.run(['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', `:(glob)**/${listName}`]);
  if (stdout !== '') return true;
  return lstat(path.join(git.root, listName)).then(
    () => true, // itself ignored
    () => false,
  );
}

/** Those that git ignores by the rules of the worktree, which is where they would be committed. */
async function ignoredFiles(git: Git, copies: readonly Copy[], worktree: string): Promise<ReadonlySet<string>> {
  if (copies.length === 0) return new Set();
  const { stdout } = await git.input(['check-ignore', '-z', '--stdin'], copies.map(({ file }) => `${file}\0`).join(''), {
    cwd: worktree,
    allowExit: [1],
  });
  return new Set(splitNul(stdout));
}

/** From where to where, both resolved, or why not. */
async function planCopy(root: string, worktree: string, file: string): Promise<Copy | string> {
  const segments = file.split('/');
  const source = await realpath(path.join(root, ...segments)).catch(() => undefined);
  if (source === undefined) return 'it leads nowhere';
  if (!isBelow(source, await realpath(root))) return 'it leads out of the repository';
  if (!(await lstat(source)).isFile()) return 'it is not a file';
  const inside = await realpath(worktree);
  const folder = path.join(inside, ...segments.slice(0, -1));
  if (!isSamePath(await realPathOf(folder), folder)) return 'its folder is a link in the worktree';
  return { file, source, target: path.join(inside, ...segments) };
}

/** False when there is a file already. */
async function copyNew({ source, target }: Copy): Promise<boolean> {
  await mkdir(path.dirname(target), { recursive: true });
  try {
    await copyFile(source, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

const splitNul = (output: string) => output.split('\0').filter(entry => entry !== '');
