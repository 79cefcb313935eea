import type { Clock } from '../common/clock';
import { DisposableStore } from '../common/disposables';
import type { Disposable } from '../common/event';
import type { Limiter } from '../common/limiter';
import type { Logger } from '../common/logger';
import { skillForPrompts } from '../domain/prompts/promptText';
import type { DeliveryResult } from '../domain/delivery/deliveryWords';
import type { Settings } from '../domain/settings/settings';
import type { RecoverableRun } from '../domain/run/recoverableRun';
import type { WorkstreamSnapshot } from '../domain/tree/nodes';
import { Blockers } from './actions/blockers';
import { PlanActions } from './actions/planActions';
import { PlanChanges } from './actions/planChanges';
import { PlanTasks } from './actions/planTasks';
import { readyChoice } from './choice/readyChoice';
import type { Choice } from '../domain/choice/chooseReady';
import { ChangeDrafts } from './drafts/changeDrafts';
import { Deliveries } from './delivery/deliveries';
import { settleAndTell } from './delivery/settleDelivery';
import { Coordination } from './files/coordination';
import { WorkFiles } from './files/workFiles';
import { readCoordinatorStates } from './coordinator/readCoordinatorState';
import { Git } from './git/git';
import type { Write } from './journal/appender';
import { journalFolder } from './journal/journalPaths';
import type { RestoredWorktree } from './git/restoreSnapshot';
import { GitError } from './git/gitError';
import type { Removal, RemovalRequest, RemovalResult } from './git/removal';
import { Snapshots } from './git/snapshots';
import { worktreesDirectory } from './git/worktreesDirectory';
import type { TimelineSources } from './journalTimeline';
import type { ReadDriver } from './model/driverPresence';
import type { RepositorySources } from './model/repositoryModel';
import { readWorkstreamSnapshot } from './model/readWorkstreamSnapshot';
import type { WorktreeModelSources } from './model/worktreeModel';
import { worktreeUse } from './model/worktreeUse';
import { AgentMonitor, type MonitorTuning } from './monitor/agentMonitor';
import type { OpencodeRuntime } from './opencode/opencodeRuntime';
import type { ProgramEnvironment } from './programs/programEnvironment';
import { driverReader } from './readDriver';
import { Multitasks } from './multitask/multitasks';
import { Reports } from './reports/reports';
import { Reviews } from './review/reviews';
import type { TryRecord } from './review/tryRecord';
import type { BudgetAsks } from './run/budgetAsks';
import type { Diagnose } from './run/diagnoseCandidate';
import type { ClaimDriver } from './run/driver';
import { openAsks, type OpenAsks } from './run/openAsks';
import { endLeftoverProcesses } from './recovery/leftoverProcesses';
import { readRecoverableRuns } from './recovery/recoverableRuns';
import { automaticWriteBack } from './sources/automaticWriteBack';
import { PlanSources } from './sources/planSources';
import type { LoadWatch } from './run/loadWatch';
import { Populations } from './run/populate/populations';
import { GateReview } from './run/gateReview';
import { Resolutions } from './run/resolve/resolutions';
import { Runs } from './run/runs';
import { sendToThread } from './run/sendToThread';
import { worktreeKeeping } from './run/worktreeKeeping';

export type RepositoryOptions = {
  readonly opencode: OpencodeRuntime;
  readonly limiter: Limiter;
  readonly budgetAsks: BudgetAsks;
  readonly load: LoadWatch;
  readonly settings: () => Settings;
  readonly role: string | undefined;
  /** What other programs are looked for with and started in. */
  readonly environment: ProgramEnvironment;
  readonly shimFolder: () => Promise<string | undefined>;
  readonly isTrusted: () => boolean;
  readonly claimDriver: ClaimDriver;
  /** How this process is called to others that want to drive. */
  readonly program?: string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly monitoring?: MonitorTuning | undefined;
  readonly diagnose?: Diagnose | undefined;
  readonly journalWrite?: Write | undefined;
  readonly agentMailToken?: (() => Promise<string | undefined>) | undefined;
};

/** One repository: its files, its runs, what a person does to its plan, its reports. */
export class Repository implements Disposable {
  private readonly owned = new DisposableStore();
  readonly files: WorkFiles;
  readonly git: Git;
  readonly monitor: AgentMonitor;
  readonly runs: Runs;
  readonly readDriver: ReadDriver;
  readonly resolutions: Resolutions;
  readonly gateReview: GateReview;
  readonly populations: Populations;
  readonly changeDrafts: ChangeDrafts;
  readonly actions: PlanActions;
  readonly planChanges: PlanChanges;
  readonly planTasks: PlanTasks;
  readonly blockers: Blockers;
  readonly sources: PlanSources;
  readonly reports: Reports;
  readonly deliveries: Deliveries;
  readonly reviews: Reviews;
  readonly multitasks: Multitasks;
  private readonly asks: OpenAsks;

  constructor(
    readonly root: string,
    private readonly options: RepositoryOptions,
  ) {
    const { clock, logger, role } = options;
    this.files = new WorkFiles(root, { clock, logger });
    this.git = new Git(root, { logger });
    this.readDriver = driverReader(() => this.git.commonDir());
    this.sources = new PlanSources({ files: this.files, clock, git: () => this.git, environment: options.environment });
    const writeBack = automaticWriteBack(this.sources, {
      isWanted: () => options.settings().sources.writeBack,
      tell: (stream, sentence) => this.runs.news.observer(stream).notice(sentence),
    });
    const snapshot = (streamId?: string) => this.snapshot(streamId);
    this.asks = openAsks(options.opencode.asks, options.budgetAsks, root);
    this.monitor = this.owned.add(new AgentMonitor({ ...options, asks: this.asks, git: this.git, tuning: options.monitoring }));
    this.runs = this.owned.add(
      new Runs(root, {
        ...options,
        endLeftoverProcesses,
        settleDelivery: settleAndTell,
        writeBack,
        monitor: this.monitor,
        files: this.files,
        snapshot,
      }),
    );
    const actionServices = { files: this.files, git: this.git, clock, role, snapshot, writeBack, skill: () => this.skill() };
    this.resolutions = new Resolutions(this.runs, this.git, snapshot);
    this.gateReview = new GateReview({ ...options, root, files: this.files, runs: this.runs, snapshot });
    this.actions = new PlanActions(actionServices);
    this.changeDrafts = new ChangeDrafts({ ...options, root, refuseAgents: () => this.actions.refuseAgents() });
    this.populations = new Populations({
      ...options,
      root,
      files: this.files,
      runs: this.runs,
      snapshot,
      commonDir: () => this.git.commonDir(),
      refuseAgents: () => this.actions.refuseAgents(),
    });
    this.planChanges = new PlanChanges(actionServices, this.actions);
    this.planTasks = new PlanTasks(actionServices, this.actions);
    this.blockers = new Blockers(actionServices, this.actions, this.planChanges);
    this.deliveries = new Deliveries({ ...options, git: this.git, runs: this.runs, readDriver: this.readDriver, snapshot });
    this.reviews = this.owned.add(new Reviews({ ...options, root, git: this.git, commonDir: () => this.git.commonDir() }));
    this.multitasks = new Multitasks({ ...options, root, git: this.git, files: this.files, runs: this.runs, snapshot });
    this.reports = new Reports({ files: this.files, git: this.git, clock, snapshot });
  }

  /** A workstream as it is on the disk now; the current one when none is named. */
  snapshot(streamId?: string): Promise<WorkstreamSnapshot> {
    return readWorkstreamSnapshot(this.files, streamId, {
      isDriven: this.runs.runningBatches.size > 0,
      readDriver: this.readDriver,
      asks: this.asks.pending,
      judged: this.monitor.judged,
    });
  }

  /** Batches that a dead driver left in the middle. */
  recoverable(): Promise<readonly RecoverableRun[]> {
    return readRecoverableRuns({
      files: this.files,
      commonDir: () => this.git.commonDir(),
      readDriver: this.readDriver,
      isDriving: () => this.runs.runningBatches.size > 0,
    });
  }

  /** What the model of this repository reads. */
  get modelSources(): RepositorySources {
    return {
      files: this.files,
      commonDir: () => this.git.commonDir(),
      asks: this.asks,
      health: this.monitor,
      isDriving: () => this.runs.runningBatches.size > 0,
      readDriver: this.readDriver,
      onDidRun: this.runs.news.onDidChange,
      logger: this.options.logger,
    };
  }

  /** What the model of this repository's worktrees reads. */
  get worktreeSources(): WorktreeModelSources {
    const { settings, isTrusted, logger } = this.options;
    return {
      files: this.files,
      git: this.git,
      directory: () => worktreesDirectory(this.root, settings().worktrees.directory),
      isDriving: () => this.runs.runningBatches.size > 0,
      readDriver: this.readDriver,
      isTrusted,
      coordinated: async () =>
        (await readCoordinatorStates(this.root, this.options.environment)).filter(({ entries }) => entries.length > 0),
      onDidRun: this.runs.news.onDidChange,
      logger,
    };
  }

  /**
   * Removes a worktree of ours that no running batch uses; what would be lost with it is kept in a snapshot first.
   * @throws {GitError} `locked` when a batch uses it; else, as {SnapshotError} too, what `Removal.remove` throws.
   */
  removeWorktree(request: RemovalRequest): Promise<RemovalResult> {
    const { worktree } = request;
    const directory = this.worktreeSources.directory();
    return this.runs.besideRuns(async isDriven => {
      const use = isDriven ? await worktreeUse(this.files, { commonDir: await this.git.commonDir(), directory, worktree }) : undefined;
      if (use !== undefined) throw new GitError('locked', `${worktree} was kept: ${use} there. Wait for the batch, or stop it first.`);
      await this.options.opencode.disposeInstance(worktree);
      return this.removal().remove(request);
    });
  }

  /** Brings a removed worktree back, byte for byte. @throws {SnapshotError} */
  restoreWorktree(snapshot: string): Promise<RestoredWorktree> {
    return new Snapshots(this.git, this.options).restore(snapshot, this.worktreeSources.directory());
  }

  /**
   * Forgets removed worktrees for good, whether their work is merged or not: ask first. Compared with what was listed.
   * @throws {SnapshotError} `unknown-snapshot`; {GitError} `locked` when a removal or a restoration that did not end needs one
   */
  forgetSnapshots(snapshots: readonly { readonly ref: string; readonly id: string }[]): Promise<void> {
    return new Snapshots(this.git, this.options).forget(snapshots);
  }

  /** What the timeline of a journal is read from. */
  get timelineSources(): TimelineSources {
    return { commonDir: () => this.git.commonDir(), logger: this.options.logger };
  }

  /** Ends deliveries that an earlier driver was cut off in. Nothing in workspaces that are not trusted. */
  async finishDeliveries(): Promise<readonly DeliveryResult[]> {
    const index = await this.files.readIndex();
    return index.kind === 'ok' ? this.deliveries.finish(index.value.streams.map(({ id }) => id)) : [];
  }

  /**
   * Puts back what a try in the user's checkout left that was killed half-way, and gives what it was. Nothing in workspaces that are
   * not trusted. @throws {ReviewError} `changed`
   */
  async finishTry(): Promise<Pick<TryRecord, 'thread' | 'files'> | undefined> {
    const commonDir = await this.git.commonDir().catch(() => undefined); // not a repository: nothing was ever tried here
    return this.options.isTrusted() && commonDir !== undefined ? this.reviews.tries.finish() : undefined;
  }

  /** Where a workstream's journal and the outputs that it names are. */
  async journalFolder(streamId: string): Promise<string> {
    return journalFolder(await this.git.commonDir(), streamId);
  }

  /** What the agents of a workstream have reserved, and their messages. */
  async coordination(streamId: string): Promise<Coordination> {
    return new Coordination(await this.journalFolder(streamId), this.options.clock);
  }

  /** Which threads could run together now; nothing is begun. */
  async readyChoice(stream: WorkstreamSnapshot, wanted: { readonly max: number; readonly stage?: string | undefined }): Promise<Choice> {
    const { git, options, runs } = this;
    const isDriven = async () => runs.isDriving || (await this.readDriver()) !== undefined;
    return readyChoice({ git, logger: options.logger, coordination: await this.coordination(stream.id), isDriven }, stream, wanted);
  }

  /** Ends removals of worktrees that were cut off or met files in use. Nothing in workspaces that are not trusted. */
  async finishRemovals(): Promise<void> {
    if (this.options.isTrusted()) await this.removal().finish();
  }

  private removal(): Removal {
    const { opencode, clock, logger } = this.options;
    return worktreeKeeping(this.git, opencode, { directory: this.worktreeSources.directory(), clock, logger }).removal;
  }

  /** Puts a message of the user into the session of a thread's latest attempt. */
  async sendMessage(streamId: string, threadId: string, text: string): Promise<void> {
    await sendToThread({ ...this.options, root: this.root, git: this.git }, await this.snapshot(streamId), threadId, text);
  }

  /** Asked of a server that runs; none is started to write prompts. */
  private async skill(): Promise<string | undefined> {
    const { opencode } = this.options;
    return opencode.server.connection ? skillForPrompts((await opencode.catalog(this.root)).skills) : undefined;
  }

  dispose(): void {
    this.owned.dispose();
  }
}
