import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ModelScript } from './scriptedModel';

/** Scripts of a folder: `<label>.txt`, and `<label>@2.txt` for the second message that asks for it. */
export async function readScriptFolder(folder: string): Promise<readonly ModelScript[]> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.txt')).sort();
  return Promise.all(
    names.map(async name => ({ label: name.replace(/(@\d+)?\.txt$/, ''), directives: await readFile(path.join(folder, name), 'utf8') })),
  );
}
