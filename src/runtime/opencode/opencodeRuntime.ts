import type { Clock } from '../../common/clock';
import { DisposableStore } from '../../common/disposables';
import type { Disposable } from '../../common/event';
import type { Logger } from '../../common/logger';
import type { Settings } from '../../domain/settings/settings';
import { Asks } from './asks';
import { readCatalog, type Catalog } from './catalog';
import { MemoryGuard } from './memoryGuard';
import { isOpencodeError } from './opencodeError';
import { OpencodeServer } from './opencodeServer';
import { request } from './request';
import type { Environment } from './serverEnvironment';
import { SessionEvents } from './sessionEvents';
import { Sessions } from './sessions';
import { throughRestarts } from './throughRestarts';

export type OpencodeRuntimeOptions = {
  readonly stateDirectory: string;
  /** The bundled plugin; none is loaded when absent. */
  readonly pluginFile?: string | undefined;
  /** What the server is started with, and where an external server's credentials are (`OPENCODE_SERVER_PASSWORD`, `_USERNAME`). */
  readonly environment: Environment;
  /** `node_modules` folders to look for the program in when PATH has none. */
  readonly packages?: readonly string[];
  readonly settings: () => Pick<Settings, 'opencode' | 'server'>;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** How a terminal shows a session in opencode's own interface. The password is in the environment only. */
export type AttachCommand = { readonly binary: string; readonly args: readonly string[]; readonly environment: Record<string, string> };

/** Everything of opencode: the server, its events, sessions, what agents ask. */
export class OpencodeRuntime implements Disposable {
  private readonly owned = new DisposableStore();
  readonly server: OpencodeServer;
  readonly events: SessionEvents;
  readonly sessions: Sessions;
  readonly asks: Asks;
  private readonly memory: MemoryGuard;

  constructor(private readonly options: OpencodeRuntimeOptions) {
    const { settings, environment, logger, clock, ...rest } = options;
    this.server = this.owned.add(
      new OpencodeServer({
        ...rest,
        environment,
        logger,
        clock,
        username: environment.OPENCODE_SERVER_USERNAME,
        password: environment.OPENCODE_SERVER_PASSWORD,
        get binary() {
          return settings().opencode.path;
        },
        get mode() {
          return settings().server.mode;
        },
        get url() {
          return settings().server.url;
        },
        get port() {
          return settings().server.port;
        },
      }),
    );
    this.events = this.owned.add(new SessionEvents(this.server, { logger }));
    this.sessions = new Sessions(this.server, this.events, { clock, logger });
    this.memory = new MemoryGuard({
      limit: () => settings().server.memoryLimit,
      server: this.server,
      use: () => ({ inUse: this.events.isHeld || this.sessions.traffic.open > 0, uses: this.sessions.traffic.calls }),
      logger,
    });
    this.asks = this.owned.add(new Asks({ server: this.server, events: this.events, sessions: this.sessions, clock, logger }));
  }

  /**
   * Resolves when a new attempt may begin: at once, unless the server holds more memory than `work.server.memoryLimit`; then when
   * the attempts under way have ended and the server was restarted. @throws the signal's reason.
   */
  beforeAttempt(signal?: AbortSignal): Promise<void> {
    return this.memory.pass(signal);
  }

  isInstalled(): Promise<boolean> {
    return this.server.isInstalled();
  }

  /**
   * What the server offers in the directory; one that dies meanwhile is started again. Configuration that is wrong is read anew, by a restart, if nothing works.
   * @throws {OpencodeError} `bad-config` with what the server says of it.
   */
  async catalog(directory: string, signal?: AbortSignal): Promise<Catalog> {
    const { server, options } = this;
    const read = () =>
      throughRestarts('read what it offers', { server, logger: options.logger }, it => readCatalog(it, directory, signal), signal);
    try {
      return await read();
    } catch (error) {
      if (!isOpencodeError(error, 'bad-config') || !(await server.restartIfIdle())) throw error;
      return read();
    }
  }

  /** Gives back what the server holds for a directory in which nothing works any more; before the directory is removed. */
  async disposeInstance(directory: string): Promise<void> {
    const connection = await this.server.find();
    if (!connection) return;
    try {
      const busy = await this.sessions.status(directory);
      if (Object.keys(busy).length === 0) {
        await request('give memory back', {}, options => connection.client(directory).instance.dispose({}, options));
      }
    } catch (error) {
      this.options.logger.warn(`the opencode server kept what it holds for ${directory}: ${String(error)}`);
    }
  }

  /** Starts the server when none runs. @throws {OpencodeError} */
  async attachCommand(directory: string, session: string): Promise<AttachCommand> {
    const [binary, { url, username, password }] = await Promise.all([this.server.binary(), this.server.ensure()]);
    return {
      binary,
      args: ['attach', url, '--session', session, '--dir', directory],
      environment: password === undefined ? {} : { OPENCODE_SERVER_USERNAME: username, OPENCODE_SERVER_PASSWORD: password },
    };
  }

  /** The server and its agents go on. */
  dispose(): void {
    this.owned.dispose();
  }
}
