import type { Git } from './git';

/** One path of `git status`: `index` and `worktree` are its two letters, a space where nothing changed. */
export type PathChange = { readonly path: string; readonly index: string; readonly worktree: string };

/** What differs from HEAD in a worktree. Paths have `/` and are relative to it. */
export type WorktreeChanges = {
  /** Tracked files that differ from HEAD, in the index or on disk. */
  readonly tracked: readonly string[];
  /** Files git does not know, ignored ones not among them. */
  readonly untracked: readonly string[];
  /** Repositories inside the worktree that are neither ignored nor submodules of HEAD. */
  readonly nested: readonly string[];
  /** Files of a merge that nobody resolved. */
  readonly unmerged: readonly string[];
};

const gitlink = '160000';

/** Everything that differs from HEAD, one entry a path, renames as what they are on disk; `pathspecs` narrow it. */
export async function pathChanges(git: Git, worktree: string, pathspecs: readonly string[] = []): Promise<readonly PathChange[]> {
  const args = ['status', '--porcelain', '-z', '--no-renames', '--untracked-files=all', '--ignore-submodules=none', '--', ...pathspecs];
  const { stdout } = await git.run(args, { cwd: worktree });
  return stdout
    .split('\0')
    .filter(entry => entry !== '')
    .map(entry => ({ index: entry.slice(0, 1), worktree: entry.slice(1, 2), path: entry.slice(3) }));
}

export async function changes(git: Git, worktree: string): Promise<WorktreeChanges> {
  const all = await pathChanges(git, worktree);
  const gitlinks = await newGitlinks(git, worktree, 'HEAD');
  const nested = [...all.filter(({ path }) => path.endsWith('/')).map(({ path }) => path.slice(0, -1)), ...gitlinks];
  const files = all.filter(({ path }) => !path.endsWith('/') && !gitlinks.includes(path));
  const isUnmerged = ({ index, worktree: disk }: PathChange) => index === 'U' || disk === 'U' || (index === disk && 'AD'.includes(index));
  return {
    tracked: files.filter(({ index }) => index !== '?').map(({ path }) => path),
    untracked: files.filter(({ index }) => index === '?').map(({ path }) => path),
    nested: [...new Set(nested)].sort(),
    unmerged: files.filter(isUnmerged).map(({ path }) => path),
  };
}

/**
 * Paths that hold a repository's id now and did not in `base`: an agent ran `git add` on a repository of its own. Only the id would
 * be kept, the files would not. `head` compares two commits or trees, without it the worktree is compared with `base`. A path that
 * the worktree's `.gitmodules` names is a submodule somebody meant.
 */
export async function newGitlinks(git: Git, worktree: string, base: string, head?: string): Promise<readonly string[]> {
  const range = head === undefined ? [base] : [base, head];
  const args =
    head === undefined
      ? ['diff-index', '--raw', '-z', '--no-renames', '--ignore-submodules=none']
      : ['diff-tree', '-r', '--raw', '-z', '--no-renames'];
  const { stdout } = await git.run([...args, ...range, '--'], { cwd: worktree });
  const fields = stdout.split('\0');
  const links: string[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [before, after] = (fields[index] ?? '').slice(1).split(' ');
    if (after === gitlink && before !== gitlink) links.push(fields[index + 1] ?? '');
  }
  if (links.length === 0) return [];
  const meant = await submodulePaths(git, worktree, head);
  return links.filter(link => !meant.includes(link));
}

async function submodulePaths(git: Git, worktree: string, tree: string | undefined): Promise<readonly string[]> {
  const source = tree === undefined ? ['--file', '.gitmodules'] : ['--blob', `${tree}:.gitmodules`];
  const args = ['config', ...source, '--null', '--get-regexp', '^submodule\\..*\\.path$'];
  const { stdout, exitCode } = await git.run(args, { cwd: worktree, allowExit: [1, 128] });
  if (exitCode !== 0) return [];
  return stdout.split('\0').flatMap(entry => (entry.includes('\n') ? [entry.slice(entry.indexOf('\n') + 1)] : []));
}
