import { realpath } from 'node:fs/promises';
import { isBelow, isSamePath } from './paths';
import { bytesOf, placeOf, splitNames, type BytePath } from './bytePath';
import type { Git } from './git';
import { isGitError } from './gitError';

/** What a repository inside a worktree ignores, and where it keeps its commits. */
export type NestedRepository = {
  /** Relative to the worktree. */
  readonly ignored: readonly BytePath[];
  /** The folder of its commits when that is below the worktree's own git folder, as a submodule's is: it goes with the worktree. */
  readonly hosted?: string | undefined;
};

/** Files and whole folders below `folder` that git ignores there, relative to `folder`. */
export async function ignoredNames(git: Git, folder: string): Promise<readonly BytePath[]> {
  const args = ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory'];
  const { stdout } = await git.bytes(args, undefined, { cwd: folder });
  return splitNames(stdout).map(name => name.replace(/\/$/, ''));
}

/** Undefined when git cannot use what is in `name` as a repository: then it is a folder like any other, and nothing in it is ignored. */
export async function nestedRepository(
  git: Git,
  worktree: string,
  name: BytePath,
  ownGitFolder: string,
): Promise<NestedRepository | undefined> {
  const folder = placeOf(worktree, name).toString();
  if (!Buffer.from(folder).equals(placeOf(worktree, name))) return undefined; // a name that no program can be given
  try {
    const { stdout } = await git.run(['rev-parse', '--show-toplevel', '--absolute-git-dir'], { cwd: folder });
    const [top = '', gitFolder = ''] = stdout.split('\n');
    if (!isSamePath(await realpath(top), await realpath(folder))) return undefined;
    const ignored = (await ignoredNames(git, folder)).map(inner => `${name}/${inner}`);
    return { ignored, ...(isBelow(await realpath(gitFolder), ownGitFolder) ? { hosted: gitFolder } : {}) };
  } catch (error) {
    if (isGitError(error) || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whether git would take the name for its own folder; the names of some systems that mean the same are left to git. */
export const isGitName = (component: BytePath): boolean => bytesOf(component).toString().toLowerCase() === '.git';
