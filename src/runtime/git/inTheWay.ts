import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import type { Obstacle } from '../../domain/delivery/obstacles';
import { placeOf, shownPath, splitNames, type BytePath } from './bytePath';
import type { Git } from './git';
import { hiddenChanges } from './hiddenChanges';
import { gitlinkMode, nulList, type PathDifference } from './pathDifferences';

/**
 * What of the user's is in the way of bringing a checkout from one commit to the other: changed or staged files at those paths,
 * files that are not tracked, ignored ones too, changes that git was told not to see, and unresolved conflicts anywhere. Takes no lock
 * and changes nothing.
 */
export async function inTheWay(git: Git, checkout: string, differences: readonly PathDifference[]): Promise<readonly Obstacle[]> {
  const tracked = await trackedObstacles(git, checkout, differences);
  const known = new Set(tracked.map(({ path }) => path));
  const touched = differences.map(({ path }) => path);
  const hidden = (await hiddenChanges(git, checkout, touched)).filter(({ path }) => !known.has(path));
  const loose = (await looseObstacles(git, checkout, differences)).filter(path => !known.has(path));
  const ignored = await ignoredOf(git, checkout, loose);
  return [...tracked, ...hidden, ...loose.map(path => ({ kind: ignored.has(path) ? 'ignored' : 'untracked', path }) as const)]
    .map(({ kind, path }) => ({ kind, path: shownPath(path) }))
    .sort((left, right) => (left.path < right.path ? -1 : 1));
}

async function trackedObstacles(
  git: Git,
  checkout: string,
  differences: readonly PathDifference[],
): Promise<readonly { readonly kind: Obstacle['kind']; readonly path: BytePath }[]> {
  const touched = new Set(differences.map(({ path }) => path));
  const args = ['status', '--porcelain', '-z', '--no-renames', '--untracked-files=no', '--ignore-submodules=none'];
  const { stdout } = await git.bytes(args, undefined, { cwd: checkout });
  return splitNames(stdout).flatMap((entry): readonly { readonly kind: Obstacle['kind']; readonly path: BytePath }[] => {
    const [letters, path] = [entry.slice(0, 2), entry.slice(3)];
    if (letters.includes('U') || letters === 'AA' || letters === 'DD') return [{ kind: 'unmerged', path }];
    if (!touched.has(path)) return [];
    return [{ kind: letters.startsWith(' ') ? 'changed' : 'staged', path }];
  });
}

/** What is on the disk where a file is to be made and none was, or where a folder is needed. */
async function looseObstacles(git: Git, checkout: string, differences: readonly PathDifference[]): Promise<readonly BytePath[]> {
  const removed = new Set(differences.filter(({ before }) => before).map(({ path }) => path));
  // Where names do not differ by case alone, the file that is renamed to another case is the one that is there.
  const isCaseBlind = await ignoresCase(git);
  const removedFolded = new Set([...removed].map(path => path.toLowerCase()));
  const isGone = (path: BytePath) => removed.has(path) || (isCaseBlind && removedFolded.has(path.toLowerCase()));
  const folders = new Map<BytePath, boolean>();
  const found = new Set<BytePath>();
  for (const { path, before, after } of differences) {
    if (before || !after) continue;
    const parent = await fileAbove(checkout, path, folders);
    if (parent !== undefined) {
      if (!isGone(parent)) found.add(parent);
      continue;
    }
    const stats = await statsOf(checkout, path);
    if (!stats) continue;
    if (!stats.isDirectory()) {
      if (!isGone(path)) found.add(path);
    } else if (after.mode !== gitlinkMode) {
      for (const inner of await looseFilesIn(git, checkout, path)) found.add(inner);
    } else if ((await readdir(placeOf(checkout, path))).length > 0) found.add(path);
  }
  return [...found];
}

/** The nearest thing above a path that is no folder; `folders` remembers what was looked at. */
async function fileAbove(checkout: string, path: BytePath, folders: Map<BytePath, boolean>): Promise<BytePath | undefined> {
  for (let cut = path.indexOf('/'); cut >= 0; cut = path.indexOf('/', cut + 1)) {
    const parent = path.slice(0, cut);
    let isFolder = folders.get(parent);
    if (isFolder === undefined) {
      const stats = await statsOf(checkout, parent);
      if (!stats) return undefined;
      isFolder = stats.isDirectory();
      folders.set(parent, isFolder);
    }
    if (!isFolder) return parent;
  }
  return undefined;
}

/** Files that git does not track, ignored ones among them; a repository counts as one. */
async function looseFilesIn(git: Git, checkout: string, folder: BytePath): Promise<readonly BytePath[]> {
  const { stdout } = await git.bytes(['ls-files', '-z', '--others', '--', `:(literal)${shownPath(folder)}`], undefined, { cwd: checkout });
  return splitNames(stdout);
}

async function ignoredOf(git: Git, checkout: string, paths: readonly BytePath[]): Promise<ReadonlySet<BytePath>> {
  if (paths.length === 0) return new Set();
  const { stdout } = await git.bytes(['check-ignore', '-z', '--stdin'], nulList(paths), { cwd: checkout, allowExit: [1] });
  return new Set(splitNames(stdout));
}

async function ignoresCase(git: Git): Promise<boolean> {
  const { stdout } = await git.run(['config', '--type=bool', '--get', 'core.ignoreCase'], { allowExit: [1, 128] });
  return stdout.trim() === 'true';
}

/** Undefined when nothing is there. */
export function statsOf(checkout: string, path: BytePath): Promise<Stats | undefined> {
  return lstat(placeOf(checkout, path)).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  });
}
