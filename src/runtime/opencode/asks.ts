import type { OpencodeClient } from '@opencode-ai/sdk/v2/client';
import type { Clock } from '../../common/clock';
import { Emitter, type Disposable, type Event } from '../../common/event';
import { DisposableStore } from '../../common/disposables';
import type { Logger } from '../../common/logger';
import type { AgentAsk, PermissionAsk, QuestionAsk } from '../../domain/tree/nodes';
import { readAsked, toAsk, type Asked } from './askRecords';
import type { Connection } from './connection';
import { isOpencodeError } from './opencodeError';
import { request } from './request';
import type { ServerEvent } from './serverEvent';
import { SessionRoots } from './sessionRoots';
import type { ServerStatus } from './serverStatus';
import type { SessionEvents } from './sessionEvents';
import type { SessionInfo } from './sessions';

export type AsksOptions = {
  readonly server: {
    readonly onDidChangeStatus: Event<ServerStatus>;
    find(signal?: AbortSignal): Promise<Connection | undefined>;
    recentDirectories(): Promise<readonly string[]>;
  };
  readonly events: Pick<SessionEvents, 'onEvent' | 'onDidConnect'>;
  readonly sessions: {
    get(directory: string, session: string): Promise<SessionInfo | undefined>;
    status(directory: string): Promise<Readonly<Record<string, unknown>>>;
  };
  readonly clock: Clock;
  readonly logger: Logger;
};

/**
 * The permissions and questions that agents wait with, sub-agents' too, in all directories. Told by events; read again
 * whenever the stream (re)connects, because a server that was restarted has forgotten them.
 */
export class Asks implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly changed: Emitter<readonly AgentAsk[]>;
  private readonly asks = new Map<string, AgentAsk>();
  /** Answered or withdrawn, maybe before we knew whose it was. */
  private readonly settled = new Set<string>();
  private readonly directories = new Set<string>();
  private readonly roots: SessionRoots;
  readonly onDidChange: Event<readonly AgentAsk[]>;

  constructor(private readonly options: AsksOptions) {
    const { events, server, sessions, logger } = options;
    this.roots = new SessionRoots(sessions, logger);
    this.changed = this.owned.add(new Emitter<readonly AgentAsk[]>(error => logger.error('a listener of asks failed', error)));
    this.onDidChange = this.changed.event;
    this.owned.add(events.onEvent(event => this.heard(event)));
    this.owned.add(events.onDidConnect(() => void this.reread()));
    this.owned.add(server.onDidChangeStatus(({ state }) => this.serverChanged(state)));
  }

  /** In the order they were asked. */
  get pending(): readonly AgentAsk[] {
    return [...this.asks.values()].sort((left, right) => left.askedAt - right.askedAt);
  }

  /** Reads what is asked in these directories; they are read again on every reconnect. Nothing is asked where no server runs. */
  async refresh(directories: readonly string[]): Promise<void> {
    for (const directory of directories) this.directories.add(directory);
    const connection = await this.options.server.find();
    await Promise.all(directories.map(directory => (connection ? this.read(connection, directory) : this.keep(directory, []))));
  }

  /** `reject` with a message lets the agent go on with it; without one, the agent stops. @throws {OpencodeError} */
  async replyPermission(ask: PermissionAsk, reply: 'once' | 'always' | 'reject', message?: string): Promise<void> {
    await this.answer(ask, 'answer the permission', (client, options) =>
      client.permission.reply({ requestID: ask.id, reply, message }, options),
    );
  }

  /** For each question the labels of the chosen options, or a text of one's own. @throws {OpencodeError} */
  async answerQuestion(ask: QuestionAsk, answers: readonly (readonly string[])[]): Promise<void> {
    const given = answers.map(labels => [...labels]);
    await this.answer(ask, 'answer the question', (client, options) =>
      client.question.reply({ requestID: ask.id, answers: given }, options),
    );
  }

  async rejectQuestion(ask: QuestionAsk): Promise<void> {
    await this.answer(ask, 'turn the question down', (client, options) => client.question.reject({ requestID: ask.id }, options));
  }

  dispose(): void {
    this.owned.dispose();
  }

  private async answer(
    ask: AgentAsk,
    what: string,
    call: (
      client: OpencodeClient,
      options: { readonly signal: AbortSignal },
    ) => Promise<{ data?: unknown; error?: unknown; response?: Response | undefined }>,
  ): Promise<void> {
    const connection = await this.options.server.find();
    try {
      if (connection) await request(what, {}, options => call(connection.client(ask.directory), options));
    } catch (error) {
      if (!isOpencodeError(error, 'no-such-ask')) throw error; // somebody else answered it
    }
    this.drop(({ id }) => id === ask.id);
  }

  private heard(event: ServerEvent): void {
    switch (event.type) {
      case 'permission.asked':
        void this.add({ type: 'permission', request: event.properties }, event.directory);
        break;
      case 'question.asked':
        void this.add({ type: 'question', request: event.properties }, event.directory);
        break;
      case 'permission.replied':
      case 'question.replied':
      case 'question.rejected': {
        const { requestID } = event.properties;
        this.settled.add(requestID);
        this.drop(({ id }) => id === requestID);
        break;
      }
      case 'session.created':
      case 'session.updated':
        this.roots.learn(event.properties.info.id, event.properties.info.parentID);
        break;
      case 'session.deleted':
        this.dropOf(event.properties.sessionID);
        break;
      case 'session.status':
        if (event.properties.status.type === 'idle') this.dropOf(event.properties.sessionID);
        break;
      default:
    }
  }

  private serverChanged(state: ServerStatus['state']): void {
    if (state === 'failed' || state === 'stopped') this.drop(() => true);
  }

  /** A session that is idle waits for nothing, and neither do its sub-agents, whatever the server's list still says. */
  private dropOf(session: string): void {
    this.drop(ask => ask.session === session || ask.rootSession === session);
  }

  private drop(which: (ask: AgentAsk) => boolean): void {
    const gone = this.pending.filter(which);
    for (const { id } of gone) {
      this.asks.delete(id);
      this.settled.add(id);
    }
    if (gone.length > 0) this.changed.fire(this.pending);
  }

  private async add(asked: Asked, directory: string): Promise<void> {
    this.directories.add(directory);
    const { id, sessionID } = asked.request;
    const rootSession = await this.roots.rootOf(directory, sessionID);
    if (this.settled.has(id) || this.asks.has(id)) return;
    this.asks.set(id, toAsk(asked, { directory, rootSession, askedAt: this.options.clock.now() }));
    this.changed.fire(this.pending);
  }

  private async reread(): Promise<void> {
    const { server, logger } = this.options;
    try {
      const recent = await server.recentDirectories();
      await this.refresh([...new Set([...this.directories, ...recent])]);
    } catch (error) {
      logger.warn(`what agents ask could not be read again: ${String(error)}`);
    }
  }

  private async read(connection: Connection, directory: string): Promise<void> {
    try {
      const asked = await readAsked(connection.client(directory));
      const busy = asked.length === 0 ? {} : await this.options.sessions.status(directory); // an aborted session's stay in the list
      const waiting = asked.filter(({ request: { sessionID } }) => sessionID in busy);
      await this.keep(directory, waiting);
    } catch (error) {
      this.options.logger.warn(`what agents ask in ${directory} could not be read: ${String(error)}`);
    }
  }

  private async keep(directory: string, asked: readonly Asked[]): Promise<void> {
    const ids = new Set(asked.map(each => each.request.id));
    this.drop(ask => ask.directory === directory && !ids.has(ask.id));
    for (const each of asked) this.settled.delete(each.request.id);
    await Promise.all(asked.map(each => this.add(each, directory)));
  }
}
