import { rm } from 'node:fs/promises';
import path from 'node:path';
import { isStateFile } from '../../domain/files/stateFiles';
import type { ConflictedFile, ConflictSide } from '../../domain/merge/conflictKind';
import type { Git } from './git';
import { GitError, gitFailure } from './gitError';
import { indexInfo, splitNul } from './replaceInTree';
import { unmergedPaths, type Entry, type UnmergedPath } from './unmergedPaths';

/** Bytes at the begin of a file among which git looks for a NUL before it takes it for text. */
const looked = 8000;

/**
 * Merges `theirs` into the worktree, whose HEAD is detached at the other side, and commits nothing: conflicts stay in the index.
 * State files of `work/` are taken as they are there.
 * @throws {GitError} when git could not even try, for example because of a file in the way
 */
export async function mergeInWorktree(git: Git, worktree: string, theirs: string): Promise<void> {
  const args = ['merge', '--no-ff', '--no-commit', '--no-verify-signatures', '--no-autostash', '--no-stat', '--quiet', theirs];
  const { exitCode, stderr, stdout } = await git.run(args, { cwd: worktree, allowExit: [1] });
  const began = await mergeHead(git, worktree);
  if (began === undefined) throw gitFailure(args, worktree, exitCode, stderr || stdout);
  for (const { path: name } of await unmergedFiles(git, worktree)) if (isStateFile(name)) await takeSide(git, worktree, name, 'ours');
}

/** The commit that is being merged in a worktree. */
export async function mergeHead(git: Git, worktree: string): Promise<string | undefined> {
  return git.resolve('MERGE_HEAD', worktree);
}

/** What is not decided yet: git's own list, never what stands in the files. In the order of their names. */
export async function unmergedFiles(git: Git, worktree: string): Promise<readonly ConflictedFile[]> {
  const files: ConflictedFile[] = [];
  for (const { name, stages } of await unmerged(git, worktree)) {
    const [base, ours, theirs] = [stages.get(1), stages.get(2), stages.get(3)];
    const sides = [ours, theirs].flatMap(side => side ?? []);
    files.push({
      ...{ path: name.toString(), base: base !== undefined, ours: ours !== undefined, theirs: theirs !== undefined },
      isText: (await Promise.all(sides.map(side => isText(git, side)))).every(Boolean),
    });
  }
  return files;
}

/** Takes a file as one side has it, gone if it is gone there, and marks it resolved. @throws {GitError} when it is not in conflict */
export async function takeSide(git: Git, worktree: string, file: string, side: ConflictSide): Promise<void> {
  const found = (await unmerged(git, worktree)).find(({ name }) => name.toString() === file);
  if (!found) throw new GitError('conflict', `${file} is not in conflict in ${worktree}.`);
  const entry = found.stages.get(side === 'ours' ? 2 : 3);
  const nothing = { mode: '0', object: '0'.repeat(40), path: found.name };
  const lines = indexInfo([nothing, ...(entry ? [{ ...entry, path: found.name }] : [])]);
  await git.whileLocked(() => git.input(['update-index', '-z', '--index-info'], lines, { cwd: worktree }));
  if (!entry) await rm(path.join(worktree, file), { force: true });
  else if (entry.mode !== '160000') await git.input(['checkout-index', '--force', '-z', '--stdin'], `${file}\0`, { cwd: worktree });
}

/** Marks a file as resolved, as it is on the disk now; gone if it is gone. @throws {GitError} when it is not there and never was */
export async function markResolved(git: Git, worktree: string, file: string): Promise<void> {
  await git.whileLocked(() => git.run(['add', '--all', '--force', '--', `:(top,literal)${file}`], { cwd: worktree }));
}

/** Takes everything as it is on the disk now, what is new and not ignored too. For a merge in which nothing was in conflict. */
export async function markAll(git: Git, worktree: string): Promise<void> {
  await git.whileLocked(() => git.run(['add', '--all', '--', ':(top)'], { cwd: worktree }));
}

/** Tracked files that were changed after they were marked resolved, or after the merge. */
export async function changedSinceMarked(git: Git, worktree: string): Promise<readonly string[]> {
  await git.run(['update-index', '-q', '--refresh'], { cwd: worktree, allowExit: [1] });
  const { stdout } = await git.run(['diff-files', '--name-only', '-z', '--ignore-submodules=dirty'], { cwd: worktree });
  return [...new Set(stdout.split('\0').filter(name => name !== ''))];
}

/** The tree of what is marked resolved. @throws {GitError} while anything is in conflict */
export async function indexTree(git: Git, worktree: string): Promise<string> {
  return (await git.run(['write-tree'], { cwd: worktree })).stdout.trim();
}

async function unmerged(git: Git, worktree: string): Promise<readonly UnmergedPath[]> {
  const { stdout } = await git.bytes(['ls-files', '--unmerged', '-z', '--full-name'], undefined, { cwd: worktree });
  return unmergedPaths(splitNul(stdout));
}

async function isText(git: Git, { mode, object }: Entry): Promise<boolean> {
  if (!mode.startsWith('100')) return false;
  const { stdout } = await git.bytes(['cat-file', 'blob', object]);
  return !stdout.subarray(0, looked).includes(0);
}
