import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout that a bundled test or tool belongs to, wherever its bundle lies below it. */
export function projectRoot(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, 'sample', 'repository'))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error(`no checkout of this project above ${fileURLToPath(import.meta.url)}`);
    folder = parent;
  }
  return folder;
}
