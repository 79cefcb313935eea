import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { GitError } from './gitError';

/** Whether `inner` is below `outer`; both absolute and resolved. A folder is not below itself. */
export function isBelow(inner: string, outer: string): boolean {
  const relative = path.relative(outer, inner);
  return relative !== '' && relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

/** Whether both name the same place; resolved paths. */
export function isSamePath(left: string, right: string): boolean {
  return path.relative(left, right) === '';
}

/** The real path of something that may not exist yet: its nearest existing folder resolved, the rest as given. */
export async function realPathOf(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (error) {
    const parent = path.dirname(file);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === file) throw error;
    return path.join(await realPathOf(parent), path.basename(file));
  }
}

/** `name` as one path segment below `directory`. @throws {GitError} `outside` when it is more, or less, than one. */
export function childPath(directory: string, name: string): string {
  if (name === '' || name === '.' || name === '..' || /[\\/\0]/.test(name)) {
    throw new GitError('outside', `"${name}" cannot name a folder in ${directory}. Use a name without slashes.`);
  }
  return path.join(directory, name);
}
