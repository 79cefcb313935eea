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
import type { Write } from '../journal/appender';
import type { AgentMonitor } from '../monitor/agentMonitor';
import { isAllowedRoot } from '../projects/projectFolder';
import type { OpencodeRuntime } from '../opencode/opencodeRuntime';
import { AgentPlan } from './agentPlan';
import type { BatchResult } from './batchRunner';
import { driveBatch, leaveBatches, type DriveObserver, type DriveServices } from './driveBatch';
import { DriverError, type ClaimDriver, type Driver } from './driver';
import { DriverSeat } from './driverSeat';
import { describeDryRun } from './dryRun';
import { whyNotGoOn, type GoOn } from './goOn';
import { planPreparation } from './prepareBatch';
import type { LoadWatch } from './loadWatch';
import { preflight, type Preflight } from './preflight';
import { Worktrees } from '../git/worktrees';
import { worktreesDirectory } from '../git/worktreesDirectory';
import { MergeQueue } from '../merge/mergeQueue';
import { updateIntegration, type IntegrationUpdate } from './updateIntegration';
import type { EndLeftoverProcesses } from './runContext';
import { StopSwitches } from './stopSwitches';

export type RunRequest = {
  readonly stream?: string | undefined;
  readonly batch: string;
  readonly ignoreGate?: boolean;
  /** Only these threads or tasks. */
  readonly only?: readonly string[];
  /** A person wants to go on here although another process drives. */
  readonly takeOver?: boolean;
  /** The agent of this task's last attempt goes on in its session and worktree; give the task in `only` too. */
  readonly goOn?: GoOn;
  /** Go on with what an earlier driver left open of the batch, and nothing else. */
  readonly resume?: boolean;
};

export type RunReport =
  | { readonly kind: 'refused'; readonly findings: Findings }
  | { readonly kind: 'finished'; readonly result: BatchResult; readonly warnings: readonly Finding[] };

/** What a repository's runs need from the rest of the program. */
export type RunServices = {
  readonly files: WorkFiles;
  readonly opencode: OpencodeRuntime;
  readonly monitor: AgentMonitor;
  readonly limiter: Limiter;
  readonly load: Pick<LoadWatch, 'onDidChange'>;
  readonly settings: () => Settings;
  readonly snapshot: (stream?: string) => Promise<WorkstreamSnapshot>;
  readonly shimFolder: () => Promise<string | undefined>;
  readonly isTrusted: () => boolean;
  readonly claimDriver: ClaimDriver;
  /** How this process is called to others. */
  readonly program?: string | undefined;
  readonly endLeftoverProcesses: EndLeftoverProcesses;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly journalWrite?: Write | undefined;
};

/** Something that a run of a workstream tells. */
export type RunTold = { readonly stream: string } & ({ readonly event: JournalEvent } | { readonly notice: string });

export type ThreadStarted = { readonly root: string; readonly stream: string; readonly thread: ThreadNode };

/** One repository as a driver sees it: checks, runs and stops its batches. */
export class Runs implements Disposable {
  readonly switches = new StopSwitches();
  private readonly git: Git;
  private readonly seat: DriverSeat;
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
  private readonly told = new Emitter<RunTold>();
  /** Events and notices, with the workstream whose run tells them. */
  readonly onDidTell = this.told.event;

  constructor(
    readonly root: string,
    private readonly services: RunServices,
  ) {
    const { logger, clock, program, claimDriver } = services;
    this.git = new Git(root, { logger });
    this.seat = new DriverSeat(() => this.git.commonDir(), claimDriver, { logger, clock, ...(program === undefined ? {} : { program }) });
  }

  /** The batches that run now, by workstream. */
  get runningBatches(): ReadonlyMap<string, string> {
    return this.running;
  }

  /** Checks, prepares and runs one batch to its end. Refuses with every problem at once. */
  async runBatch(request: RunRequest, signal: AbortSignal): Promise<RunReport> {
    if (!this.services.isTrusted()) return refused('untrusted', 'This workspace is not trusted: plans are shown, nothing is run.');
    if (!(await isAllowedRoot(this.root, this.services.settings().allowedRoots))) {
      return refused('not-allowed', `${this.root} is below none of the folders of the setting work.allowedRoots: nothing is run in it.`);
    }
    const either = AbortSignal.any([signal, this.lifetime.signal]);
    const stream = await this.services.snapshot(request.stream);
    const busy = this.running.get(stream.id);
    if (busy !== undefined) return refused('busy', `Batch ${busy} of ${stream.id} is running. Wait for it, or stop it first.`);
    this.running.set(stream.id, request.batch);
    this.changed.fire(undefined);
    try {
      return await this.drive(stream, request, either);
    } finally {
      this.running.delete(stream.id);
      this.changed.fire(undefined);
    }
  }

  /** Ends what a dead driver left open in a workstream: its attempts are interrupted, worktrees stay. @throws {DriverError} */
  async leave(streamId: string): Promise<void> {
    const stream = await this.services.snapshot(streamId);
    await this.seat.sit(driver => leaveBatches(this.driveServices(stream.id, driver), stream));
    this.changed.fire(undefined);
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

  /** Merges the user's branch into the integration branch. @throws {DriverError} while another process drives; {UpdateError} */
  updateIntegration(streamId: string, signal: AbortSignal): Promise<IntegrationUpdate> {
    const { git, services } = this;
    return this.seat.sit(driver => {
      const worktrees = new Worktrees(git, { directory: this.worktreesRoot, logger: services.logger });
      const queue = new MergeQueue({ git, worktrees, streamId, strategy: 'no-ff', logger: services.logger });
      return updateIntegration(git, queue, streamId, services.clock, AbortSignal.any([signal, driver.lost]));
    });
  }

  /** This process drives the repository, or is about to. */
  get isDriving(): boolean {
    return this.seat.isTaken;
  }

  /** Passes over whoever drives, without running anything here: what is open can then be run by anybody. @throws {DriverError} */
  async takeOver(): Promise<void> {
    const check = (driver: Driver) => {
      driver.check();
      return Promise.resolve();
    };
    await this.seat.sit(check, { takeOver: true });
  }

  /**
   * Does what no run may begin beside: as the driver, unless another process is. `isDriven`: batches may be running all the same,
   * here or there. @throws {DriverError} `inaccessible`
   */
  async besideRuns<T>(work: (isDriven: boolean) => Promise<T>): Promise<T> {
    try {
      return await this.seat.sit(() => work(this.running.size > 0));
    } catch (error) {
      if (!(error instanceof DriverError) || error.reason !== 'held') throw error;
      return work(true);
    }
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
    this.told.dispose();
    this.changed.dispose();
  }

  private get worktreesRoot(): string {
    return worktreesDirectory(this.root, this.services.settings().worktrees.directory);
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
      { batch: request.batch, ignoreGate: request.ignoreGate ?? request.resume ?? false },
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
    const { findings, batch, agents, skill } = await this.check(stream, request, this.services.opencode, signal);
    if (findings.problems.length > 0 || !batch || !agents) return { kind: 'refused', findings };
    const { goOn } = request;
    const hindrance = goOn && (await whyNotGoOn({ root: this.root, opencode: this.services.opencode }, stream, goOn.task, signal));
    if (hindrance) return { kind: 'refused', findings: { ...findings, problems: [hindrance] } };
    try {
      const { takeOver = false } = request;
      const drive = async (driver: Driver): Promise<RunReport> => {
        const driven = await driveBatch(
          this.driveServices(stream.id, driver),
          { stream, batch, agents, only: request.only, goOn, resume: request.resume ?? false, warnings: findings.warnings, skill },
          AbortSignal.any([signal, driver.lost]),
        );
        return { kind: 'finished', ...driven };
      };
      return await this.seat.sit(drive, { takeOver });
    } catch (error) {
      if (error instanceof DriverError) return refused(error.reason === 'superseded' ? 'superseded' : 'other-driver', error.message);
      throw error;
    }
  }

  private driveServices(stream: string, driver: Driver): DriveServices {
    const { root, git, worktreesRoot, switches } = this;
    return { ...this.services, root, git, worktreesRoot, switches, driver, observer: this.observer(stream) };
  }

  private observer(stream: string): DriveObserver {
    return {
      notice: message => {
        this.notice(message);
        this.told.fire({ stream, notice: message });
      },
      threadStarted: thread => this.started.fire({ root: this.root, stream, thread }),
      appended: event => {
        this.appended.fire(event);
        this.told.fire({ stream, event });
        this.changed.fire(undefined);
      },
    };
  }

  private notice(message: string): void {
    this.services.logger.info(message);
    this.noticed.fire(message);
  }
}

function refused(code: Finding['code'], message: string): RunReport {
  return { kind: 'refused', findings: { problems: [{ code, message }], warnings: [] } };
}
