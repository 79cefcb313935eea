import path from 'node:path';
import { DisposableStore } from '../../common/disposables';
import { Emitter, type Disposable, type Event } from '../../common/event';
import type { Logger } from '../../common/logger';
import type { Health } from '../../domain/monitor/health';
import type { StreamRecord } from '../../domain/files/records';
import { nodeHealth } from '../../domain/tree/taskHealth';
import type { Ask, FileProblem, RepositorySnapshot, WorkstreamSnapshot } from '../../domain/tree/nodes';
import type { WorkstreamFiles } from '../files/readWorkstream';
import { CoordinationOfStream } from './coordinationOfStream';
import { changedNodes, type ChangedNodes } from './changedNodes';
import { hasOpenRun, type ReadDriver } from './driverPresence';
import { JournalOfStream } from './journalOfStream';
import { joinWorkstream } from './joinWorkstream';
import { RepositoryReader, type RepositoryFiles } from './repositoryReader';
import { chooseStream, currentStream, summarize } from './streamChoice';

/** Where the facts about one repository come from. */
export type RepositorySources = {
  readonly files: RepositoryFiles;
  /** git's folder that all worktrees share; journals are in it. */
  readonly commonDir: () => Promise<string>;
  readonly asks?: { readonly pending: readonly Ask[]; readonly onDidChange: Event<unknown> };
  /** What this process judges its own agents to do, by attempt. */
  readonly health?: { readonly judged: ReadonlyMap<string, Health>; readonly onDidChange: Event<unknown> };
  /** Whether this process carries out batches of the repository; others are found by `readDriver`. */
  readonly isDriving?: () => boolean;
  readonly readDriver: ReadDriver;
  /** Says that a journal of this repository grew, or that a run of this process began or ended. */
  readonly onDidRun?: Event<unknown>;
  readonly logger: Logger;
};

/** Milliseconds between looks for another process's driver, while one seems to be at work. */
const driverInterval = 2000;
/** And between looks at how long an agent has been in its state. */
const ageInterval = 15_000;

/** One repository's snapshot, kept in step with its files, its journal and the open asks. What fails is a problem in the snapshot. */
export class RepositoryModel implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly changed = this.owned.add(new Emitter<ChangedNodes>());
  private readonly reader: RepositoryReader;
  private readonly journal: JournalOfStream;
  private readonly coordination: CoordinationOfStream;
  private readonly watcher: ReturnType<RepositoryFiles['watch']>;
  private reading: Promise<void> | undefined;
  private wanted = false;
  private isDisposed = false;
  private current: RepositorySnapshot;
  readonly onDidChange = this.changed.event;

  constructor(private readonly sources: RepositorySources) {
    const { files, asks, health, onDidRun, logger } = sources;
    const update = () => void this.update();
    this.current = { root: files.root, hasWork: false, streams: [], stream: undefined, problems: [] };
    this.reader = new RepositoryReader(files, logger);
    this.journal = this.owned.add(new JournalOfStream(logger, update));
    this.coordination = this.owned.add(new CoordinationOfStream(logger, update));
    this.watcher = this.owned.add(files.watch());
    this.watcher.onDidChange(change => {
      for (const file of change.files) this.reader.forget(file);
      update();
    });
    if (asks) this.owned.add(asks.onDidChange(update));
    if (health) this.owned.add(health.onDidChange(update));
    if (onDidRun) this.owned.add(onDidRun(update));
    const timers = [
      setInterval(() => this.mayBeDrivenElsewhere && update(), driverInterval).unref(),
      setInterval(() => this.hasRunningAgents && update(), ageInterval).unref(),
    ];
    this.owned.add({ dispose: () => timers.forEach(clearInterval) });
  }

  get snapshot(): RepositorySnapshot {
    return this.current;
  }

  /** Reads everything again. */
  async refresh(): Promise<void> {
    await this.watcher.ready; // or a change between a first read and the first watch would go unnoticed
    this.reader.forget();
    await this.update();
  }

  dispose(): void {
    this.isDisposed = true;
    this.owned.dispose();
  }

  private get mayBeDrivenElsewhere(): boolean {
    return hasOpenRun(this.journal.state) && this.sources.isDriving?.() !== true;
  }

  private get hasRunningAgents(): boolean {
    return this.current.stream?.stages.some(stage => nodeHealth(stage) !== undefined) ?? false;
  }

  /** Resolves when what was known to have changed at the call is in the snapshot. Calls that overlap share their reads. */
  private update(): Promise<void> {
    this.wanted = true;
    this.reading ??= this.updateWhileWanted()
      .catch((error: unknown) => this.sources.logger.error(`${this.sources.files.root} cannot be shown`, error))
      .then(() => {
        this.reading = undefined;
        return this.wanted && !this.isDisposed ? this.update() : undefined; // asked for after the last look
      });
    return this.reading;
  }

  private async updateWhileWanted(): Promise<void> {
    while (this.wanted && !this.isDisposed) {
      this.wanted = false;
      const before = this.current;
      this.current = await this.join();
      const nodes = changedNodes(before, this.current);
      if (nodes) this.changed.fire(nodes);
    }
  }

  private async join(): Promise<RepositorySnapshot> {
    const { root, folder } = this.sources.files;
    const { index, streams: reads, problems: found } = await this.reader.read();
    if (!index) return { root, hasWork: found.length > 0, streams: [], stream: undefined, problems: found };
    const problems = [...found];
    const current = currentStream(index);
    if (index.current_stream !== undefined && !current) {
      const message = `current_stream is "${index.current_stream}", which is no workstream of index.json. Switch to one that is.`;
      problems.push({ file: path.join(folder, 'index.json'), severity: 'warning', message });
    }
    const streams = index.streams.map(record => summarize(record, reads.get(record.id), record === current));
    const chosen = chooseStream(index, streams);
    const read = reads.get(chosen?.id ?? '');
    const joined = chosen && read && (await this.joinStream(chosen, read, problems));
    const { stream, drivenBy } = joined ?? {};
    return { root, hasWork: true, streams, stream, ...(drivenBy ? { drivenBy } : {}), problems };
  }

  private async joinStream(
    record: StreamRecord,
    read: WorkstreamFiles,
    problems: FileProblem[],
  ): Promise<{ readonly stream: WorkstreamSnapshot; readonly drivenBy: Awaited<ReturnType<ReadDriver>> }> {
    const { sources, journal, coordination, reader } = this;
    const commonDir = await reader.attempt('.git', () => sources.commonDir(), problems);
    await reader.attempt('.git', () => journal.follow(commonDir, record.id), problems);
    await coordination.follow(commonDir, record.id);
    const isDriving = sources.isDriving?.() === true;
    const drivenBy = !isDriving && commonDir !== undefined && hasOpenRun(journal.state) ? await sources.readDriver() : undefined;
    const health = { judged: sources.health?.judged ?? new Map<string, Health>(), now: Date.now() };
    const isDriven = isDriving || drivenBy !== undefined;
    return {
      stream: joinWorkstream(record, read, {
        journal: journal.state,
        isDriven,
        asks: sources.asks?.pending ?? [],
        health,
        coordination: coordination.facts,
      }),
      drivenBy,
    };
  }
}
