import path from 'node:path';
import type { Clock } from '../common/clock';
import { DisposableStore } from '../common/disposables';
import { Emitter, type Disposable } from '../common/event';
import { Limiter } from '../common/limiter';
import type { Logger } from '../common/logger';
import type { Settings } from '../domain/settings/settings';
import type { SetupFacts } from '../domain/setup/setupFacts';
import type { ThreadNode } from '../domain/tree/nodes';
import type { Diagnose } from './run/diagnoseCandidate';
import type { Write } from './journal/appender';
import type { MonitorTuning } from './monitor/agentMonitor';
import { OpencodeRuntime } from './opencode/opencodeRuntime';
import { claimDriver } from './recovery/driverClaim';
import { ProjectRegistry } from './projects/projectRegistry';
import { Repository } from './repository';
import { BudgetAsks } from './run/budgetAsks';
import { LoadWatch } from './run/loadWatch';
import type { ThreadStarted } from './run/runNews';
import { readSetup, type SetupRequest } from './setup/readSetup';
import { ensureWorkShim } from './workShim';

export type RuntimeOptions = {
  /** Where the server's state, its log, the plugin and the shim are kept; the same for all programs of a user. */
  readonly stateDirectory: string;
  readonly settings: () => Settings;
  /** The bundled plugin. */
  readonly pluginFile: string;
  /** The bundled command line, for the shim on agents' PATH. */
  readonly workScript: string;
  /** Whether commands may be run and files written here; a window may not know its folder yet. */
  readonly isTrusted?: () => boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How this program is called to others that want to drive the same repository. */
  readonly program?: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How agents are watched, where it is not what the user's limits make of it. */
  readonly monitoring?: MonitorTuning;
  /** How bytes get to the end of a journal; the file system's own write when absent. */
  readonly journalWrite?: Write;
  /** What is known here of errors in merged files; a window's. */
  readonly diagnose?: Diagnose;
  /** The bearer token of the Agent Mail server that the settings name. */
  readonly agentMailToken?: () => Promise<string | undefined>;
};

/** Everything below the faces of the program, composed once: for the window, the command line, the demo and the tests. */
export class Runtime implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly repositories = new Map<string, Repository>();
  private shim: Promise<string | undefined> | undefined;
  private readonly started = this.owned.add(new Emitter<ThreadStarted>());
  private readonly pausing = this.owned.add(new Emitter<boolean>());
  readonly onDidStartThread = this.started.event;
  readonly onDidPause = this.pausing.event;
  readonly opencode: OpencodeRuntime;
  readonly limiter: Limiter;
  /** Budgets that wait for somebody to say whether their agents may go on. */
  readonly budgetAsks: BudgetAsks;
  /** How many may work at once at the moment. */
  readonly load: LoadWatch;
  readonly projects: ProjectRegistry;

  constructor(private readonly options: RuntimeOptions) {
    const { settings, stateDirectory, pluginFile, environment, logger, clock } = options;
    this.limiter = new Limiter(settings().maxConcurrent);
    this.budgetAsks = this.owned.add(new BudgetAsks(clock));
    this.projects = this.owned.add(new ProjectRegistry({ stateDirectory, allowedRoots: () => settings().allowedRoots, clock }));
    this.opencode = this.owned.add(
      new OpencodeRuntime({
        stateDirectory,
        pluginFile,
        environment,
        logger,
        clock,
        settings: () => settings(),
      }),
    );
    this.load = this.owned.add(new LoadWatch(this.limiter, this.opencode.events));
  }

  /** The repository whose main checkout is at `root`; the same object every time. */
  repository(root: string): Repository {
    const key = path.resolve(root);
    const known = this.repositories.get(key);
    if (known) return known;
    const { settings, environment, logger, clock, program, monitoring, journalWrite, diagnose, agentMailToken } = this.options;
    const repository = this.owned.add(
      new Repository(key, {
        opencode: this.opencode,
        limiter: this.limiter,
        budgetAsks: this.budgetAsks,
        load: this.load,
        settings,
        role: environment.WORKSTREAM_ROLE,
        environment,
        shimFolder: () => this.shimFolder(),
        isTrusted: this.options.isTrusted ?? (() => true),
        claimDriver,
        program,
        logger,
        clock,
        monitoring,
        journalWrite,
        diagnose,
        agentMailToken,
      }),
    );
    this.repositories.set(key, repository);
    this.owned.add(repository.runs.news.onDidStartThread(started => this.started.fire(started)));
    return repository;
  }

  get settings(): Settings {
    return this.options.settings();
  }

  /** What running batches of the repository at `root` needs, and what of it is there. Starts nothing that was not asked for. */
  readSetup(root: string, request: SetupRequest, signal: AbortSignal): Promise<SetupFacts> {
    const { git, files, readDriver } = this.repository(root);
    const { environment, clock } = this.options;
    const sources = { root, git, files, readDriver, environment, clock, opencode: this.opencode, settings: this.settings };
    return readSetup(sources, request, signal);
  }

  /** Running tasks end, none starts until `resume`. */
  pause(): void {
    this.limiter.pause();
    this.pausing.fire(true);
  }

  resume(): void {
    this.limiter.resume();
    this.pausing.fire(false);
  }

  stopAll(): void {
    for (const repository of this.repositories.values()) repository.runs.stopAll();
  }

  /** Puts new values of settings to work; what runs keeps the ones it began with. */
  settingsChanged(): void {
    this.load.setSetting(this.options.settings().maxConcurrent);
  }

  /** How to open opencode's own interface on a thread's latest session; undefined when it has none. */
  async attachCommand(
    root: string,
    thread: ThreadNode,
  ): Promise<{ readonly binary: string; readonly args: readonly string[]; readonly environment: Record<string, string> } | undefined> {
    const attempt = thread.tasks.flatMap(task => task.attempts).findLast(candidate => candidate.session !== undefined);
    if (attempt?.session === undefined) return undefined;
    return this.opencode.attachCommand(attempt.worktree ?? root, attempt.session);
  }

  /** Gives integrated terminals the `work` command; a constant value, so that open terminals are not marked as outdated. */
  async addToPath(collection: { prepend(name: string, value: string): void; clear(): void }, wanted: boolean): Promise<void> {
    const folder = wanted ? await this.shimFolder() : undefined;
    if (folder === undefined) collection.clear();
    else collection.prepend('PATH', `${folder}${path.delimiter}`);
  }

  /** The server and its agents go on; only this program's part ends. */
  dispose(): void {
    this.owned.dispose();
  }

  private shimFolder(): Promise<string | undefined> {
    const { stateDirectory, workScript, logger } = this.options;
    this.shim ??= ensureWorkShim({ folder: path.join(stateDirectory, 'bin'), script: workScript, executable: process.execPath }).catch(
      (error: unknown) => {
        logger.warn(`the work command could not be put into ${stateDirectory}: ${String(error)}`);
        return undefined;
      },
    );
    return this.shim;
  }
}

export function createRuntime(options: RuntimeOptions): Runtime {
  return new Runtime(options);
}
