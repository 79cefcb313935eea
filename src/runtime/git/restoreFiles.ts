import { createWriteStream } from 'node:fs';
import { lstat, mkdir, symlink, writeFile } from 'node:fs/promises';
import { parentOf, placeOf, shownPath, type BytePath } from './bytePath';
import { fileBlobId, linkBlobId, type ObjectFormat } from './fileHash';
import type { Git } from './git';
import { extrasFile, unescapeGitNames } from './snapshotExtras';
import { SnapshotError } from './snapshotError';
import type { Snapshot } from './snapshotRecord';
import { readTree, type TreeEntry } from './snapshotTrees';

export type StoredFile = TreeEntry & { readonly size: number };

/** Bytes that are read from git at once; a file that has more is written while it is read. */
const batchBytes = 32 << 20;

/** Every file of a snapshot, those in the git folders of repositories inside it among them. */
export async function storedFiles(git: Git, { id, extras }: Pick<Snapshot, 'id' | 'extras'>): Promise<readonly StoredFile[]> {
  const inside = (await readTree(git, extras)).filter(({ path }) => path !== extrasFile);
  return [...(await readTree(git, id)), ...inside.map(file => ({ ...file, path: unescapeGitNames(file.path) }))];
}

/**
 * Writes files of git's store into a folder, byte for byte: no filter runs and nothing that is there is replaced. Links come
 * last, so that no file is ever written through one.
 */
export async function writeFiles(git: Git, folder: string, files: readonly StoredFile[]): Promise<void> {
  for (const { path } of files) refuseUnsafe(path);
  const isLink = (file: StoredFile) => file.mode === '120000';
  const sorted = [...files.filter(file => !isLink(file)), ...files.filter(isLink)];
  for (const name of new Set(sorted.map(({ path }) => parentOf(path)))) await mkdir(placeOf(folder, name), { recursive: true });
  for (const batch of batches(sorted)) {
    const [first] = batch;
    if (first && batch.length === 1 && first.size > batchBytes && !isLink(first)) await writeLarge(git, folder, first);
    else await writeBatch(git, folder, batch);
  }
}

/** Those of the files that are not on the disk with exactly these bytes. */
export async function missingFiles(git: Git, folder: string, files: readonly StoredFile[]): Promise<readonly string[]> {
  const format = (await git.run(['rev-parse', '--show-object-format'])).stdout.trim() as ObjectFormat;
  const missing: string[] = [];
  for (const { path, mode, object } of files) {
    const place = placeOf(folder, path);
    const stats = await lstat(place).catch(() => undefined);
    const isSameKind = stats !== undefined && (mode === '120000' ? stats.isSymbolicLink() : stats.isFile());
    const found = isSameKind ? await (mode === '120000' ? linkBlobId(place, format) : fileBlobId(place, format)) : undefined;
    if (found?.id !== object) missing.push(shownPath(path));
  }
  return missing;
}

function refuseUnsafe(name: BytePath): void {
  if (!name.split('/').some(component => component === '' || component === '.' || component === '..') && name !== '.git') return;
  throw new SnapshotError('damaged', `The snapshot names a file that would not be inside the worktree: ${shownPath(name)}`, [
    shownPath(name),
  ]);
}

function* batches(files: readonly StoredFile[]): Generator<readonly StoredFile[]> {
  let batch: StoredFile[] = [];
  let bytes = 0;
  for (const file of files) {
    if (batch.length > 0 && bytes + file.size > batchBytes) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(file);
    bytes += file.size;
  }
  if (batch.length > 0) yield batch;
}

async function writeBatch(git: Git, folder: string, files: readonly StoredFile[]): Promise<void> {
  const { stdout } = await git.bytes(['cat-file', '--batch'], `${files.map(({ object }) => object).join('\n')}\n`);
  let at = 0;
  for (const { object, mode, path } of files) {
    const end = stdout.indexOf('\n', at);
    const [id, , size] = stdout.subarray(at, end).toString().split(' ');
    if (id !== object || size === undefined) {
      throw new SnapshotError('damaged', `git no longer has the content of ${shownPath(path)}.`, [shownPath(path)]);
    }
    const content = stdout.subarray(end + 1, end + 1 + Number(size));
    at = end + 1 + Number(size) + 1;
    const place = placeOf(folder, path);
    if (mode === '120000') await symlink(content, place);
    else await writeFile(place, content, { flag: 'wx', mode: permissions(mode) });
  }
}

async function writeLarge(git: Git, folder: string, { object, path, mode }: StoredFile): Promise<void> {
  await git.pipe(['cat-file', 'blob', object], createWriteStream(placeOf(folder, path), { flags: 'wx', mode: permissions(mode) }));
}

const permissions = (mode: string) => (mode === '100755' ? 0o777 : 0o666);
