import { createReadStream, createWriteStream } from 'node:fs';
import { open, stat, truncate } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

/**
 * Moves what follows byte `end` into `<journal>.torn-<n>.txt` beside the journal: the next line appended to a torn one would
 * make both unreadable. Gives the file it was put in, or undefined when nothing was torn.
 */
export async function setTornTailAside(file: string, end: number): Promise<string | undefined> {
  const size = await sizeOf(file);
  if (size <= end) return undefined;
  const aside = await firstFree(number => path.join(path.dirname(file), `${path.basename(file, '.jsonl')}.torn-${number}.txt`));
  await pipeline(createReadStream(file, { start: end, end: size - 1 }), createWriteStream(aside, { flags: 'r+', flush: true }));
  await truncate(file, end);
  return aside;
}

async function firstFree(name: (number: number) => string): Promise<string> {
  for (let number = 1; ; number++) {
    try {
      await (await open(name(number), 'wx')).close();
      return name(number);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
