import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Files below `folder` whose name matches, sorted; [] when the folder is absent. `node_modules` is never entered. */
export function globSync(folder, pattern) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .flatMap(entry => {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : globSync(file, pattern);
      return pattern.test(entry.name) ? [file] : [];
    })
    .sort();
}
