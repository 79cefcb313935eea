import { copyFile, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { bytesOf, type BytePath } from './bytePath';
import type { Git } from './git';
import { withIndex } from './temporaryIndex';

export type TreeEntry = { readonly mode: string; readonly object: string; readonly path: BytePath };

/** Names that a Windows or macOS checkout would mistake for `.git` are content here; they are never checked out by git. */
const plainNames = ['-c', 'core.protectNTFS=false', '-c', 'core.protectHFS=false', '-c', 'core.splitIndex=false'];

/** A tree of exactly these files. */
export async function writeTree(git: Git, entries: readonly TreeEntry[]): Promise<string> {
  return withIndex(git, async env => {
    await git.run(['read-tree', '--empty'], { env });
    await addEntries(git, entries, env);
    return (await git.run([...plainNames, 'write-tree'], { env })).stdout.trim();
  });
}

/** The index of a worktree as a tree; of a file in conflict, our side. The index itself is not touched, a lock on it does not matter. */
export async function indexTree(git: Git, worktree: string): Promise<string> {
  return withIndexOf(git, worktree, async env => {
    await addEntries(git, await ourSides(git, worktree, env), env, worktree);
    return (await git.run([...plainNames, 'write-tree'], { env, cwd: worktree })).stdout.trim();
  });
}

/** A copy of a worktree's index, empty when it has none. */
export async function withIndexOf<T>(
  git: Git,
  worktree: string,
  act: (env: { readonly GIT_INDEX_FILE: string }) => Promise<T>,
): Promise<T> {
  const { stdout } = await git.run(['rev-parse', '--git-path', 'index'], { cwd: worktree });
  const index = path.resolve(worktree, stdout.replace(/\r?\n$/, ''));
  return withIndex(git, async env => {
    const isThere = await copyAsOld(index, env.GIT_INDEX_FILE).then(
      () => true,
      (error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
        throw error;
      },
    );
    if (!isThere) await git.run(['read-tree', '--empty'], { env });
    return act(env);
  });
}

/**
 * With the time of the original: git looks into files that are as old as its index, since such a one may have been changed right after
 * git had looked. In a younger copy it would take them for unchanged.
 */
async function copyAsOld(from: string, to: string): Promise<void> {
  const { atime, mtime } = await stat(from);
  await copyFile(from, to);
  await utimes(to, atime, mtime);
}

/** Replaces entries in conflict: first taken out with all their stages, then put back as ours, where we had the file. */
async function ourSides(git: Git, cwd: string, env: Readonly<Record<string, string>>): Promise<readonly TreeEntry[]> {
  const { stdout } = await git.bytes(['ls-files', '-z', '--unmerged', '--full-name'], undefined, { env, cwd });
  const stages = stdout
    .toString('latin1')
    .split('\0')
    .flatMap(line => {
      const match = /^(\d+) ([0-9a-f]+) (\d)\t([^]+)$/.exec(line);
      return match ? [{ mode: match[1] ?? '', object: match[2] ?? '', stage: match[3] ?? '', path: match[4] ?? '' }] : [];
    });
  const none = '0'.repeat(stages[0]?.object.length ?? 40);
  return [
    ...[...new Set(stages.map(entry => entry.path))].map(name => ({ mode: '0', object: none, path: name })),
    ...stages.filter(({ stage }) => stage === '2'),
  ];
}

async function addEntries(git: Git, entries: readonly TreeEntry[], env: Readonly<Record<string, string>>, cwd?: string): Promise<void> {
  if (entries.length === 0) return;
  const lines = entries.map(entry =>
    Buffer.concat([Buffer.from(`${entry.mode} ${entry.object}\t`), bytesOf(entry.path), Buffer.from('\0')]),
  );
  await git.input([...plainNames, 'update-index', '-z', '--index-info'], Buffer.concat(lines), { env, cwd });
}

/** The files of a commit's tree, with their sizes. */
export async function readTree(git: Git, commit: string): Promise<readonly (TreeEntry & { readonly size: number })[]> {
  const { stdout } = await git.bytes(['ls-tree', '-r', '-l', '-z', '--full-tree', commit]);
  return stdout
    .toString('latin1')
    .split('\0')
    .flatMap(line => {
      const match = /^(\d+) \w+ ([0-9a-f]+) +(\d+|-)\t([^]+)$/.exec(line);
      return match ? [{ mode: match[1] ?? '', object: match[2] ?? '', size: Number(match[3]), path: match[4] ?? '' }] : [];
    });
}
