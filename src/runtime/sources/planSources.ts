import { createHash } from 'node:crypto';
import path from 'node:path';
import { isoTime, type Clock } from '../../common/clock';
import { Sequencer } from '../../common/sequencer';
import type { StreamRecord } from '../../domain/files/records';
import type { ImportedPlan, SourceProblem } from '../../domain/sources/importedPlan';
import { planFromImport, type PlanFiles } from '../../domain/sources/planFromImport';
import { importedFrom, parseSourceRecord, sourceRecordText, type SourceRecord } from '../../domain/sources/sourceRecord';
import { parsePlan } from '../../domain/plan/parsePlan';
import { addNewThreads, knownThreads, type Reimport } from '../../domain/sources/reimport';
import { isDone } from '../../domain/taskStatus';
import type { Git } from '../git/git';
import { mergeTexts } from '../git/mergeTexts';
import type { WorkFiles } from '../files/workFiles';
import type { ProgramEnvironment } from '../programs/programEnvironment';
import { allSources } from './allSources';
import type { FoundSource, Source } from './source';
import { SourcesError } from './sourcesError';

export type PlanSourcesOptions = {
  readonly files: WorkFiles;
  readonly clock: Clock;
  /** Merges texts. */
  readonly git: () => Git;
  /** What programs of sources are looked for with and started in. */
  readonly environment?: ProgramEnvironment;
  /** Instead of all that there are. */
  readonly sources?: readonly Source[];
};

/** What a source would become; `plan` and `files` are undefined when a problem is an error. */
export type ImportPreview = Pick<FoundSource, 'kind' | 'path'> & {
  readonly plan: ImportedPlan | undefined;
  readonly files: PlanFiles | undefined;
  readonly problems: readonly SourceProblem[];
  /** Of what was read. */
  readonly hash: string;
};

/** What a workstream would be with what changed in its source. */
export type UpdatePreview = Reimport & {
  readonly stream: string;
  readonly record: SourceRecord;
  /** `PLAN.md` as it is. */
  readonly before: string;
  readonly problems: readonly SourceProblem[];
};

/** Plans from elsewhere in one repository: found, shown, imported, and told what became of their tasks. */
export class PlanSources {
  private readonly sources: readonly Source[];
  private readonly writes = new Sequencer();

  constructor(private readonly options: PlanSourcesOptions) {
    this.sources = options.sources ?? allSources(options.environment);
  }

  /** Everything in the repository that could be imported, by kind. */
  async find(): Promise<readonly FoundSource[]> {
    return (await Promise.all(this.sources.map(source => source.find(this.options.files.root)))).flat();
  }

  /**
   * The source at a path: absolute, or relative to the repository. A folder or file that one lies in, or that lies in one, means it.
   * @throws {SourcesError} `not-found`, `ambiguous`
   */
  async locate(wanted: string, kind?: string): Promise<Pick<FoundSource, 'kind' | 'path'>> {
    const { root } = this.options.files;
    const relative = path.relative(root, path.resolve(root, wanted)).split(path.sep).join('/');
    if (relative === '..' || relative.startsWith('../') || path.isAbsolute(relative)) {
      throw new SourcesError('not-found', `${wanted} is not in the repository ${root}.`);
    }
    const found = (await this.find()).filter(source => kind === undefined || source.kind === kind);
    const exact = found.filter(source => source.path === relative);
    const near = found.filter(source => isBelow(relative, source.path) || isBelow(source.path, relative));
    const [match, ...others] = exact.length > 0 ? exact : near;
    if (match && others.length === 0) return match;
    if (match) {
      const names = [match, ...others].map(source => `${source.path} (${source.kind})`).join(', ');
      throw new SourcesError('ambiguous', `${wanted} could be any of: ${names}. Name one, with --kind where they share a path.`);
    }
    const own = this.sources.find(source => source.kind === kind);
    if (own) return { kind: own.kind, path: relative };
    throw new SourcesError('not-found', `Nothing that can be imported was found at ${wanted}.`);
  }

  /** Reads a source and says what it would become; writes nothing. */
  async preview({ kind, path: at }: Pick<FoundSource, 'kind' | 'path'>): Promise<ImportPreview> {
    const { plan, problems } = await this.source(kind).read(this.options.files.root, at);
    const made = plan && planFromImport(plan);
    const all = [...problems, ...(made?.problems ?? [])];
    const isUsable = !all.some(({ severity }) => severity === 'error');
    return {
      kind,
      path: at,
      plan: isUsable ? plan : undefined,
      files: isUsable ? made?.files : undefined,
      problems: all,
      hash: hashOf(plan),
    };
  }

  /** As `preview`, with what the source's own program says of it. */
  async adviseOn(place: Pick<FoundSource, 'kind' | 'path'>): Promise<ImportPreview> {
    const preview = await this.preview(place);
    const advice = preview.files ? await this.source(place.kind).advise?.(this.options.files.root, place.path) : [];
    return { ...preview, problems: [...preview.problems, ...(advice ?? [])] };
  }

  /** Whether the source of a workstream can be put away when all is done. */
  async isArchivable(streamId: string): Promise<boolean> {
    const record = await this.record(streamId);
    return record !== undefined && this.source(record.kind).archive !== undefined;
  }

  /** Tells the source what became of its tasks and puts it away. @throws {SourcesError} `not-imported` */
  async archive(streamId: string): Promise<{ readonly isDone: boolean; readonly said: string }> {
    const record = await this.record(streamId);
    const source = record && this.source(record.kind);
    if (!record || !source?.archive) {
      throw new SourcesError('not-imported', `The plan of ${streamId} did not come from a place that can be archived.`);
    }
    const problems = await this.writeBack(streamId);
    if (problems.length > 0) return { isDone: false, said: `${record.path} was not archived: ${problems.join(' ')}` };
    return source.archive(this.options.files.root, record.path);
  }

  /**
   * Makes a workstream of what was shown. It is read once more right before it is written.
   * @throws {SourcesError} `bad-source`, `changed`; {FilesError} as `createWorkstream`. Then there is no workstream.
   */
  async import(preview: ImportPreview, name: string): Promise<StreamRecord> {
    const { files, clock } = this.options;
    const { kind, path: at, hash } = preview;
    refuseBad(preview);
    return files.createWorkstream({
      name,
      files: async () => {
        const again = await this.preview(preview);
        refuseBad(again);
        if (again.hash !== hash || !again.files) {
          throw new SourcesError('changed', `${at} was changed while it was being imported: nothing was written. Import it again.`);
        }
        const source = sourceRecordText({ kind, path: at }, importedFrom(hash, again.files), isoTime(clock.now()));
        return { plan: again.files.text, tasks: again.files.tasks, source };
      },
    });
  }

  /** Where a workstream's plan came from; undefined for one that was written here. */
  async record(streamId: string): Promise<SourceRecord | undefined> {
    const text = await this.options.files.readSource(streamId);
    const record = text === undefined ? undefined : parseSourceRecord(text);
    if (!record?.next) return record;
    const isTaken = sha256(await this.planText(streamId)) === record.next.plan_hash;
    return isTaken ? { ...record, imported: record.next.imported } : record;
  }

  /** The workstreams that were made of a source. */
  async importedFrom({ kind, path: at }: Pick<FoundSource, 'kind' | 'path'>): Promise<readonly string[]> {
    const index = await this.options.files.readIndex();
    if (index.kind !== 'ok') return [];
    const records = await Promise.all(index.value.streams.map(async ({ id }) => ({ id, record: await this.record(id) })));
    return records.flatMap(({ id, record }) => (record?.kind === kind && record.path === at ? [id] : []));
  }

  /**
   * What a workstream's plan would be with what changed in its source since it was imported: merged by lines with what changed in
   * the plan itself. Writes nothing. @throws {SourcesError} `not-imported`, `bad-source`, `conflict`
   */
  async previewUpdate(streamId: string): Promise<UpdatePreview> {
    const { files } = this.options;
    const record = await this.record(streamId);
    if (!record) throw new SourcesError('not-imported', `The plan of ${streamId} was not imported: there is nothing to bring it up to.`);
    const preview = await this.preview(record);
    refuseBad(preview);
    const known = preview.plan && knownThreads(preview.plan, record.imported);
    if (!preview.plan || !known || known.problems.length > 0) {
      throw new SourcesError('bad-source', `${streamId} was left as it is.`, known?.problems ?? []);
    }
    const before = await this.planText(streamId);
    const text = await mergeTexts(this.options.git(), { ours: before, base: record.imported.plan, theirs: known.text });
    if (text === undefined) {
      const words = `PLAN.md of ${streamId} and ${record.path} were changed in the same places since the import: nothing was changed.`;
      throw new SourcesError('conflict', `${words} Undo one of the two, or import it as a new workstream.`);
    }
    const taken = (await files.readTasks(streamId)).map(({ id }) => id);
    const update = addNewThreads(preview.plan, { imported: record.imported, known, text, taken, hash: preview.hash });
    const { plan, diagnostics } = parsePlan(update.text);
    if (!plan || diagnostics.some(({ severity }) => severity === 'error')) {
      throw new SourcesError('conflict', `PLAN.md of ${streamId} would not be readable any more: nothing was changed.`);
    }
    return { ...update, stream: streamId, record, before, problems: preview.problems };
  }

  /**
   * Writes what was shown. No status is taken back; what was completed in the source meanwhile is completed.
   * @throws {SourcesError} `changed` when the plan or the source is another one by now; {FilesError}
   */
  async update(shown: UpdatePreview): Promise<void> {
    const { files, clock } = this.options;
    const { stream, record, before } = shown;
    const now = await this.previewUpdate(stream);
    const isSame = now.before === before && now.text === shown.text && now.imported.hash === shown.imported.hash;
    if (!isSame) throw new SourcesError('changed', `${stream} or its source was changed meanwhile: nothing was written. Look again.`);
    const at = isoTime(clock.now());
    const next = { plan_hash: sha256(now.text), imported: now.imported };
    await files.writeSource(stream, sourceRecordText(record, record.imported, record.imported_at, next));
    await files.editPlan(stream, text => {
      if (text !== before) {
        throw new SourcesError('changed', `PLAN.md of ${stream} was changed meanwhile: nothing was written. Look again.`);
      }
      return { text: now.text };
    });
    await files.addTasks(stream, now.tasks);
    const open = (await files.readTasks(stream)).filter(({ id, status }) => now.completed.includes(id) && !isDone(status));
    if (open.length > 0) {
      await files.updateTasks(
        stream,
        open.map(({ id }) => id),
        { status: 'completed' },
      );
    }
    await files.writeSource(stream, sourceRecordText(record, now.imported, at));
  }

  private async planText(streamId: string): Promise<string> {
    return (await this.options.files.readWorkstream(streamId)).planText ?? '';
  }

  /**
   * Tells the source of a workstream what became of its tasks; nothing for a plan that was written here.
   * @returns a sentence for each thing that could not be done; never throws for what the source's files are like
   */
  async writeBack(streamId: string): Promise<readonly string[]> {
    const record = await this.record(streamId);
    if (!record) return [];
    return this.writes.run(`${record.kind}:${record.path}`, async () => {
      const states = new Map((await this.options.files.readTasks(streamId)).map(task => [task.id, task]));
      const tasks = record.imported.tasks.flatMap(({ id, key, title }) => {
        const state = states.get(id);
        return state ? [{ key, title, status: state.status, report: state.report }] : [];
      });
      try {
        return await this.source(record.kind).writeBack(this.options.files.root, record.path, tasks);
      } catch (error) {
        return [`${record.path} could not be brought up to date: ${error instanceof Error ? error.message : String(error)}`];
      }
    });
  }

  private source(kind: string): Source {
    const found = this.sources.find(source => source.kind === kind);
    if (found) return found;
    throw new SourcesError(
      'not-found',
      `Plans of the kind "${kind}" cannot be read. Kinds: ${this.sources.map(each => each.kind).join(', ')}`,
    );
  }
}

function refuseBad({ path: at, files, problems }: ImportPreview): void {
  if (files) return;
  const errors = problems.filter(({ severity }) => severity === 'error');
  throw new SourcesError('bad-source', `${at} cannot be imported; nothing was written.`, errors);
}

const isBelow = (inner: string, outer: string) => outer !== '' && inner.startsWith(`${outer}/`);

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hashOf = (plan: ImportedPlan | undefined) => sha256(JSON.stringify(plan ?? null));
