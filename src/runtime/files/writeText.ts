import { randomBytes } from 'node:crypto';
import { mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { codeOf, FilesError, wordsOf } from './filesError';

/** Ends the names of files that are still being written; watchers pass them over. */
export const temporarySuffix = '.tmp';

/** Programs that have the file open keep Windows from replacing it, usually for a moment. */
const passing = new Set(['EPERM', 'EACCES', 'EBUSY']);
const attempts = 10;

/**
 * Replaces a file as a whole: readers see the old text or the new one, also after a power failure. The folder is made when it is
 * missing, the file's mode is kept, a link is followed.
 * @param mayReplace a last look, right before the new text takes the place of the old one
 * @returns false when `mayReplace` said no
 * @throws FilesError `failed`, or what `mayReplace` throws; the old text is still there.
 */
export async function writeText(file: string, text: string, mayReplace?: () => Promise<boolean>): Promise<boolean> {
  const target = await realpath(file).catch(() => file);
  const temporary = path.join(
    path.dirname(target),
    `.${path.basename(target)}.${process.pid}.${randomBytes(4).toString('hex')}${temporarySuffix}`,
  );
  try {
    await mkdir(path.dirname(target), { recursive: true });
    const mode = (await stat(target).catch(() => undefined))?.mode;
    const handle = await open(temporary, 'wx', mode);
    try {
      await handle.writeFile(text, 'utf8');
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (mayReplace && !(await mayReplace())) {
      await rm(temporary, { force: true });
      return false;
    }
    await replaceFile(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    if (error instanceof FilesError) throw error;
    throw new FilesError('failed', `${path.basename(file)} could not be written: ${wordsOf(error)}. Nothing was changed.`, {
      file,
      cause: error,
    });
  }
  await syncFolder(path.dirname(target));
  return true;
}

/** Gives a file or folder its name, also while somebody looks at it. */
export async function replaceFile(temporary: string, target: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await rename(temporary, target);
      return;
    } catch (error) {
      if (process.platform !== 'win32' || !passing.has(codeOf(error) ?? '') || attempt === attempts) throw error;
      await pause(10 * attempt);
    }
  }
}

/** Makes the rename last; not every system lets a folder be opened. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // The text itself is safe; only the moment of its appearance is not.
  }
}
