import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { isoTime } from '../../common/clock';
import { count } from '../../common/text';
import { shownPath, splitNames, type BytePath } from './bytePath';
import type { Git } from './git';
import { differencesFromDisk } from './proveSnapshot';
import { scanDisk, type DiskScan } from './scanDisk';
import { extrasEntries, extrasOf, indexFlags } from './snapshotExtras';
import { SnapshotError, nameSome } from './snapshotError';
import { storeFiles } from './snapshotObjects';
import { snapshotMessage, type SnapshotRecord } from './snapshotRecord';
import { indexTree, writeTree } from './snapshotTrees';

export type SnapshotRequest = {
  /** Absolute. */
  readonly worktree: string;
  readonly stream: string;
  readonly task: string;
  /** `<task>#<number>` */
  readonly attempt?: string | undefined;
  /** Without it, large files that git does not track are refused. */
  readonly consent?: { readonly largeFiles: boolean } | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** Bytes that files which git does not track may have without being asked about: one of them, and all together. */
export type SizeLimits = { readonly file: number; readonly all: number };
export const sizeLimits: SizeLimits = { file: 50 << 20, all: 500 << 20 };

const tries = 4;
const longestList = 100;

/** Nobody's commit: it must be possible where git does not know who the user is. */
const author = (takenAt: number) => ({
  GIT_AUTHOR_NAME: 'Workstreams',
  GIT_AUTHOR_EMAIL: 'workstreams@localhost',
  GIT_AUTHOR_DATE: isoTime(takenAt),
  GIT_COMMITTER_NAME: 'Workstreams',
  GIT_COMMITTER_EMAIL: 'workstreams@localhost',
  GIT_COMMITTER_DATE: isoTime(takenAt),
});

/**
 * Makes a commit of what is in the worktree, proved to hold it; no ref is moved. What changes meanwhile is taken again, a few times.
 * @throws {SnapshotError} `unreadable`, `too-large`, `changing`, `damaged`, each with the paths.
 */
export async function commitSnapshot(
  git: Git,
  request: SnapshotRequest,
  { takenAt, limits = sizeLimits }: { readonly takenAt: number; readonly limits?: SizeLimits | undefined },
): Promise<SnapshotRecord & { readonly id: string }> {
  for (let attempt = 1; ; attempt++) {
    try {
      const scan = await scanDisk(git, request.worktree, request.signal);
      refuseUnreadable(request.worktree, scan);
      if (request.consent?.largeFiles !== true) await refuseLarge(git, request.worktree, scan, limits);
      const made = await commitScan(git, request, scan, takenAt);
      const differing = await differencesFromDisk(git, made, request.worktree, request.signal);
      if (differing.length === 0) return made;
      throw new SnapshotError('changing', `${request.worktree} keeps changing: ${nameSome(differing)}.`, differing);
    } catch (error) {
      if (!(error instanceof SnapshotError) || error.reason !== 'changing' || attempt === tries) throw error;
    }
  }
}

async function commitScan(
  git: Git,
  { worktree, stream, task, attempt, signal }: SnapshotRequest,
  scan: DiskScan,
  takenAt: number,
): Promise<SnapshotRecord & { readonly id: string }> {
  await storeFiles(git, [...scan.files, ...scan.gitFiles], signal);
  const env = author(takenAt);
  const commit = async (tree: string, parents: readonly string[], message: string) =>
    (await git.input(['commit-tree', tree, ...parents.flatMap(parent => ['-p', parent])], message, { env })).stdout.trim();
  const head = await git.head(worktree);
  const index = await commit(await indexTree(git, worktree), [], 'The index\n');
  const extrasTree = await writeTree(git, await extrasEntries(git, scan, extrasOf(scan, await indexFlags(git, worktree))));
  const extras = await commit(extrasTree, [], 'What no tree of files can say\n');
  const unfinished = await unfinishedWork(git, worktree);
  const all = [...scan.files, ...scan.gitFiles];
  const record: SnapshotRecord = {
    version: 1,
    stream,
    task,
    ...(attempt === undefined ? {} : { attempt }),
    worktree,
    branch: head.branch ?? null,
    head: head.sha ?? null,
    index,
    extras,
    takenAt,
    files: all.length,
    size: all.reduce((sum, { size }) => sum + size, 0),
    notKept: { ignored: listed(scan.ignored), special: listed(scan.special), state: unfinished.map(({ text }) => text) },
  };
  const parents = [...(head.sha === undefined ? [] : [head.sha]), index, extras, ...unfinished.flatMap(({ commits }) => commits)];
  return { ...record, id: await commit(await writeTree(git, scan.files), [...new Set(parents)], snapshotMessage(record)) };
}

function refuseUnreadable(worktree: string, { unreadable }: DiskScan): void {
  if (unreadable.length === 0) return;
  const paths = unreadable.map(shownPath);
  throw new SnapshotError('unreadable', `${worktree} cannot be kept whole: ${nameSome(paths)} cannot be read.`, paths);
}

async function refuseLarge(git: Git, worktree: string, scan: DiskScan, limits: SizeLimits): Promise<void> {
  const { stdout } = await git.bytes(['ls-files', '-z', '--full-name'], undefined, { cwd: worktree });
  const tracked = new Set(splitNames(stdout));
  const untracked = [...scan.files, ...scan.gitFiles].filter(file => !tracked.has(file.path));
  const isTooMuch = untracked.reduce((sum, { size }) => sum + size, 0) > limits.all;
  const large = untracked.filter(({ size }) => isTooMuch || size > limits.file).sort((left, right) => right.size - left.size);
  if (large.length === 0) return;
  const named = large.map(file => ({ name: shownPath(file.path), size: `${Math.ceil(file.size / (1 << 20))} MB` }));
  throw new SnapshotError(
    'too-large',
    `${worktree} holds ${isTooMuch ? 'much' : count(large.length, 'large file')} that git does not track: ${nameSome(named.map(({ name, size }) => `${name} (${size})`))}. Remove what is not needed, or agree to keep it.`,
    named.map(({ name }) => name),
  );
}

/** What somebody began there and a restored worktree will not be in the middle of; its commits are kept. */
async function unfinishedWork(
  git: Git,
  worktree: string,
): Promise<readonly { readonly text: string; readonly commits: readonly string[] }[]> {
  const { stdout } = await git.run(['rev-parse', '--absolute-git-dir'], { cwd: worktree });
  const folder = await realpath(stdout.replace(/\r?\n$/, ''));
  const found: { text: string; commits: readonly string[] }[] = [];
  for (const name of ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'REBASE_HEAD']) {
    const content = await readFile(path.join(folder, name), 'utf8').catch(() => '');
    const commits = content.split('\n').filter(line => /^[0-9a-f]{40,64}$/.test(line));
    if (commits.length > 0) found.push({ text: `${name} ${commits.join(' ')}`, commits });
  }
  for (const name of ['rebase-merge', 'rebase-apply', 'BISECT_LOG']) {
    if (await stat(path.join(folder, name)).catch(() => undefined)) found.push({ text: name, commits: [] });
  }
  return found;
}

function listed(names: readonly BytePath[]): string[] {
  const more = names.length - longestList;
  return [...names.slice(0, longestList).map(shownPath), ...(more > 0 ? [`… ${more} more`] : [])];
}
