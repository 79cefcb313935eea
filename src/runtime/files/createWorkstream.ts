import { mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { isoTime } from '../../common/clock';
import { addStream } from '../../domain/files/indexEdits';
import { newIndexFile, newStreamEntry, newTasksFile } from '../../domain/files/newFiles';
import type { IndexRecord } from '../../domain/files/records';
import type { JsonValue } from '../../domain/journal/events';
import { planTemplate } from '../../domain/planTemplate';
import { FilesError, wordsOf } from './filesError';
import { editStateFile, indexFile } from './stateFile';
import type { WorkFolder } from './workFolder';
import type { WrittenMarks } from './writtenMarks';
import { writeText } from './writeText';

export type NewWorkstream = {
  /** In kebab case. */
  readonly name: string;
  /** 1 to 20, for the plan's template. */
  readonly stages: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly lockRetries: number | undefined;
  readonly marks: WrittenMarks;
};

/** The version that generated files name; the layout has been the same since. */
const generator = '0.1.0';

/**
 * Makes the folder with a plan to fill in and no tasks, then its entry in the index; `work/` and the index where they are
 * missing. A folder that is there already is never written to: its number is taken.
 * @returns the id
 * @throws FilesError `invalid` for the name or the number of stages, `conflict` when the name is taken, and those of an edit.
 */
export async function createWorkstream(folder: WorkFolder, { name, stages, now, lockRetries, marks }: NewWorkstream): Promise<string> {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || name.length > 100) {
    throw new FilesError('invalid', `Workstream name must be kebab-case (e.g., "my-feature"). Got: "${name}"`);
  }
  if (!Number.isInteger(stages) || stages < 1 || stages > 20) {
    throw new FilesError('invalid', `A workstream starts with 1 to 20 stages. Got: ${stages}`);
  }
  await mkdir(folder.path, { recursive: true }).catch((error: unknown) => {
    throw new FilesError('failed', `${folder.path} could not be made: ${wordsOf(error)}.`, { file: folder.path, cause: error });
  });
  const file = await folder.confine(path.join(folder.path, 'index.json'));
  const at = isoTime(now);
  let made: MadeFolder | undefined;
  try {
    await editStateFile(file, indexFile, {
      lockRetries,
      marks,
      create: () => newIndexFile(at),
      change: async (text, index) => {
        const taken = index.streams.find(stream => stream.name === name);
        if (taken) throw new FilesError('conflict', `Workstream with name "${name}" already exists (${taken.id})`);
        made ??= await makeFolder(folder, index, name, stages, at);
        return addStream(text, made.entry, at);
      },
    });
  } catch (error) {
    if (made) await removeFolder(made.path);
    throw error;
  }
  if (!made) throw new FilesError('failed', `Workstream "${name}" was not created.`);
  return made.id;
}

type MadeFolder = { readonly id: string; readonly path: string; readonly entry: JsonValue };

async function makeFolder(folder: WorkFolder, index: IndexRecord, name: string, stages: number, at: string): Promise<MadeFolder> {
  const entries = await readdir(folder.path);
  const numbers = entries.map(entry => Number(/^(\d{3,})-/.exec(entry)?.[1] ?? -1));
  const order = Math.max(-1, ...index.streams.map(stream => stream.order), ...numbers) + 1;
  const { id, entry } = newStreamEntry(order, name, generator, at);
  const own = folder.stream(id);
  await mkdir(path.join(own, 'docs'), { recursive: true });
  await writeText(path.join(own, 'PLAN.md'), planTemplate(id, name, stages, generator, at));
  await writeText(path.join(own, 'tasks.json'), newTasksFile(id, at));
  return { id, path: own, entry };
}

/** Takes back what was made, and only that: a folder that holds anything else stays. */
async function removeFolder(own: string): Promise<void> {
  try {
    await rm(path.join(own, 'PLAN.md'));
    await rm(path.join(own, 'tasks.json'));
    await rmdir(path.join(own, 'docs'));
    await rmdir(own);
  } catch {
    // It is not in the index; at worst its number stays unused.
  }
}
