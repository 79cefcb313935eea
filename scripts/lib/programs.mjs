import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

export function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The first of these names on PATH; on Windows with the endings that make a program there. */
export function findProgram(names, env = process.env) {
  const folders = (env.PATH ?? env.Path ?? '').split(path.delimiter).filter(Boolean);
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  return names.flatMap(name => folders.flatMap(folder => endings.map(ending => path.join(folder, name + ending)))).find(isProgram);
}
