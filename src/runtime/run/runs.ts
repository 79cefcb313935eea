import path from 'node:path';
import type { Clock } from '../../common/clock';
import type { Limiter } from '../../common/limiter';
import type { Logger } from '../../common/logger';
import { Emitter, type Disposable } from '../../common/event';
import { integrationBranch } from '../../domain/names';
import type { Finding, Findings } from '../../domain/run/checkRun';
import type { JournalEvent } from '../../domain/journal/events';
import type { Settings } from '../../domain/settings/settings';
import type { ThreadNode, WorkstreamSnapshot } from '../../domain/tree/nodes';
import type { WorkFiles } from '../files/workFiles';
import { Git } from '../git/git';
import { readRepositoryFacts } from '../git/repositoryFacts';
import { Worktrees } from '../git/worktrees';
import { Journal } from '../journal/journal';
import { journalFolder } from '../journal/journalPaths';
import { MergeQueue } from '../merge/mergeQueue';
import type { OpencodeRuntime } from '../opencode/opencodeRuntime';
import { AgentPlan } from './agentPlan';
import { BatchRunner, type BatchResult } from './batchRunner';
import { DriverError, acquireDriver } from './driverLock';
import { describeDryRun } from './dryRun';
import { Effects } from './effects';
import { endLeftovers } from './leftovers';
import { planPreparation, prepareBatch } from './prepareBatch';
import { preflight, type Preflight } from './preflight';
import { StopSwitches } from './stopSwitches';

export type RunRequest = {
  readonly stream?: string | undefined;
  readonly batch: string;
  readonly ignoreGate?: boolean;
  /** Only these threads or tasks. */
  readonly only?: readonly string[];
};

export type RunReport =
  | { readonly kind: 'refused'; readonly findings: Findings }
  | { readonly kind: 'finished'; readonly result: BatchResult; readonly warnings: readonly Finding[] };

/** What a repository's runs need from the rest of the program. */
export type RunServices = {
  readonly files: WorkFiles;
  readonly opencode: OpencodeRuntime;
  readonly limiter: Limiter;
  readonly settings: () => Settings;
  readonly snapshot: (stream?: string) => Promise<WorkstreamSnapshot>;
  readonly shimFolder: () => Promise<string | undefined>;
  readonly isTrusted: () => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
};

export type ThreadStarted = { readonly root: string; readonly stream: string; readonly thread: ThreadNode };

/** One repository as a driver sees it: checks, runs and stops its batches. */
export class Runs implements Disposable {
  readonly switches = new StopSwitches();
  private readonly git: Git;
  private readonly lifetime = new AbortController();
  private readonly started = new Emitter<ThreadStarted>();
  private readonly noticed = new Emitter<string>();
  private readonly running = new Map<string, string>();
  readonly onDidStartThread = this.started.event;
  readonly onDidNotice = this.noticed.event;
  private readonly changed = new Emitter<undefined>();
  /** The journal grew, or a run began or ended. */
  readonly onDidChange = this.changed.event;
  private readonly appended = new Emitter<JournalEvent>();
  readonly onDidAppend = this.appended.event;

  constructor(
    readonly root: string,
    private readonly services: RunServices,
  ) {
    this.git = new Git(root, { logger: services.logger });
  }

  /** The batches that run now, by workstream. */
  get runningBatches(): ReadonlyMap<string, string> {
    return this.running;
  }

  /** Checks, prepares and runs one batch to its end. Refuses with every problem at once. */
  async runBatch(request: RunRequest, signal: AbortSignal): Promise<RunReport> {
    if (!this.services.isTrusted()) return refused('untrusted', 'This workspace is not trusted: plans are shown, nothing is run.');
    const either = AbortSignal.any([signal, this.lifetime.signal]);
    const stream = await this.services.snapshot(request.stream);
    const busy = this.running.get(stream.id);
    if (busy !== undefined) return refused('other-driver', `Batch ${busy} of ${stream.id} is running. Wait for it, or stop it first.`);
    this.running.set(stream.id, request.batch);
    this.changed.fire(undefined);
    try {
      return await this.drive(stream, request, either);
    } finally {
      this.running.delete(stream.id);
      this.changed.fire(undefined);
    }
  }

  /** The text of a dry run, with the same findings that a run would stop at. */
  async dryRun(request: RunRequest): Promise<{ readonly text: string; readonly findings: Findings }> {
    const stream = await this.services.snapshot(request.stream);
    const checked = await this.check(stream, request, undefined, this.lifetime.signal);
    const { batch, findings } = checked;
    const settings = this.services.settings();
    if (!batch) return { text: '', findings };
    const text = describeDryRun({
      stream,
      batch,
      findings,
      agents: checked.agents ?? new AgentPlan({ agents: [], source: 'none' }, undefined, []),
      preparation: await planPreparation(this.services.files, stream, batch),
      serverUrl: settings.server.url ?? `http://127.0.0.1:${settings.server.port}`,
      port: settings.server.port,
      isolation: settings.isolation,
      worktreesRoot: this.worktreesRoot,
    });
    return { text, findings };
  }

  /** Stops a batch, thread or task and everything below it; false when it does not run. */
  stop(id: string): boolean {
    return this.switches.stop(id);
  }

  stopAll(): void {
    for (const id of this.switches.running) this.switches.stop(id);
  }

  dispose(): void {
    this.started.dispose();
    this.noticed.dispose();
    this.appended.dispose();
    this.changed.dispose();
  }

  private get worktreesRoot(): string {
    const directory = this.services.settings().worktrees.directory.replaceAll('{repo}', path.basename(this.root));
    return path.resolve(this.root, directory);
  }

  private async check(
    stream: WorkstreamSnapshot,
    request: RunRequest,
    opencode: OpencodeRuntime | undefined,
    signal: AbortSignal,
  ): Promise<Preflight> {
    const inside = !path.relative(this.root, this.worktreesRoot).startsWith('..');
    return preflight(
      stream,
      { batch: request.batch, ignoreGate: request.ignoreGate ?? false },
      {
        root: this.root,
        files: this.services.files,
        facts: await readRepositoryFacts(this.git, {
          integrationBranch: integrationBranch(stream.id),
          worktreesDirectory: this.worktreesRoot,
        }),
        worktreesInside: inside,
        opencode,
        signal,
      },
    );
  }

  private async drive(stream: WorkstreamSnapshot, request: RunRequest, signal: AbortSignal): Promise<RunReport> {
    const checked = await this.check(stream, request, this.services.opencode, signal);
    if (checked.findings.problems.length > 0 || !checked.batch || !checked.agents) return { kind: 'refused', findings: checked.findings };
    const commonDir = await this.git.commonDir();
    let driver;
    try {
      driver = await acquireDriver(commonDir, { logger: this.services.logger, clock: this.services.clock });
    } catch (error) {
      if (error instanceof DriverError) return refused('other-driver', error.message);
      throw error;
    }
    try {
      return await this.runAsDriver(stream, request, checked, commonDir, AbortSignal.any([signal, driver.lost]));
    } finally {
      await driver.release();
    }
  }

  private async runAsDriver(
    stream: WorkstreamSnapshot,
    request: RunRequest,
    { findings, batch, agents }: Preflight,
    commonDir: string,
    signal: AbortSignal,
  ): Promise<RunReport> {
    const { services, git } = this;
    if (!batch || !agents) return { kind: 'refused', findings };
    const folder = journalFolder(commonDir, stream.id);
    const journal = await Journal.open(path.join(folder, 'journal.jsonl'), { clock: services.clock, epoch: 1, logger: services.logger });
    const appended = journal.onDidAppend(event => {
      this.appended.fire(event);
      this.changed.fire(undefined);
    });
    try {
      const settings = services.settings();
      const worktrees = new Worktrees(git, { directory: this.worktreesRoot, logger: services.logger });
      const queue = new MergeQueue({ git, worktrees, streamId: stream.id, strategy: settings.merge.strategy, logger: services.logger });
      const context = {
        root: this.root,
        streamId: stream.id,
        streamTitle: stream.title,
        journalFolder: folder,
        shimFolder: await services.shimFolder(),
        files: services.files,
        git,
        worktrees,
        opencode: services.opencode,
        journal,
        effects: new Effects(journal),
        queue,
        limiter: services.limiter,
        settings,
        clock: services.clock,
        logger: services.logger,
        observer: {
          notice: (message: string) => this.notice(message),
          threadStarted: (thread: ThreadNode) => this.started.fire({ root: this.root, stream: stream.id, thread }),
        },
      };
      for (const { message } of findings.warnings) this.notice(message);
      await endLeftovers(context, batch);
      for (const sentence of await prepareBatch(services.files, stream, batch)) this.notice(sentence);
      const head = await git.head();
      const integration = settings.isolation === 'none' ? undefined : await queue.ensureIntegrationBranch({ base: head.sha ?? '' });
      const warnings = [...findings.warnings];
      if (integration?.kind === 'diverged') {
        const message = `Branch ${integrationBranch(stream.id)} and ${head.branch ?? 'HEAD'} have diverged: this batch starts from ${integrationBranch(stream.id)}. Merge ${head.branch ?? 'HEAD'} into it if you need what is new there.`;
        warnings.push({ code: 'diverged', message });
        this.notice(message);
      }
      const fresh = await services.snapshot(stream.id);
      const result = await new BatchRunner(context, this.switches).run(
        {
          batch: fresh.stages.flatMap(stage => stage.batches).find(candidate => candidate.id === batch.id) ?? batch,
          agents,
          integrationTip: integration?.tip ?? head.sha ?? '',
          branch: head.branch ?? null,
          only: request.only,
        },
        signal,
      );
      return { kind: 'finished', result, warnings };
    } finally {
      await journal.foldInbox();
      appended.dispose();
      journal.close();
    }
  }

  private notice(message: string): void {
    this.services.logger.info(message);
    this.noticed.fire(message);
  }
}

function refused(code: Finding['code'], message: string): RunReport {
  return { kind: 'refused', findings: { problems: [{ code, message }], warnings: [] } };
}
