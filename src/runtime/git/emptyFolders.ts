import { rmdir } from 'node:fs/promises';
import { parentOf, placeOf, type BytePath } from './bytePath';

/** Takes away the folders above a path, as far as nothing is in them; the root stays. */
export async function removeEmptyFolders(root: string, name: BytePath): Promise<void> {
  for (let folder = parentOf(name); folder !== ''; folder = parentOf(folder)) {
    try {
      await rmdir(placeOf(root, folder));
    } catch {
      return; // not empty: what is in it stays
    }
  }
}
