import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type * as z from 'zod';
import { hasProcess } from '../../common/hasProcess';
import type { Git } from './git';

/**
 * Notes of what is being done, one JSON file each below `<git-common-dir>/work/<folder>`: on disk from before the first step until
 * after the last, so that whoever starts next knows what was cut off. The folder's name begins with a dot, unlike a workstream's.
 */
export class NoteFolder<T> {
  constructor(
    private readonly folder: `.${string}`,
    private readonly schema: z.ZodType<T>,
  ) {}

  /** Replaces the note of that name in one step; it is on the disk when this resolves. */
  async write(git: Git, name: string, note: T): Promise<void> {
    const file = path.join(await this.place(git), `${name}.json`);
    await mkdir(path.dirname(file), { recursive: true });
    const unfinished = `${file}.${process.pid}.tmp`;
    try {
      const handle = await open(unfinished, 'w');
      try {
        await handle.writeFile(JSON.stringify(note));
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(unfinished, file);
    } catch (error) {
      await rm(unfinished, { force: true }).catch(() => undefined); // the reason it could not be written counts
      throw error;
    }
  }

  async clear(git: Git, name: string): Promise<void> {
    await rm(path.join(await this.place(git), `${name}.json`), { force: true });
  }

  /** Those that can be read; a write that was cut off is no note, and is taken away. */
  async read(git: Git): Promise<readonly T[]> {
    const folder = await this.place(git);
    const names = await readdir(folder).catch(() => []);
    for (const name of names) {
      const writer = /\.(\d+)\.tmp$/.exec(name)?.[1];
      if (writer !== undefined && !hasProcess(Number(writer))) await rm(path.join(folder, name), { force: true });
    }
    const notes = names.filter(name => name.endsWith('.json'));
    const all = await Promise.all(notes.map(name => readFile(path.join(folder, name), 'utf8').catch(() => '')));
    return all.flatMap(text => {
      try {
        return this.schema.safeParse(JSON.parse(text)).data ?? [];
      } catch {
        return [];
      }
    });
  }

  private async place(git: Git): Promise<string> {
    return path.join(await git.commonDir(), 'work', this.folder);
  }
}

/** Whether another living process is at it; nothing of this one is, for it does such things one after the other. */
export const isAtWork = ({ pid }: { readonly pid?: number | undefined }) => pid !== undefined && pid !== process.pid && hasProcess(pid);
