import { readFile, readlink } from 'node:fs/promises';
import { shownPath } from './bytePath';
import type { Git } from './git';
import type { DiskFile } from './scanDisk';
import { SnapshotError } from './snapshotError';

/**
 * Puts the bytes of files into git's store, past all filters; what is there already is not written again.
 * @throws {SnapshotError} `changing` when a file is no longer what it was when it was listed.
 */
export async function storeFiles(git: Git, files: readonly DiskFile[], signal?: AbortSignal): Promise<void> {
  const missing = await missingOf(git, files);
  const listed = missing.filter(isListable);
  if (listed.length > 0) {
    const lines = Buffer.concat(listed.flatMap(({ source }) => [source, Buffer.from('\n')]));
    const { stdout } = await git.input(['hash-object', '-w', '--no-filters', '--stdin-paths'], lines, { signal });
    const ids = stdout.split('\n');
    for (const [index, file] of listed.entries()) confirm(file, ids[index]);
  }
  for (const file of missing.filter(each => !isListable(each))) {
    const content = await (file.mode === '120000' ? readlink(file.source, 'buffer') : readFile(file.source));
    const { stdout } = await git.input(['hash-object', '-w', '--no-filters', '--stdin'], content, { signal });
    confirm(file, stdout.trim());
  }
}

/** One file of each content that is not in the store. */
async function missingOf(git: Git, files: readonly DiskFile[]): Promise<readonly DiskFile[]> {
  const byObject = new Map(files.map(file => [file.object, file]));
  if (byObject.size === 0) return [];
  const { stdout } = await git.input(['cat-file', '--batch-check=%(objectname)'], `${[...byObject.keys()].join('\n')}\n`);
  return stdout.split('\n').flatMap(line => (line.endsWith(' missing') ? (byObject.get(line.slice(0, -' missing'.length)) ?? []) : []));
}

/** git reads one name a line, takes a carriage return for a part of the line's end, and a quotation mark for quoting; a link it would follow. */
function isListable({ source, mode }: DiskFile): boolean {
  return mode !== '120000' && !source.includes('\n') && !source.includes('\r') && !source.subarray(0, 1).equals(Buffer.from('"'));
}

function confirm(file: DiskFile, id: string | undefined): void {
  if (id === file.object) return;
  const name = shownPath(file.path);
  throw new SnapshotError('changing', `${name} changed while it was kept.`, [name]);
}
