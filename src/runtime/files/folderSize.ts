import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { Limiter } from '../../common/limiter';

/** Folders that are read at once. */
const width = 16;

export type FolderSize = { readonly bytes: number; readonly files: number };

/**
 * What a folder holds, links not followed and a file with several names counted once; what cannot be read counts nothing.
 * Rejects with the signal's reason as soon as that is aborted. `except`: absolute paths of folders that are left out.
 */
export async function folderSize(
  folder: string,
  { except = [], signal }: { readonly except?: readonly string[]; readonly signal?: AbortSignal | undefined } = {},
): Promise<FolderSize> {
  const limiter = new Limiter(width);
  const leftOut = new Set(except);
  const counted = new Set<string>();
  let bytes = 0;
  let files = 0;

  const add = async (file: string) => {
    const facts = await lstat(file).catch(() => undefined);
    if (!facts) return;
    const identity = `${facts.dev}:${facts.ino}`;
    if (facts.nlink > 1 && counted.has(identity)) return;
    if (facts.nlink > 1) counted.add(identity);
    bytes += facts.size;
    files++;
  };
  const walk = async (current: string): Promise<void> => {
    const folders = await limiter.run(async () => {
      signal?.throwIfAborted();
      const entries = await readdir(current, { withFileTypes: true }).catch(() => []);
      for (const entry of entries) {
        signal?.throwIfAborted();
        if (!entry.isDirectory()) await add(path.join(current, entry.name));
      }
      return entries.filter(entry => entry.isDirectory()).map(entry => path.join(current, entry.name));
    }, signal);
    await Promise.all(folders.filter(inner => !leftOut.has(inner)).map(walk));
  };
  await walk(folder);
  return { bytes, files };
}
