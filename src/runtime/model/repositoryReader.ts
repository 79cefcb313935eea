import path from 'node:path';
import type { Logger } from '../../common/logger';
import type { IndexRecord, StreamRecord } from '../../domain/files/records';
import type { FileProblem } from '../../domain/tree/nodes';
import type { WorkstreamFiles } from '../files/readWorkstream';
import type { WorkFiles } from '../files/workFiles';

export type RepositoryFiles = Pick<WorkFiles, 'root' | 'folder' | 'readIndex' | 'readWorkstream' | 'readAgents' | 'watch'>;

/** What `work/` holds; `index` undefined where there is none, `streams` without those that could not be read at all. */
export type RepositoryRead = {
  readonly index: IndexRecord | undefined;
  readonly streams: ReadonlyMap<string, WorkstreamFiles>;
  readonly problems: readonly FileProblem[];
};

/** Reads `work/`, keeping what did not change since. Never throws: what fails is a problem. */
export class RepositoryReader {
  private readonly kept = new Map<string, WorkstreamFiles>();
  private agentProblems: readonly FileProblem[] | undefined;
  private lastIndex: IndexRecord | undefined;
  /** Counts what made earlier reads worthless, so that a read that was under way is not kept. */
  private generation = 0;

  constructor(
    private readonly files: RepositoryFiles,
    private readonly logger: Logger,
  ) {}

  /** `file`: an absolute path that changed; everything is read again without one. */
  forget(file?: string): void {
    this.generation += 1;
    const name = file === undefined ? '' : (path.relative(this.files.folder, file).split(path.sep)[0] ?? '');
    if (name === '') this.kept.clear();
    this.kept.delete(name);
    if (name === '' || /^agents\.(yaml|md)$/i.test(name)) this.agentProblems = undefined;
  }

  async read(): Promise<RepositoryRead> {
    const problems: FileProblem[] = [];
    const index = await this.readIndex(problems);
    if (!index) return { index, streams: new Map(), problems };
    problems.push(...(await this.readAgentProblems(problems)));
    const reads = await Promise.all(index.streams.map(async record => [record.id, await this.readStream(record, problems)] as const));
    return { index, streams: new Map(reads.flatMap(([id, read]) => (read ? [[id, read] as const] : []))), problems };
  }

  /** The problem stands for the answer. `file` is relative to the repository. */
  async attempt<T>(file: string, act: () => Promise<T>, problems: FileProblem[]): Promise<T | undefined> {
    try {
      return await act();
    } catch (error) {
      const place = path.join(this.files.root, file);
      this.logger.warn(`${place}: ${String(error)}`);
      problems.push({ file: place, severity: 'error', message: error instanceof Error ? error.message : String(error) });
      return undefined;
    }
  }

  /** The last one that could be read, while the file cannot be: nothing disappears because of a slip in it. */
  private async readIndex(problems: FileProblem[]): Promise<IndexRecord | undefined> {
    const read = await this.attempt(path.join('work', 'index.json'), () => this.files.readIndex(), problems);
    if (read?.kind === 'ok') problems.push(...read.problems);
    if (read?.kind === 'bad') problems.push(read.problem);
    if (read?.kind === 'ok') this.lastIndex = read.value;
    if (read?.kind === 'absent') this.lastIndex = undefined;
    return this.lastIndex;
  }

  private async readAgentProblems(problems: FileProblem[]): Promise<readonly FileProblem[]> {
    if (this.agentProblems) return this.agentProblems;
    const { generation } = this;
    const found = (await this.attempt('work', () => this.files.readAgents(), problems))?.problems ?? [];
    if (generation === this.generation) this.agentProblems = found;
    return found;
  }

  private async readStream(record: StreamRecord, problems: FileProblem[]): Promise<WorkstreamFiles | undefined> {
    const known = this.kept.get(record.id);
    if (known) return known;
    const { generation } = this;
    const read = await this.attempt(path.join('work', record.id), () => this.files.readWorkstream(record), problems);
    if (read && generation === this.generation) this.kept.set(record.id, read);
    return read;
  }
}
