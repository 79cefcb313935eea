import { shownPath, type BytePath } from './bytePath';
import type { Git } from './git';
import { scanDisk, type DiskFile } from './scanDisk';
import { extrasFile, readExtras, unescapeGitNames } from './snapshotExtras';
import { SnapshotError } from './snapshotError';
import { readTree, type TreeEntry } from './snapshotTrees';

/** The commits of a snapshot. */
export type SnapshotCommits = { readonly id: string; readonly index: string; readonly extras: string };

/**
 * Reads a snapshot back out of git and compares it with what is on the disk now, file by file and byte by byte (by their ids,
 * which are computed here from the disk and checked by git against what it stores). Resolves to what differs, for people.
 * @throws {SnapshotError} `damaged` when git cannot give back what it was given.
 */
export async function differencesFromDisk(
  git: Git,
  { id, index, extras }: SnapshotCommits,
  worktree: string,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  await readBack(git, [id, index, extras], signal);
  const scan = await scanDisk(git, worktree, signal);
  const gitEntries = (await readTree(git, extras)).filter(entry => entry.path !== extrasFile);
  const kept = await readExtras(git, extras);
  const folders = new Set([...kept.emptyFolders, ...scan.emptyFolders]);
  const differing = [
    ...unequal(await readTree(git, id), scan.files),
    ...unequal(
      gitEntries.map(entry => ({ ...entry, path: unescapeGitNames(entry.path) })),
      scan.gitFiles,
    ),
    ...[...folders].filter(name => kept.emptyFolders.includes(name) !== scan.emptyFolders.includes(name)),
    ...scan.unreadable,
  ];
  return [...new Set(differing)].sort().map(shownPath);
}

/** Has git read every object of the commits' trees and check it against its id. */
async function readBack(git: Git, commits: readonly string[], signal: AbortSignal | undefined): Promise<void> {
  const args = ['rev-list', '--no-walk', '--objects', '--verify-objects', '--quiet', ...commits];
  const { stderr, exitCode } = await git.run(args, { signal, allowExit: [1, 128] });
  if (exitCode !== 0 || stderr.trim() !== '') {
    throw new SnapshotError('damaged', `git does not give back what it was given to keep: ${stderr.trim().split('\n')[0] ?? ''}`);
  }
}

function unequal(tree: readonly TreeEntry[], disk: readonly DiskFile[]): readonly BytePath[] {
  const kept = new Map(tree.map(({ mode, object, path }) => [path, `${mode} ${object}`]));
  const there = new Map(disk.map(({ mode, object, path }) => [path, `${mode} ${object}`]));
  return [...new Set([...kept.keys(), ...there.keys()])].filter(name => kept.get(name) !== there.get(name));
}
