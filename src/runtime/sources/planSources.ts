import path from 'node:path';
import { isoTime, type Clock } from '../../common/clock';
import { Sequencer } from '../../common/sequencer';
import type { StreamRecord } from '../../domain/files/records';
import { isKnownAgent, unknownAgent, type AgentDefinition } from '../../domain/agents';
import type { ImportedPlan, SourceProblem } from '../../domain/sources/importedPlan';
import { agentsToChoose, withAgent } from '../../domain/sources/namedAgents';
import { planFromImport, type PlanFiles } from '../../domain/sources/planFromImport';
import { importedFrom, sourceRecordText, type SourceRecord } from '../../domain/sources/sourceRecord';
import type { Git } from '../git/git';
import type { WorkFiles } from '../files/workFiles';
import type { ProgramEnvironment } from '../programs/programEnvironment';
import { allSources } from './allSources';
import type { FoundSource, Source } from './source';
import { SourcesError } from './sourcesError';
import { sha256 } from './sha256';
import { SourceUpdates, type UpdatePreview } from './sourceUpdates';

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

/** What is read, and the agent that has what names nobody there. */
export type Wanted = Pick<FoundSource, 'kind' | 'path'> & { readonly agent?: string | undefined };

/** What a source would become; `plan` and `files` are undefined when a problem is an error. */
export type ImportPreview = Pick<FoundSource, 'kind' | 'path'> & {
  readonly plan: ImportedPlan | undefined;
  readonly files: PlanFiles | undefined;
  readonly problems: readonly SourceProblem[];
  /** Of what was read. */
  readonly hash: string;
  readonly agent: string | undefined;
};

/** Plans from elsewhere in one repository: found, shown, imported, and told what became of their tasks. */
export class PlanSources {
  private readonly sources: readonly Source[];
  private readonly writes = new Sequencer();
  private readonly updates: SourceUpdates;

  constructor(private readonly options: PlanSourcesOptions) {
    this.sources = options.sources ?? allSources(options.environment);
    this.updates = new SourceUpdates({
      ...options,
      read: async place => {
        const preview = await this.preview(place);
        refuseBad(preview);
        return preview;
      },
    });
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
  async preview({ kind, path: at, agent }: Wanted): Promise<ImportPreview> {
    const { plan: read, problems } = await this.source(kind).read(this.options.files.root, at);
    const plan = read && agent !== undefined ? withAgent(read, agent) : read;
    const made = plan && planFromImport(plan);
    const all = [...problems, ...(made?.problems ?? [])];
    const isUsable = !all.some(({ severity }) => severity === 'error');
    return {
      kind,
      path: at,
      plan: isUsable ? plan : undefined,
      files: isUsable ? made?.files : undefined,
      problems: all,
      hash: hashOf(read),
      agent,
    };
  }

  /** As `preview`, with what the source's own program says of it. */
  async adviseOn(place: Wanted): Promise<ImportPreview> {
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
   * @throws {SourcesError} `bad-source`, `changed`, `no-such-agent`; {FilesError} as `createWorkstream`. Then there is no workstream.
   */
  async import(preview: ImportPreview, name: string): Promise<StreamRecord> {
    const { files, clock } = this.options;
    const { kind, path: at, hash, agent } = preview;
    refuseBad(preview);
    await this.checkAgent(agent);
    return files.createWorkstream({
      name,
      files: async () => {
        const again = await this.preview(preview);
        refuseBad(again);
        if (again.hash !== hash || !again.files) {
          throw new SourcesError('changed', `${at} was changed while it was being imported: nothing was written. Import it again.`);
        }
        const source = sourceRecordText({ kind, path: at, agent }, importedFrom(hash, again.files), isoTime(clock.now()));
        return { plan: again.files.text, tasks: again.files.tasks, source };
      },
    });
  }

  /** The agents of which one has to be named for a plan to run; none where it names its own, or `default` is known. */
  async agentsToChoose({ plan }: ImportPreview): Promise<readonly AgentDefinition[]> {
    return plan ? agentsToChoose(plan, await this.options.files.readAgents()) : [];
  }

  /** @throws {SourcesError} `no-such-agent`, with the names that there are */
  async checkAgent(name: string | undefined): Promise<void> {
    if (name === undefined) return;
    const file = await this.options.files.readAgents();
    if (isKnownAgent(name, file)) return;
    const known = file.agents.length === 0 ? '' : `. Agents: ${file.agents.map(agent => agent.name).join(', ')}`;
    const unreadable = file.agents.length === 0 ? file.problems.find(({ severity }) => severity === 'error') : undefined;
    throw new SourcesError('no-such-agent', unreadable?.message ?? `${unknownAgent(name, file.source)}${known}`);
  }

  /** Where a workstream's plan came from; undefined for one that was written here. */
  record(streamId: string): Promise<SourceRecord | undefined> {
    return this.updates.record(streamId);
  }

  /** The workstreams that were made of a source. */
  async importedFrom({ kind, path: at }: Pick<FoundSource, 'kind' | 'path'>): Promise<readonly string[]> {
    const index = await this.options.files.readIndex();
    if (index.kind !== 'ok') return [];
    const records = await Promise.all(index.value.streams.map(async ({ id }) => ({ id, record: await this.record(id) })));
    return records.flatMap(({ id, record }) => (record?.kind === kind && record.path === at ? [id] : []));
  }

  /** As `SourceUpdates` does. */
  previewUpdate(streamId: string): Promise<UpdatePreview> {
    return this.updates.preview(streamId);
  }

  /** As `SourceUpdates` does. */
  update(shown: UpdatePreview): Promise<void> {
    return this.updates.update(shown);
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
const hashOf = (plan: ImportedPlan | undefined) => sha256(JSON.stringify(plan ?? null));
