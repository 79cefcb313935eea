import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import { pathOf, type ProgramEnvironment } from './programEnvironment';

/**
 * Where PATH has a program; undefined when nowhere. Relative folders of PATH are passed over, because a repository could bring a
 * program of that name along; so are folders, and files that cannot be carried out.
 */
export async function findProgram(
  name: string,
  env: ProgramEnvironment,
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  const isWindows = platform === 'win32';
  const folders = pathOf(env, platform)
    .split(isWindows ? ';' : ':')
    .filter(folder => path.isAbsolute(folder));
  const names = isWindows ? ['.exe', '.cmd', '.bat'].map(ending => `${name}${ending}`) : [name];
  for (const folder of folders) {
    for (const each of names) {
      const file = path.join(folder, each);
      if (await isProgram(file, isWindows)) return file;
    }
  }
  return undefined;
}

async function isProgram(file: string, isWindows: boolean): Promise<boolean> {
  try {
    if (!(await stat(file)).isFile()) return false;
    if (!isWindows) await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
