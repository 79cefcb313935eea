import type { Disposable } from '../../common/event';
import type { Findings } from '../../domain/run/checkRun';
import { scopeTitle } from '../../domain/run/runScope';
import type { WorkstreamSnapshot } from '../../domain/tree/nodes';
import { Git } from '../git/git';
import { worktreesDirectory } from '../git/worktreesDirectory';
import { barringProblems, checkRequest, dryRunRequest, type RequestPlace } from './checkRequest';
import { driveBatch, leaveBatches, withContext, type DriveServices } from './driveBatch';
import { DriverError, type Driver } from './driver';
import { DriverSeat } from './driverSeat';
import { whyNotGoOn } from './goOn';
import { RunNews } from './runNews';
import { refusedRun, type RunReport, type RunRequest } from './runRequest';
import type { RunServices } from './runServices';
import { StopSwitches } from './stopSwitches';
import type { RunContext } from './runContext';
import { UpdateError, updateIntegration, type IntegrationUpdate } from './updateIntegration';

/** One repository as a driver sees it: checks, runs and stops its batches. */
export class Runs implements Disposable {
  readonly switches = new StopSwitches();
  private readonly git: Git;
  private readonly seat: DriverSeat;
  private readonly running = new Map<string, string>();
  /** What is done between runs, in words, by workstream. */
  private readonly updating = new Map<string, string>();
  readonly news: RunNews;

  constructor(
    readonly root: string,
    private readonly services: RunServices,
  ) {
    const { logger, clock, program, claimDriver } = services;
    this.git = new Git(root, { logger });
    this.news = new RunNews(root, logger);
    this.seat = new DriverSeat(() => this.git.commonDir(), claimDriver, { logger, clock, ...(program === undefined ? {} : { program }) });
  }

  /** The batches and stages that run now, by workstream. */
  get runningBatches(): ReadonlyMap<string, string> {
    return this.running;
  }

  /** Checks, prepares and runs one batch or stage to its end. Refuses with every problem at once. */
  async runBatch(request: RunRequest, signal: AbortSignal): Promise<RunReport> {
    if (!this.services.isTrusted()) return refusedRun('untrusted', 'This workspace is not trusted: plans are shown, nothing is run.');
    const [barring] = await barringProblems(this.root, this.services.settings().allowedRoots);
    if (barring) return refusedRun(barring.code, barring.message);
    const stream = await this.services.snapshot(request.stream);
    const busy = this.running.get(stream.id);
    if (busy !== undefined) return refusedRun('busy', `${scopeTitle(busy)} of ${stream.id} is running. Wait for it, or stop it first.`);
    const updating = this.updating.get(stream.id);
    if (updating !== undefined) return refusedRun('busy', `${updating}. Wait for it.`);
    this.running.set(stream.id, request.batch);
    this.news.changedHere();
    try {
      return await this.drive(stream, request, signal);
    } finally {
      this.running.delete(stream.id);
      this.news.changedHere();
    }
  }

  /** Ends what a dead driver left open in a workstream: its attempts are interrupted, worktrees stay. @throws {DriverError} */
  async leave(streamId: string): Promise<void> {
    const stream = await this.services.snapshot(streamId);
    await this.seat.sit(driver => leaveBatches(this.driveServices(stream.id, driver), stream));
    this.news.changedHere();
  }

  /** The text of a dry run, with the same findings that a run would stop at. */
  async dryRun(request: RunRequest): Promise<{ readonly text: string; readonly findings: Findings }> {
    const stream = await this.services.snapshot(request.stream);
    return dryRunRequest(this.place, this.services.settings(), stream, request, this.services.opencode);
  }

  /**
   * Merges the user's branch into the integration branch, checked like any other merge.
   * @throws {DriverError} while another process drives; {UpdateError}
   */
  updateIntegration(streamId: string, signal: AbortSignal): Promise<IntegrationUpdate> {
    return this.betweenRuns(streamId, ({ context, lost }) => updateIntegration(context, AbortSignal.any([signal, lost])));
  }

  /**
   * Does something as the driver of a workstream that no batch of it may run beside. `doing`: a sentence for whoever has to wait for it.
   * @throws {DriverError} while another process drives; {UpdateError} `busy` while a batch runs, or something else of this kind
   */
  async betweenRuns<T>(
    streamId: string,
    work: (place: { readonly context: RunContext; readonly stream: WorkstreamSnapshot; readonly lost: AbortSignal }) => Promise<T>,
    doing?: string,
  ): Promise<T> {
    const stream = await this.services.snapshot(streamId);
    const busy = this.running.get(stream.id);
    if (busy !== undefined) throw new UpdateError('busy', `${scopeTitle(busy)} of ${stream.id} is running. Wait for it, or stop it first.`);
    const updating = this.updating.get(stream.id);
    if (updating !== undefined) throw new UpdateError('busy', `${updating}. Wait for it.`);
    this.updating.set(stream.id, doing ?? `A branch of ${stream.id} is being moved`);
    try {
      return await this.seat.sit(driver =>
        withContext(this.driveServices(stream.id, driver), stream, context => work({ context, stream, lost: driver.lost })),
      );
    } finally {
      this.updating.delete(stream.id);
      this.news.changedHere();
    }
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
    this.news.dispose();
  }

  private get worktreesRoot(): string {
    return worktreesDirectory(this.root, this.services.settings().worktrees.directory);
  }

  private get place(): RequestPlace {
    return { root: this.root, git: this.git, files: this.services.files, worktreesRoot: this.worktreesRoot };
  }

  private async drive(stream: WorkstreamSnapshot, request: RunRequest, signal: AbortSignal): Promise<RunReport> {
    const { findings, scope, agents, skill } = await checkRequest(this.place, stream, request, {
      opencode: this.services.opencode,
      signal,
      starts: true,
    });
    if (findings.problems.length > 0 || !scope || !agents) return { kind: 'refused', findings };
    const { goOn } = request;
    const hindrance = goOn && (await whyNotGoOn({ root: this.root, opencode: this.services.opencode }, stream, goOn.task, signal));
    if (hindrance) return { kind: 'refused', findings: { ...findings, problems: [hindrance] } };
    try {
      const { takeOver = false } = request;
      const drive = async (driver: Driver): Promise<RunReport> => {
        const driven = await driveBatch(
          this.driveServices(stream.id, driver),
          { stream, scope, agents, only: request.only, goOn, resume: request.resume ?? false, warnings: findings.warnings, skill },
          AbortSignal.any([signal, driver.lost]),
        );
        return { kind: 'finished', ...driven };
      };
      return await this.seat.sit(drive, { takeOver });
    } catch (error) {
      if (error instanceof DriverError) return refusedRun(error.reason === 'superseded' ? 'superseded' : 'other-driver', error.message);
      throw error;
    }
  }

  private driveServices(stream: string, driver: Driver): DriveServices {
    const { root, git, worktreesRoot, switches } = this;
    return { ...this.services, root, git, worktreesRoot, switches, driver, observer: this.news.observer(stream) };
  }
}
