import { setTimeout as pause } from 'node:timers/promises';
import { Emitter, type Disposable, type Event } from '../../common/event';
import type { Logger } from '../../common/logger';
import type { Connection } from './connection';
import { isOpencodeError, OpencodeError } from './opencodeError';
import type { ServerEvent } from './serverEvent';
import type { ServerStatus } from './serverStatus';

/** What the stream needs of the server. */
export type EventServer = {
  readonly status: ServerStatus;
  readonly connection: Connection | undefined;
  readonly onDidChangeStatus: Event<ServerStatus>;
  ensure(signal?: AbortSignal): Promise<Connection>;
  check(): Promise<void>;
};

export type SessionEventsOptions = {
  readonly logger: Logger;
  /** Milliseconds without any word (the server sends a heartbeat every 10 s) after which the stream counts as broken. */
  readonly watchdog?: number;
};

const hopeless = ['no-binary', 'wrong-version', 'bad-config', 'unauthorized', 'stopped'] as const;
const tries = 3;

/**
 * The one stream of everything that happens in the server, in all directories. It lasts as long as the server does, comes back
 * by itself and never throws. Nothing is repeated after a break: who needs the whole truth reads it again on `onDidConnect`.
 */
export class SessionEvents implements Disposable {
  private readonly lifetime = new AbortController();
  private readonly happened: Emitter<ServerEvent>;
  private readonly connected: Emitter<Connection>;
  private readonly broke: Emitter<undefined>;
  private readonly gaveUp: Emitter<OpencodeError>;
  private readonly holders = new Set<symbol>();
  private readonly subscription: Disposable;
  private stream: AbortController | undefined;
  private wake: () => void = () => undefined;
  private current: Connection | undefined;
  readonly onEvent: Event<ServerEvent>;
  /** The stream listens (again), to this server. */
  readonly onDidConnect: Event<Connection>;
  readonly onDidDisconnect: Event<undefined>;
  /** The server is gone and cannot be had back, although somebody keeps it alive. */
  readonly onDidGiveUp: Event<OpencodeError>;

  constructor(
    private readonly server: EventServer,
    private readonly options: SessionEventsOptions,
  ) {
    const onError = (error: unknown) => options.logger.error('a listener of the event stream failed', error);
    this.happened = new Emitter(onError);
    this.connected = new Emitter(onError);
    this.broke = new Emitter(onError);
    this.gaveUp = new Emitter(onError);
    this.onEvent = this.happened.event;
    this.onDidConnect = this.connected.event;
    this.onDidDisconnect = this.broke.event;
    this.onDidGiveUp = this.gaveUp.event;
    this.subscription = server.onDidChangeStatus(() => this.serverChanged());
    void this.run();
  }

  /** The server that the stream listens to now. */
  get connection(): Connection | undefined {
    return this.current;
  }

  /** Whether somebody keeps the server alive. */
  get isHeld(): boolean {
    return this.holders.size > 0;
  }

  /** Until it is disposed, a server that failed is started again; one that was stopped on purpose is not. */
  keepAlive(): Disposable {
    const key = Symbol('keepAlive');
    this.holders.add(key);
    this.wake();
    return { dispose: () => this.holders.delete(key) };
  }

  dispose(): void {
    this.subscription.dispose();
    this.lifetime.abort();
    this.stream?.abort();
    this.wake();
    for (const emitter of [this.happened, this.connected, this.broke, this.gaveUp]) emitter.dispose();
  }

  private serverChanged(): void {
    if (this.current && this.server.connection !== this.current) this.stream?.abort();
    this.wake();
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.lifetime.signal.aborted;) {
      const connection = await this.nextConnection();
      if (!connection) continue;
      const began = await this.listen(connection);
      failures = began ? 0 : failures + 1;
      await this.server.check();
      await this.pause(Math.min(50 * 2 ** failures, 2000));
    }
  }

  /** Waits for a server; undefined when something changed and it is to be asked again. */
  private async nextConnection(): Promise<Connection | undefined> {
    const woken = new Promise<void>(resolve => (this.wake = resolve));
    if (this.server.connection) return this.server.connection;
    const { state } = this.server.status;
    if (this.holders.size > 0 && state === 'failed') return this.revive();
    if (this.holders.size > 0 && state === 'stopped') this.gaveUp.fire(new OpencodeError('stopped', 'The opencode server was stopped.'));
    await woken;
    return undefined;
  }

  private async revive(): Promise<Connection | undefined> {
    for (let attempt = 1; this.holders.size > 0 && !this.lifetime.signal.aborted; attempt++) {
      try {
        this.options.logger.info('starting the opencode server again: agents were working in it');
        return await this.server.ensure(this.lifetime.signal);
      } catch (error) {
        const known = isOpencodeError(error)
          ? error
          : new OpencodeError('unreachable', `The opencode server is gone: ${String(error)}`, { cause: error });
        if (attempt >= tries || isOpencodeError(error, ...hopeless)) {
          this.gaveUp.fire(known);
          this.holders.clear();
        } else {
          await this.pause(1000 * attempt);
        }
      }
    }
    return undefined;
  }

  /** Reads the stream until it breaks; true when it had begun. */
  private async listen(connection: Connection): Promise<boolean> {
    const stream = new AbortController();
    this.stream = stream;
    const { watchdog = 25_000, logger } = this.options;
    const bark = () => stream.abort(new Error(`nothing came for ${watchdog / 1000} seconds`));
    let timer = setTimeout(bark, Math.min(watchdog, 10_000)); // a server that is starting accepts requests that it never answers
    let why = '';
    try {
      const onSseError = (error: unknown) => void (why = String(error));
      const events = await connection.server.global.event({ signal: stream.signal, sseMaxRetryAttempts: 1, onSseError });
      for await (const { directory, payload } of events.stream) {
        clearTimeout(timer);
        timer = setTimeout(bark, watchdog);
        if (this.lifetime.signal.aborted || stream.signal.aborted) break;
        if (!this.current) this.begin(connection);
        if ('properties' in payload) this.happened.fire({ directory, type: payload.type, properties: payload.properties } as ServerEvent);
      }
    } catch (error) {
      why = String(error);
    } finally {
      clearTimeout(timer);
      stream.abort();
    }
    const began = this.current !== undefined;
    this.current = undefined;
    if (began && !this.lifetime.signal.aborted) {
      const { state } = this.server.status;
      const isMeant = state === 'stopping' || state === 'stopped';
      logger.info(`the event stream of ${connection.url} ${isMeant ? 'ended with its server' : `broke${why === '' ? '' : `: ${why}`}`}`);
      this.broke.fire(undefined);
    }
    return began;
  }

  private begin(connection: Connection): void {
    this.current = connection;
    this.connected.fire(connection);
  }

  private pause(milliseconds: number): Promise<void> {
    return pause(milliseconds, undefined, { signal: this.lifetime.signal }).catch(() => undefined);
  }
}
