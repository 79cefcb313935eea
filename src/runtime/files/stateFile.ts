import path from 'node:path';
import { decodeIndex, decodeTasks, decodeThreads, type Decoded } from '../../domain/files/decode';
import { withFileLock, type Lease, type LockRetries } from './fileLock';
import { FilesError } from './filesError';
import { readJsonFile, type Read } from './readJsonFile';
import { readText } from './readText';
import { writeText } from './writeText';
import type { WrittenMarks } from './writtenMarks';

/** One of the three files of records, and how its lock is waited for: as the original tool does, but longer than a dead holder's lock counts. */
export type StateFileKind<T> = {
  readonly decode: (text: string) => Decoded<T>;
  readonly emptyIsAbsent: boolean;
  readonly retries: LockRetries;
};

/** Some 13 seconds: a program that was killed in the middle of a write leaves a lock that is stale after 10. */
export const patient = { retries: 28, shortest: 50, longest: 500 };

export const indexFile = { decode: decodeIndex, emptyIsAbsent: false, retries: { retries: 15, shortest: 100, longest: 1000 } };
export const tasksFile = { decode: decodeTasks, emptyIsAbsent: true, retries: patient };
export const threadsFile = { decode: decodeThreads, emptyIsAbsent: true, retries: patient };

export function readStateFile<T>(file: string, { decode, emptyIsAbsent }: StateFileKind<T>): Promise<Read<T>> {
  return readJsonFile(file, decode, { emptyIsAbsent });
}

/** Programs that do not lock may write between our read and our write; more often in a row than this they are not let win. */
const attempts = 5;

export type Edit<T> = {
  /** Gives the new text; may throw, then nothing is written. */
  readonly change: (text: string, value: T) => string | Promise<string>;
  /** The text to start from when there is no file; without it, an absent file is an error. */
  readonly create?: () => string;
  /** Attempts at a held lock, instead of the kind's own. */
  readonly lockRetries?: number | undefined;
  readonly marks: Pick<WrittenMarks, 'note'>;
};

/**
 * Edits a state file in place: lock, read again, change, replace. A text that the change leaves as it is is not written.
 * @returns the file's text afterwards
 * @throws FilesError `unparsable`, `missing`, `locked`, `conflict`, `failed`, and whatever `change` throws.
 */
export function editStateFile<T>(file: string, kind: StateFileKind<T>, { change, create, lockRetries, marks }: Edit<T>): Promise<string> {
  const retries = { ...kind.retries, retries: lockRetries ?? kind.retries.retries };
  return withFileLock(file, retries, async lease => {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const read = await readStateFile(file, kind);
      const { text, value } = usable(file, kind, read, create);
      const changed = await changedText(file, () => change(text, value));
      if (read.kind === 'ok' && changed === text) return text;
      const mayReplace = async () => {
        if (!(await isUnchanged(file, read, lease))) return false;
        await marks.note(file, read.kind === 'ok' ? text : undefined, changed);
        return true;
      };
      if (await writeText(file, changed, mayReplace)) return changed;
    }
    throw new FilesError('conflict', `${path.basename(file)} is being changed by another program all the time. Try again in a moment.`, {
      file,
    });
  });
}

function usable<T>(
  file: string,
  { decode }: StateFileKind<T>,
  read: Read<T>,
  create: (() => string) | undefined,
): { text: string; value: T } {
  if (read.kind === 'ok') return read;
  if (read.kind === 'bad') {
    const { message, line, column } = read.problem;
    const position = line === undefined || column === undefined ? undefined : { line, column };
    throw new FilesError('unparsable', message, { file, position });
  }
  if (!create) throw new FilesError('missing', `${path.basename(file)} is missing: ${file}`, { file });
  const text = create();
  const decoded = decode(text);
  if (!decoded.ok) throw new FilesError('unparsable', decoded.message, { file, position: decoded.position });
  return { text, value: decoded.value };
}

async function changedText(file: string, change: () => string | Promise<string>): Promise<string> {
  try {
    return await change();
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof RangeError)) throw error;
    throw new FilesError('unparsable', `${path.basename(file)} cannot be edited in place: ${error.message}. Nothing was written to it.`, {
      file,
      cause: error,
    });
  }
}

/** Whether the file is still what was read, and the lock still ours, right before the new text takes its place. */
async function isUnchanged(file: string, read: Read<unknown>, lease: Lease): Promise<boolean> {
  await lease.check();
  const now = await readText(file);
  if (read.kind === 'ok') return now.kind === 'ok' && now.text === read.text;
  return now.kind === 'absent' || (now.kind === 'ok' && now.text.trim() === '');
}
