import { abortable, isAbortError } from '../../common/abort';
import { Emitter, type Disposable } from '../../common/event';
import { Sequencer } from '../../common/sequencer';
import { findBinary } from './binary';
import { recentDirectories } from './busySessions';
import { createConnection, type Connection } from './connection';
import { findExternalServer, type ExternalOptions } from './externalServer';
import type { LiveServer } from './liveServer';
import { isOpencodeError, OpencodeError } from './opencodeError';
import { OwnServer } from './ownServer';
import { isSameProcess } from './processes';
import { readHealth } from './serverHealth';
import { withServerLock } from './serverLock';
import { predecessors, readServerState } from './serverState';
import type { ServerStatus } from './serverStatus';
import { ServerWatch } from './serverWatch';
import type { StartOptions } from './startServer';

/** Read whenever the server is looked for, so that an object with getters follows the settings. */
export type OpencodeServerOptions = StartOptions &
  ExternalOptions & {
    /** `external`: somebody else runs the server at `url`; it is never started or stopped here. */
    readonly mode: 'auto' | 'external';
  };

/** The server that all programs of a user share: found or started when it is needed, watched, left running. */
export class OpencodeServer implements Disposable {
  private readonly changed = new Emitter<ServerStatus>();
  private readonly queue = new Sequencer();
  private readonly own: OwnServer;
  private idleRestarts = 0;
  private current: ServerStatus = { state: 'stopped' };
  private watch: ServerWatch | undefined;
  private starting: Promise<Connection> | undefined;
  private start = new AbortController();
  readonly onDidChangeStatus = this.changed.event;

  constructor(private readonly options: OpencodeServerOptions) {
    this.own = new OwnServer(options);
  }

  get status(): ServerStatus {
    return this.current;
  }

  /** Where the server answered last, while nothing says that it is gone. */
  get connection(): Connection | undefined {
    return this.live?.connection;
  }

  /** The process of the server, when it is one that we may stop. */
  get ownPid(): number | undefined {
    return this.live?.process?.pid;
  }

  /**
   * The server, adopted or started when necessary. Calls at the same time share one start; an aborted call leaves it to the others.
   * @throws {OpencodeError} with what to do when there is no server to be had.
   */
  async ensure(signal?: AbortSignal): Promise<Connection> {
    signal?.throwIfAborted();
    this.starting ??= this.obtain().finally(() => (this.starting = undefined));
    return abortable(this.starting, signal);
  }

  /** The server if there is one to adopt; nothing is started. */
  async find(signal?: AbortSignal): Promise<Connection | undefined> {
    if (this.live) return this.live.connection;
    if (this.starting) return abortable(this.starting, signal).catch(noServer);
    return this.queue.run('server', async () => {
      if (this.live) return this.live.connection;
      const { mode } = this.options;
      const live = await (mode === 'external' ? findExternalServer(this.options, signal) : this.own.adopt(2000, signal)).catch(noServer);
      if (live) this.enter(live);
      return live?.connection;
    });
  }

  /** The server if there is one; undefined where one could be started, which is not done. @throws {OpencodeError} why there can be none */
  async look(signal?: AbortSignal): Promise<Connection | undefined> {
    const found = await this.find(signal);
    if (found || this.options.mode === 'external') return found ?? this.ensure(signal);
    await this.binary();
    return undefined;
  }

  /** Ends the agents' work and the server. False when none of ours was running; one that is not ours is only let go of. */
  async stop(): Promise<boolean> {
    this.start.abort();
    return this.queue.run('server', async () => {
      const { stateDirectory, logger, mode } = this.options;
      this.leave();
      try {
        if (mode === 'external') return false;
        this.setStatus({ state: this.idleRestarts > 0 ? 'starting' : 'stopping' });
        return await withServerLock(stateDirectory, logger, () => this.own.end({ restarting: this.idleRestarts > 0 }));
      } finally {
        this.setStatus({ state: this.idleRestarts > 0 ? 'starting' : 'stopped' });
      }
    });
  }

  async restart(): Promise<Connection> {
    await this.stop();
    return this.ensure();
  }

  /**
   * Starts the server again if nothing works in it: the only way to make it read changed configuration.
   * False when it is busy or not ours. Batches go on over it: for them it is starting all the time.
   */
  async restartIfIdle(): Promise<boolean> {
    if (!this.live?.process || (await this.own.isBusy(this.live))) return false;
    this.idleRestarts += 1;
    try {
      await this.restart();
    } finally {
      this.idleRestarts -= 1;
    }
    return true;
  }

  /** Looks at once whether the server is still there; called when a stream of it broke. */
  async check(): Promise<void> {
    await this.watch?.look();
  }

  /** Whether somebody stopped the server on purpose, maybe another program and maybe only just now: nobody should start it again. */
  async wasStopped(): Promise<boolean> {
    if (this.idleRestarts > 0) return false;
    const { live, current } = this;
    if (current.state === 'stopping' || current.state === 'stopped') return true;
    return live !== undefined && (await this.fateOf(live)) === 'stopped';
  }

  /** Where agents of a server of ours worked since it was started; of another one's nothing is known. */
  async recentDirectories(signal?: AbortSignal): Promise<readonly string[]> {
    const { live } = this;
    return live?.process ? recentDirectories(live.connection, live.process.startedAt, signal) : [];
  }

  async isInstalled(): Promise<boolean> {
    if (this.options.mode === 'external') return true;
    return this.binary().then(
      () => true,
      () => false,
    );
  }

  /** @throws {OpencodeError} `no-binary` */
  binary(): Promise<string> {
    const { binary: setting, environment, packages } = this.options;
    return findBinary({ setting, env: environment, extra: packages ?? [] });
  }

  /** The server and its agents go on. */
  dispose(): void {
    this.start.abort();
    this.leave();
    this.changed.dispose();
  }

  private get live(): LiveServer | undefined {
    return this.watch?.server;
  }

  /** `following`: as it is, where another program has just started it for reasons of its own. */
  private async obtain(following = false): Promise<Connection> {
    const { live } = this;
    if (live && (await this.isThere(live))) return live.connection;
    return this.queue.run('server', async () => {
      this.start = new AbortController();
      const { signal } = this.start;
      this.leave(); // what is told of the one before is told by its successor from here on
      this.setStatus({ state: 'starting' });
      try {
        const { stateDirectory, logger, mode } = this.options;
        const obtain = () => (following ? this.own.follow(signal) : this.own.obtain(signal));
        const own = () => withServerLock(stateDirectory, logger, obtain, signal);
        const found = await (mode === 'external' ? findExternalServer(this.options, signal) : own());
        signal.throwIfAborted();
        this.enter(found);
        return found.connection;
      } catch (error) {
        this.leave();
        const message = error instanceof Error ? error.message : String(error);
        this.setStatus(isAbortError(error) ? { state: 'stopped' } : { state: 'failed', error: message });
        if (!isAbortError(error)) throw error;
        throw new OpencodeError('stopped', 'The opencode server was stopped while it was starting.', { cause: error });
      }
    });
  }

  private async isThere(live: LiveServer): Promise<boolean> {
    const { mode, url = '' } = this.options;
    const { process, connection, outdated } = live;
    if (mode === 'external') {
      if (process || connection.url !== createConnection({ url }).url) return false;
      return readHealth(connection, 10_000).then(
        () => true,
        () => false,
      );
    }
    if (!process || !(await isSameProcess(process.pid, process.start))) return false;
    return !outdated || this.own.isBusy(live);
  }

  private enter(live: LiveServer): void {
    this.leave();
    this.watch = new ServerWatch(live, (server, why) => this.lose(server, why)); // disposed by leave
    const { connection, version, process, plugin, launched, warning } = live;
    if (warning !== undefined) this.options.logger.warn(warning);
    this.setStatus({
      state: 'running',
      url: connection.url,
      version,
      adopted: launched === undefined,
      plugin,
      ...(process ? { pid: process.pid } : {}),
      ...(warning === undefined ? {} : { warning }),
    });
  }

  private leave(): void {
    this.watch?.dispose();
    this.watch = undefined;
  }

  /** A server that somebody stopped on purpose has stopped, one that was restarted while idle is followed, another one has failed. */
  private async lose(live: LiveServer, error: string): Promise<void> {
    const fate = await this.fateOf(live);
    if (this.live !== live) return;
    this.leave();
    if (fate !== 'restarted') {
      this.setStatus(fate === 'stopped' ? { state: 'stopped' } : { state: 'failed', error });
      return;
    }
    this.setStatus({ state: 'starting' });
    this.starting ??= this.obtain(true).finally(() => (this.starting = undefined));
    await this.starting.catch((cause: unknown) =>
      this.options.logger.warn(`the restarted opencode server was not found: ${String(cause)}`),
    );
  }

  /** What became of a server, as the state file says: some program stopped it or is about to, restarted it, or none did anything. */
  private async fateOf({ process }: LiveServer): Promise<'stopped' | 'restarted' | 'lost'> {
    if (!process) return 'lost';
    const state = await readServerState(this.options.stateDirectory);
    if (!state) return 'stopped';
    const { replaces, died } = predecessors(state); // and the one that it names, if it is about to have a successor
    if (replaces.includes(process.pid)) return 'restarted';
    return died.includes(process.pid) ? 'lost' : 'stopped';
  }

  private setStatus(status: ServerStatus): void {
    if (JSON.stringify(status) === JSON.stringify(this.current)) return;
    this.current = status;
    this.changed.fire(status);
  }
}

function noServer(error: unknown): undefined {
  if (isOpencodeError(error) || isAbortError(error)) return undefined;
  throw error;
}
