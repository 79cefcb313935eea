import { isoTime, type Clock } from '../../common/clock';
import { count, oneLine, truncate } from '../../common/text';
import { compareIds, parentId } from '../../domain/ids';
import { parsePlan } from '../../domain/plan/parsePlan';
import type { SourceProblem } from '../../domain/sources/importedPlan';
import { addNewThreads, knownThreads, type Reimport } from '../../domain/sources/reimport';
import { sourceChanges, type SourceChange } from '../../domain/sources/sourceChanges';
import { parseSourceRecord, sourceRecordText, type Imported, type SourceRecord } from '../../domain/sources/sourceRecord';
import { hasTakenUp } from '../../domain/sources/takenUp';
import { isDone, type TaskStatus } from '../../domain/taskStatus';
import type { WorkFiles } from '../files/workFiles';
import type { Git } from '../git/git';
import { diffTexts } from '../git/mergeTexts';
import type { TextConflict } from '../git/textConflicts';
import type { ImportPreview } from './planSources';
import { mergePlans } from './mergePlans';
import { promptUpdates, type PromptUpdate } from './promptUpdates';
import { sha256 } from './sha256';
import { SourcesError } from './sourcesError';

/** What a workstream would be with what changed in its source. */
export type UpdatePreview = Reimport & {
  readonly stream: string;
  readonly record: SourceRecord;
  /** `PLAN.md` as it is. */
  readonly before: string;
  /** Hunks of a unified diff from it to what it would be. */
  readonly diff: string;
  readonly changes: readonly SourceChange[];
  readonly prompts: readonly PromptUpdate[];
  /** Nothing changed. */
  readonly isEmpty: boolean;
  readonly problems: readonly SourceProblem[];
};

export type UpdateServices = {
  readonly files: WorkFiles;
  readonly clock: Clock;
  readonly git: () => Git;
  /** Reads a source, and throws for one that is bad. */
  readonly read: (place: Pick<SourceRecord, 'kind' | 'path' | 'agent'>) => Promise<ImportPreview>;
};

/** Where a plan came from, and what of it is taken up. */
type Standing = {
  readonly record: SourceRecord;
  /** Differs from what the record holds as imported when an update was cut off behind the plan: what was taken up before it. */
  readonly settled: Imported;
};

/** Brings imported plans up to what changed in their sources. */
export class SourceUpdates {
  constructor(private readonly services: UpdateServices) {}

  /** Where a workstream's plan came from; undefined for one that was written here. */
  async record(streamId: string): Promise<SourceRecord | undefined> {
    return (await this.standing(streamId))?.record;
  }

  /**
   * What a workstream's plan would be with what changed in its source since it was imported: merged by its parts, and by lines within
   * a part, with what changed in the plan itself. A thread that is done stays when it is gone there: what was done is history, and
   * some sources drop what is closed. Writes nothing.
   * @throws {SourcesError} `not-imported`, `bad-source`, `conflict` with each place
   */
  async preview(streamId: string): Promise<UpdatePreview> {
    const { files, git } = this.services;
    const standing = await this.standing(streamId);
    if (!standing) throw new SourcesError('not-imported', `The plan of ${streamId} was not imported: there is nothing to bring it up to.`);
    const { record, settled } = standing;
    const { plan, hash, problems } = await this.services.read(record);
    const known = plan && knownThreads(plan, record.imported);
    if (!plan || !known || known.problems.length > 0) {
      throw new SourcesError('bad-source', `${streamId} was left as it is.`, known?.problems ?? []);
    }
    const before = await this.planText(streamId);
    const tasks = await files.readTasks(streamId);
    const kept = doneThreads(tasks);
    const merge = await mergePlans(git(), { ours: before, base: record.imported.plan, theirs: known.text }, { kept });
    if (merge.kind === 'conflicts') throw conflict(streamId, record.path, merge.conflicts);
    const update = addNewThreads(plan, {
      ...{ imported: record.imported, settled, known, text: merge.text, hash },
      taken: tasks.map(({ id }) => id),
    });
    const { plan: readable, diagnostics } = parsePlan(update.text);
    if (!readable || diagnostics.some(({ severity }) => severity === 'error')) {
      throw new SourcesError('conflict', `PLAN.md of ${streamId} would not be readable any more: nothing was changed.`);
    }
    const open = new Set(tasks.filter(({ status }) => !isDone(status)).map(({ id }) => id));
    const made = { ...update, completed: update.completed.filter(id => open.has(id)) };
    return {
      ...made,
      ...{ stream: streamId, record, before, problems },
      diff: await diffTexts(git(), { before, after: made.text }),
      changes: sourceChanges(settled, made).filter(({ kind, what, id }) => !(kind === 'gone' && what === 'thread' && kept.has(id))),
      prompts: await promptUpdates(files, streamId, {
        before: { text: before, tasks },
        after: { text: made.text, tasks: withNew(tasks, made) },
        generated: [record.imported.plan],
      }),
      isEmpty: made.text === before && made.tasks.length === 0 && made.completed.length === 0 && settled === record.imported,
    };
  }

  /**
   * Writes what was shown. No status is taken back; what was completed in the source meanwhile is completed. Whoever is cut off
   * within it is told the rest of it by the next preview.
   * @throws {SourcesError} `changed` when the plan or the source is another one by now; {FilesError}
   */
  async update(shown: UpdatePreview): Promise<void> {
    const { files, clock } = this.services;
    const { stream, record, before } = shown;
    const now = await this.preview(stream);
    const isSame = now.before === before && now.text === shown.text && now.imported.hash === shown.imported.hash;
    if (!isSame) throw new SourcesError('changed', `${stream} or its source was changed meanwhile: nothing was written. Look again.`);
    const { settled } = (await this.standing(stream)) ?? { settled: record.imported };
    const next = { plan_hash: sha256(now.text), imported: now.imported };
    await files.writeSource(stream, sourceRecordText(record, settled, record.imported_at, next));
    // First: a prompt that says already what the plan is about to say is one that nobody edited, also for whoever does this again.
    for (const { path, text } of now.prompts) if (text !== undefined) await files.writePrompt(stream, path, text);
    await files.editPlan(stream, text => {
      if (text !== before) {
        throw new SourcesError('changed', `PLAN.md of ${stream} was changed meanwhile and was left as it is. Look again.`);
      }
      return { text: now.text };
    });
    await files.addTasks(stream, now.tasks);
    if (now.completed.length > 0) await files.updateTasks(stream, now.completed, { status: 'completed' });
    await files.writeSource(stream, sourceRecordText(record, now.imported, isoTime(clock.now())));
  }

  private async standing(streamId: string): Promise<Standing | undefined> {
    const { files } = this.services;
    const text = await files.readSource(streamId);
    const record = text === undefined ? undefined : parseSourceRecord(text);
    if (!record) return undefined;
    const settled = record.imported;
    if (!record.next) return { record, settled };
    const plan = await this.planText(streamId);
    const isTaken =
      sha256(plan) === record.next.plan_hash || hasTakenUp({ plan, tasks: await files.readTasks(streamId) }, settled, record.next.imported);
    return { record: isTaken ? { ...record, imported: record.next.imported } : record, settled };
  }

  private async planText(streamId: string): Promise<string> {
    return (await this.services.files.readWorkstream(streamId)).planText ?? '';
  }
}

/** Threads all of whose tasks are done. */
function doneThreads(tasks: readonly { readonly id: string; readonly status: TaskStatus }[]): ReadonlySet<string> {
  const threads = new Set(tasks.flatMap(({ id }) => parentId(id) ?? []));
  for (const { id, status } of tasks) if (!isDone(status)) threads.delete(parentId(id) ?? '');
  return threads;
}

type Named = { readonly id: string; readonly name: string };

/** The tasks as they will be: new ones beside those that are there, others by their new names. */
function withNew(tasks: readonly Named[], { tasks: changed }: Reimport): readonly Named[] {
  const all = new Map([...tasks, ...changed].map(task => [task.id, task]));
  return [...all.values()].sort((a, b) => compareIds(a.id, b.id));
}

function conflict(streamId: string, at: string, conflicts: readonly TextConflict[]): SourcesError {
  const words = `PLAN.md of ${streamId} and ${at} were changed in the same ${count(conflicts.length, 'place')} since the import: nothing was changed.`;
  const problems = conflicts.map(({ line, ours, theirs }): SourceProblem => {
    const message = `the plan says ${quoted(ours)}, the source says ${quoted(theirs)}`;
    return { severity: 'error', message, at: { file: `work/${streamId}/PLAN.md`, line } };
  });
  return new SourcesError('conflict', `${words} Undo one of the two, or import it as a new workstream.`, problems);
}

function quoted(lines: readonly string[]): string {
  const text = oneLine(lines.filter(line => line.trim() !== '').join(' ⏎ '));
  return text === '' ? 'nothing' : `“${truncate(text, 120)}”`;
}
