import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Git } from './git';

/** One worktree as git lists it. */
export type WorktreeInfo = {
  readonly path: string;
  readonly head?: string | undefined;
  /** Short name; absent when HEAD is detached, which it also is during a rebase. */
  readonly branch?: string | undefined;
  /** The repository's own checkout (or the bare repository). */
  readonly isMain: boolean;
  /** Why it is locked; an empty text when nobody said why. `initializing` while it is being added, or was cut off there. */
  readonly locked?: string | undefined;
  /** Why git would forget it, for example because its folder is gone. */
  readonly prunable?: string | undefined;
};

export type BranchHolder = { readonly path: string; readonly by: 'checkout' | 'rebase' | 'bisect' };

export async function listWorktrees(git: Git): Promise<readonly WorktreeInfo[]> {
  // A list that is made while a worktree is added may find its files without their text.
  const { stdout } = await git.whileLocked(() => git.run(['worktree', 'list', '--porcelain', '-z']));
  return parseWorktreeList(stdout);
}

/** Reads `git worktree list --porcelain -z`: fields end in NUL, entries in an empty field; the first entry is the main one. */
export function parseWorktreeList(output: string): readonly WorktreeInfo[] {
  return output
    .split('\0\0')
    .filter(entry => entry !== '')
    .map((entry, index) => {
      const fields = new Map(
        entry.split('\0').map(line => {
          const cut = line.indexOf(' ');
          return cut < 0 ? [line, ''] : [line.slice(0, cut), line.slice(cut + 1)];
        }),
      );
      return {
        path: path.resolve(fields.get('worktree') ?? ''),
        isMain: index === 0,
        head: fields.get('HEAD'),
        branch: fields.get('branch')?.replace(/^refs\/heads\//, ''),
        locked: fields.get('locked'),
        prunable: fields.get('prunable'),
      };
    });
}

/**
 * Who would notice if `branch` (short name) moved: worktrees that have it checked out, and those that come back to it at the
 * end of a rebase or a bisect, which git lists as detached.
 */
export async function branchHolders(git: Git, branch: string): Promise<readonly BranchHolder[]> {
  const worktrees = await listWorktrees(git);
  const holders: BranchHolder[] = worktrees
    .filter(worktree => worktree.branch === branch)
    .map(worktree => ({ path: worktree.path, by: 'checkout' }));
  const commonDir = await git.commonDir();
  const linked = await readdir(path.join(commonDir, 'worktrees')).catch(() => []);
  for (const folder of [commonDir, ...linked.map(name => path.join(commonDir, 'worktrees', name))]) {
    const by = await waitsFor(folder, branch);
    if (by) holders.push({ path: await checkoutOf(folder, worktrees), by });
  }
  return holders;
}

async function waitsFor(gitFolder: string, branch: string): Promise<'rebase' | 'bisect' | undefined> {
  const [merging, applying, bisecting] = await Promise.all(
    ['rebase-merge/head-name', 'rebase-apply/head-name', 'BISECT_START'].map(name => firstLine(path.join(gitFolder, name))),
  );
  if ([merging, applying].includes(`refs/heads/${branch}`)) return 'rebase';
  return bisecting !== undefined && [branch, `refs/heads/${branch}`].includes(bisecting) ? 'bisect' : undefined;
}

/** The checkout that a `.git` folder, or one below `.git/worktrees`, belongs to. */
async function checkoutOf(gitFolder: string, worktrees: readonly WorktreeInfo[]): Promise<string> {
  const link = await firstLine(path.join(gitFolder, 'gitdir'));
  return link === undefined ? (worktrees.find(({ isMain }) => isMain)?.path ?? gitFolder) : path.dirname(path.resolve(gitFolder, link));
}

function firstLine(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').then(
    content => content.split('\n', 1)[0]?.trim(),
    () => undefined,
  );
}
