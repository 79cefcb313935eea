import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { withFileLock } from './fileLock';
import { FilesError } from './filesError';
import { unreadable } from './readJsonFile';
import { readText } from './readText';
import { patient } from './stateFile';
import { writeText } from './writeText';

const document = z.looseObject({ version: z.literal(1) });

/**
 * A list of records in a JSON file of our own, that windows, the command line and the tools of agents change together:
 * `{"version": 1, "<key>": […]}`. A file that is not that is never written to.
 */
export class SharedList<T> {
  constructor(
    readonly file: string,
    private readonly key: string,
    private readonly record: z.ZodType<T>,
  ) {}

  /** None where there is no file. @throws {FilesError} `unparsable` */
  async read(): Promise<readonly T[]> {
    return (await this.content()).records;
  }

  /** Changes the list under the file's lock; what `change` throws, or the same list, leaves the file as it is. @throws {FilesError} */
  async edit<R>(change: (records: readonly T[]) => { readonly records: readonly T[]; readonly result: R }): Promise<R> {
    await mkdir(path.dirname(this.file), { recursive: true });
    return withFileLock(this.file, patient, async lease => {
      const before = await this.content();
      const { records, result } = change(before.records);
      if (records === before.records) return result;
      const text = `${JSON.stringify({ ...before.rest, version: 1, [this.key]: records }, null, 2)}\n`;
      await writeText(this.file, text, () => lease.check().then(() => true));
      return result;
    });
  }

  private async content(): Promise<{ readonly records: readonly T[]; readonly rest: Readonly<Record<string, unknown>> }> {
    const { file, key } = this;
    const found = await readText(file);
    if (found.kind === 'absent') return { records: [], rest: {} };
    if (found.kind === 'bad') throw new FilesError('failed', unreadable(file, found.message).message, { file, cause: found.cause });
    try {
      const rest = document.parse(JSON.parse(found.text));
      return { records: z.array(this.record).parse(rest[key]), rest };
    } catch (cause) {
      throw new FilesError('unparsable', unreadable(file, 'it is damaged, or of a newer version').message, { file, cause });
    }
  }
}
