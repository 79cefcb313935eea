import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { isoTime } from '../../common/clock';
import { addStream } from '../../domain/files/indexEdits';
import { newIndexFile, newStreamEntry, newTasksFile } from '../../domain/files/newFiles';
import type { IndexRecord } from '../../domain/files/records';
import type { NewTask } from '../../domain/files/taskEdits';
import type { JsonValue } from '../../domain/journal/events';
import { planTemplate } from '../../domain/planTemplate';
import { FilesError, wordsOf } from './filesError';
import { editStateFile, indexFile } from './stateFile';
import type { WorkFolder } from './workFolder';
import type { WrittenMarks } from './writtenMarks';
import { replaceFile, temporarySuffix, writeText } from './writeText';

/** What a workstream begins with, where its plan is there already. */
export type FirstFiles = {
  readonly plan: string;
  /** In the order of their ids. */
  readonly tasks: readonly NewTask[];
  /** `source.json`: where the plan came from. */
  readonly source: string;
};

/** A plan's template for so many stages (1 to 20), or what is there already, asked for right before it is written. */
export type FirstContent = { readonly stages: number } | { readonly files: () => Promise<FirstFiles> };

export type NewWorkstream = {
  /** In kebab case. */
  readonly name: string;
  readonly content: FirstContent;
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
export async function createWorkstream(folder: WorkFolder, { name, content, now, lockRetries, marks }: NewWorkstream): Promise<string> {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || name.length > 100) {
    throw new FilesError('invalid', `Workstream name must be kebab-case (e.g., "my-feature"). Got: "${name}"`);
  }
  if ('stages' in content && (!Number.isInteger(content.stages) || content.stages < 1 || content.stages > 20)) {
    throw new FilesError('invalid', `A workstream starts with 1 to 20 stages. Got: ${content.stages}`);
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
        made ??= await makeFolder(folder, index, { name, content, at });
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

type Wanted = Pick<NewWorkstream, 'name' | 'content'> & { readonly at: string };

/** The files are written in a folder beside, which gets its name when all of them are there. */
async function makeFolder(folder: WorkFolder, index: IndexRecord, { name, content, at }: Wanted): Promise<MadeFolder> {
  const entries = await readdir(folder.path);
  const numbers = entries.map(entry => Number(/^(\d{3,})-/.exec(entry)?.[1] ?? -1));
  const order = Math.max(-1, ...index.streams.map(stream => stream.order), ...numbers) + 1;
  const { id, entry } = newStreamEntry(order, name, generator, at);
  const own = folder.stream(id);
  const beside = path.join(folder.path, `.${id}.${process.pid}.${randomBytes(4).toString('hex')}${temporarySuffix}`);
  try {
    await mkdir(path.join(beside, 'docs'), { recursive: true });
    if ('stages' in content) {
      await writeText(path.join(beside, 'PLAN.md'), planTemplate(id, name, content.stages, generator, at));
      await writeText(path.join(beside, 'tasks.json'), newTasksFile(id, at));
    } else {
      const { plan, tasks, source } = await content.files();
      await writeText(path.join(beside, 'PLAN.md'), plan);
      await writeText(path.join(beside, 'tasks.json'), newTasksFile(id, at, tasks));
      await writeText(path.join(beside, 'source.json'), source);
    }
    await replaceFile(beside, own);
  } catch (error) {
    await rm(beside, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
  return { id, path: own, entry };
}

/** Takes back what was made, and only that: a folder that holds anything else stays. */
async function removeFolder(own: string): Promise<void> {
  try {
    await rm(path.join(own, 'PLAN.md'));
    await rm(path.join(own, 'tasks.json'));
    await rm(path.join(own, 'source.json'), { force: true });
    await rmdir(path.join(own, 'docs'));
    await rmdir(own);
  } catch {
    // It is not in the index; at worst its number stays unused.
  }
}
