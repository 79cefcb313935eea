import * as z from 'zod';
import type { BytePath } from './bytePath';
import { splitNames } from './bytePath';
import type { Git } from './git';
import type { DiskScan } from './scanDisk';
import type { TreeEntry } from './snapshotTrees';

const names = z.array(z.string());

/** What a tree of files cannot say; names as `BytePath`. Kept as `extras.json` beside the files that are in, or called, `.git`. */
const extrasSchema = z.object({
  submodules: names,
  emptyFolders: names,
  /** Flags of the index: files that git was told not to look at, or that a sparse checkout leaves out. */
  assumeUnchanged: names,
  skipWorktree: names,
});

export type SnapshotExtras = z.infer<typeof extrasSchema>;

export const extrasFile = 'extras.json';
const gitFilesFolder = 'files/';

/** git takes no `.git` into a tree, and fsck none of the names that some systems take for it. */
export const escapeGitNames = (name: BytePath): BytePath =>
  gitFilesFolder +
  name
    .split('/')
    .map(component => (/^(?:%|\.git|git~)/i.test(component) ? `%${component}` : component))
    .join('/');

export const unescapeGitNames = (name: BytePath): BytePath =>
  name
    .slice(gitFilesFolder.length)
    .split('/')
    .map(component => component.replace(/^%/, ''))
    .join('/');

export function extrasOf(scan: DiskScan, flags: IndexFlags): SnapshotExtras {
  return { submodules: [...scan.submodules], emptyFolders: [...scan.emptyFolders], ...flags };
}

export type IndexFlags = { assumeUnchanged: BytePath[]; skipWorktree: BytePath[] };

export async function indexFlags(git: Git, worktree: string): Promise<IndexFlags> {
  const { stdout } = await git.bytes(['ls-files', '-z', '-v', '--full-name'], undefined, { cwd: worktree });
  const entries = splitNames(stdout).map(line => ({ tag: line.slice(0, 1), name: line.slice(2) }));
  return {
    assumeUnchanged: entries.filter(({ tag }) => tag !== tag.toUpperCase()).map(({ name }) => name),
    skipWorktree: entries.filter(({ tag }) => tag.toUpperCase() === 'S').map(({ name }) => name),
  };
}

export async function readExtras(git: Git, commit: string): Promise<SnapshotExtras> {
  const { stdout } = await git.run(['cat-file', 'blob', `${commit}:${extrasFile}`]);
  return extrasSchema.parse(JSON.parse(stdout));
}

export async function extrasEntries(git: Git, scan: DiskScan, extras: SnapshotExtras): Promise<readonly TreeEntry[]> {
  const { stdout } = await git.input(['hash-object', '-w', '--no-filters', '--stdin'], JSON.stringify(extras));
  return [
    { mode: '100644', object: stdout.trim(), path: extrasFile },
    ...scan.gitFiles.map(({ mode, object, path }) => ({ mode, object, path: escapeGitNames(path) })),
  ];
}
