import { readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '../files/filesError';
import { readText, type TextRead } from '../files/readText';
import { writeText } from '../files/writeText';

/** Names in a folder, sorted; none where there is no such folder. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}

/** Reads a file of a source; `relative` is to `root`, with `/`. What leads out of the repository is bad. */
export async function readSourceFile(root: string, relative: string): Promise<TextRead> {
  const file = path.join(root, ...relative.split('/'));
  if (!(await isInside(root, file))) return { kind: 'bad', message: 'it leads out of the repository' };
  return readText(file);
}

/** Programs that save between our read and our write are not overwritten; more often in a row than this they are not let win. */
const attempts = 5;

/**
 * Gives the text of a source's file to `change` and writes what comes back, unless it was saved in between: then `change` is asked
 * again. A text that stays the same is not written.
 * @returns what `change` gave, or a sentence that says why the file could not be changed
 * @throws FilesError `failed`
 */
export async function editSourceFile<T extends { readonly text: string }>(
  root: string,
  relative: string,
  change: (text: string) => T,
): Promise<T | string> {
  const file = path.join(root, ...relative.split('/'));
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const read = await readSourceFile(root, relative);
    if (read.kind === 'absent') return `${relative} is not there any more: nothing was written back to it.`;
    if (read.kind === 'bad') return `${relative} cannot be read: ${read.message}. Nothing was written back to it.`;
    const changed = change(read.text);
    if (changed.text === read.text) return changed;
    const isUnchanged = async () => {
      const now = await readText(file);
      return now.kind === 'ok' && now.text === read.text;
    };
    if (await writeText(file, changed.text, isUnchanged)) return changed;
  }
  return `${relative} is being changed by another program all the time: nothing was written back to it.`;
}

/** By real paths: a link may not lead us to files of somebody else. What is not there is inside. */
async function isInside(root: string, file: string): Promise<boolean> {
  const [top, target] = await Promise.all([realpath(root), realpath(file).catch(() => undefined)]);
  if (target === undefined) return true;
  const relative = path.relative(top, target);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
