import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { writeText } from '../files/writeText';
import { ReviewError } from './reviewError';
import { fileStateSchema } from './triedFiles';

const recordSchema = z.looseObject({
  version: z.literal(1),
  stream: z.string(),
  thread: z.string(),
  /** Where the user's HEAD was, and what of the thread was brought in. */
  head: z.string(),
  base: z.string(),
  tip: z.string(),
  at: z.string(),
  /** `writing` and `undoing`: whoever did that may have been killed in the middle. */
  state: z.enum(['writing', 'tried', 'undoing']),
  files: z.array(
    z.looseObject({
      /** One character for each byte of its name. */
      path: z.string(),
      /** Its entry in the index, null when it has none. */
      index: z.string().nullable(),
      before: fileStateSchema.nullable(),
      after: fileStateSchema.nullable(),
    }),
  ),
});
export type TryRecord = z.infer<typeof recordSchema>;
export type TriedFile = TryRecord['files'][number];

/** Where the bytes of one try are kept until it is undone: below the git folder, out of everybody's way. */
export class TryFolder {
  readonly place: string;
  /** A try that is being prepared; nothing was touched yet. */
  readonly draft: string;

  constructor(commonDir: string) {
    this.place = path.join(commonDir, 'work-try');
    this.draft = path.join(commonDir, 'work-try.part');
  }

  /** The bytes as they were, and as they are brought in: the n-th file of the record. */
  before = (index: number, folder = this.place): string => path.join(folder, 'before', String(index));
  after = (index: number, folder = this.place): string => path.join(folder, 'after', String(index));

  /** @throws {ReviewError} `busy` when the record is damaged: nothing is touched. */
  async read(): Promise<TryRecord | undefined> {
    const file = path.join(this.place, 'try.json');
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    });
    if (text === undefined) return undefined;
    try {
      return recordSchema.parse(JSON.parse(text));
    } catch (cause) {
      throw new ReviewError('busy', `${file} is damaged, or of a newer version: nothing is brought in or undone.`, [file], cause);
    }
  }

  async write(record: TryRecord, folder = this.place): Promise<void> {
    await writeText(path.join(folder, 'try.json'), `${JSON.stringify(record)}\n`);
  }

  async begin(): Promise<void> {
    await rm(this.draft, { recursive: true, force: true });
    for (const name of ['before', 'after', 'out']) await mkdir(path.join(this.draft, name), { recursive: true });
  }

  /** From here on everything can be undone. */
  async publish(): Promise<void> {
    await rm(path.join(this.draft, 'out'), { recursive: true, force: true });
    await rename(this.draft, this.place);
  }

  /** The record goes first: without it there is nothing to undo. */
  async clear(): Promise<void> {
    await rm(path.join(this.place, 'try.json'), { force: true });
    await rm(this.place, { recursive: true, force: true });
    await rm(this.draft, { recursive: true, force: true });
  }
}
