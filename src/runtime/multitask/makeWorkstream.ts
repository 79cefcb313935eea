import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { isoTime, type Clock } from '../../common/clock';
import { implicitTaskId } from '../../domain/names';
import type { MultitaskEntry } from '../../domain/multitask/multitaskConfig';
import { entryName, multitaskPlanText } from '../../domain/multitask/multitaskPlanText';
import { classicTask } from '../../domain/multitask/multitaskTexts';
import type { WorkstreamSnapshot } from '../../domain/tree/nodes';
import { FilesError } from '../files/filesError';
import type { WorkFiles } from '../files/workFiles';
import { writeText } from '../files/writeText';
import type { Git } from '../git/git';
import { journalFolder } from '../journal/journalPaths';
import { assignmentsFile, readAssignments, type Assignment, type Assignments } from '../run/assignments';
import { isFolder } from '../onDisk';

export type MultitaskPlace = {
  readonly files: WorkFiles;
  readonly git: Git;
  readonly clock: Clock;
  readonly snapshot: (stream: string) => Promise<WorkstreamSnapshot>;
};

/** What a run is asked to do, before its entries have threads. */
export type Wanted = Omit<Assignments, 'entries' | 'version'> & {
  readonly entries: readonly (Omit<Assignment, 'thread'> & Pick<MultitaskEntry, 'at'>)[];
};

export type MultitaskWorkstream = {
  readonly id: string;
  readonly assignments: Assignments;
  readonly folder: string;
  readonly isNew: boolean;
};

/**
 * The workstream of a config: the one that was made of the same entries before, unless `again`; else a new one, with a plan, tasks and
 * prompts. What is special about its threads stands beside its journal before anything can run.
 */
export async function makeWorkstream(place: MultitaskPlace, wanted: Wanted, again: boolean): Promise<MultitaskWorkstream> {
  const commonDir = await place.git.commonDir();
  const known = again ? undefined : await findWorkstream(place, commonDir, wanted);
  const id = known ?? (await create(place, wanted));
  const folder = journalFolder(commonDir, id);
  const [stage] = (await place.snapshot(id)).stages;
  const threads = stage?.batches[0]?.threads ?? [];
  const entries = wanted.entries.map(({ at: _, ...entry }, index) => {
    const thread = threads.find(({ name }) => name === entryName(entry)) ?? threads[index];
    if (!thread) throw new FilesError('conflict', `The plan of ${id} has no thread for issue ${entry.issue}.`);
    return { ...entry, thread: thread.id };
  });
  const assignments: Assignments = { ...wanted, version: 1, entries };
  await writeText(assignmentsFile(folder), `${JSON.stringify(assignments, undefined, 2)}\n`);
  if (known === undefined) {
    for (const [index, { id: thread, promptPath }] of threads.entries()) {
      const entry = entries.find(candidate => candidate.thread === thread);
      if (entry && index < entries.length) await place.files.writePrompt(id, promptPath, classicTask(entry));
    }
  }
  return { id, assignments, folder, isNew: known === undefined };
}

/** The last one that was made of the same entries, to be run in the same way. */
async function findWorkstream({ files }: MultitaskPlace, commonDir: string, wanted: Wanted): Promise<string | undefined> {
  const index = await files.readIndex();
  const streams = index.kind === 'ok' ? index.value.streams : [];
  for (const { id } of [...streams].reverse()) {
    const before = await readAssignments(journalFolder(commonDir, id)).catch(() => undefined);
    if (before && identityOf(before) === identityOf(wanted)) return id;
  }
  return undefined;
}

const identityOf = ({
  config,
  mode,
  isolation,
  entries,
}: Omit<Wanted, 'grace' | 'entries'> & { readonly entries: readonly Omit<Assignment, 'thread'>[] }) =>
  JSON.stringify([
    config,
    mode,
    isolation,
    entries.map(({ issue, branch, description, task, recipe }) => [issue, branch, description, task, recipe]),
  ]);

async function create({ files, clock, snapshot }: MultitaskPlace, { config, entries }: Wanted): Promise<string> {
  const now = clock.now();
  const name = await freeName(files, config);
  const { id } = await files.createWorkstream({ name, stages: 1, now });
  const text = multitaskPlanText(
    entries.map(entry => ({ ...entry, recipe: undefined })),
    { streamId: id, config, date: isoTime(now).slice(0, 10), generator: 'workstreams' },
  );
  await files.editPlan(id, () => ({ text }));
  const [stage] = (await snapshot(id)).stages;
  const [batch] = stage?.batches ?? [];
  await files.addTasks(
    id,
    (batch?.threads ?? []).map(thread => ({
      id: implicitTaskId(thread.id),
      name: thread.name,
      stage_name: stage?.name ?? '',
      batch_name: batch?.name ?? '',
      thread_name: thread.name,
      assigned_agent: thread.agent,
    })),
  );
  return id;
}

/** In kebab case, after the config's file. */
async function freeName(files: WorkFiles, config: string): Promise<string> {
  const base =
    path
      .basename(config)
      .replace(/(\.multitask)?\.(json|md)$/i, '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60)
      .replace(/-+$/, '') || 'multitask';
  const folder = path.join(files.root, 'work');
  const taken = new Set((await isFolder(folder)) ? (await readdir(folder)).map(entry => entry.replace(/^\d+-/, '')) : []);
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(name)) return name;
  }
}
