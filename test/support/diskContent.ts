import { lstat, readFile, readdir, readlink } from 'node:fs/promises';

/**
 * Everything below a folder except a `.git` right in it: name (one character a byte) → what it is and its bytes. The outside
 * witness of what snapshots claim: it asks only the disk.
 */
export async function diskContent(folder: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const walk = async (place: Buffer, prefix: string): Promise<void> => {
    for (const name of (await readdir(place, { encoding: 'buffer' })).sort((left, right) => left.compare(right))) {
      const path = `${prefix}${name.toString('latin1')}`;
      if (path === '.git') continue;
      const file = Buffer.concat([place, Buffer.from('/'), name]);
      const stats = await lstat(file);
      if (stats.isDirectory()) {
        found.set(`${path}/`, 'folder');
        await walk(file, `${path}/`);
      } else if (stats.isSymbolicLink()) found.set(path, `link ${(await readlink(file, 'buffer')).toString('latin1')}`);
      else if (stats.isFile()) {
        found.set(path, `${(stats.mode & 0o100) === 0 ? 'file' : 'program'} ${(await readFile(file)).toString('latin1')}`);
      } else found.set(path, 'special');
    }
  };
  await walk(Buffer.from(folder), '');
  return found;
}
