import { stat } from 'node:fs/promises';
import type { OpencodeClient, Session } from '@opencode-ai/sdk/v2/client';
import type { Clock } from '../../common/clock';
import type { Logger } from '../../common/logger';
import { parseAttemptMetadata } from '../../domain/run/attemptMetadata';
import type { Connection } from './connection';
import { isOpencodeError, OpencodeError } from './opencodeError';
import { deliverPrompt, readMessage, readMessages, type Prompt } from './prompt';
import { judgePrompt, type PromptState, type SentPrompt } from './promptState';
import { request } from './request';
import type { SessionCondition } from './sessionCondition';
import { costOf, sumCosts, type SessionCost } from './sessionCost';
import type { SessionEvents } from './sessionEvents';
import { SessionFollower } from './sessionFollower';
import { findAttemptSession, readCondition, repairIdleSession, type AttemptKey } from './sessionInspection';
import type { SessionMessage } from './sessionMessage';
import type { Repair } from './sessionRepair';
import { throughRestarts } from './throughRestarts';

export type PermissionRule = { readonly permission: string; readonly pattern: string; readonly action: 'allow' | 'ask' | 'deny' };

export type NewSession = {
  /** The session belongs to it for ever: its tools work there. */
  readonly directory: string;
  readonly title: string;
  readonly agent?: string | undefined;
  /** Of this session alone: sub-agents have the ones of the configuration. */
  readonly permission?: readonly PermissionRule[] | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
};

export type SessionInfo = {
  readonly id: string;
  readonly directory: string;
  readonly title: string;
  /** The session whose sub-agent it is. */
  readonly parentId: string | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** What sessions need of the server. */
export type SessionServer = {
  ensure(signal?: AbortSignal): Promise<Connection>;
  find(signal?: AbortSignal): Promise<Connection | undefined>;
  wasStopped(): Promise<boolean>;
};

export type SessionPlace = { readonly directory: string; readonly session: string };

export type SessionsOptions = {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Milliseconds that a session may be idle without evidence of an end before it counts as interrupted. */
  readonly grace?: number;
};

/**
 * The sessions of the server. Making one and prompting start the server when there is none; what only reads does not, and
 * fails as `stopped`. Every call rejects with `OpencodeError`, or with the signal's reason.
 */
export class Sessions {
  /** Calls that make an agent work: how many there were, and how many are under way. */
  private calls = 0;
  private open = 0;

  constructor(
    private readonly server: SessionServer,
    private readonly events: SessionEvents,
    private readonly options: SessionsOptions,
  ) {}

  /**
   * Made once for an attempt (`metadata.work`), although the server may go away in the middle: then it is started again and asked
   * for the session before another is made. @throws {OpencodeError} `no-such-directory`: the server would accept it and fail later.
   */
  async create({ directory, title, agent, permission, metadata }: NewSession, signal?: AbortSignal): Promise<{ readonly id: string }> {
    await mustExist(directory);
    const made = { title, agent, permission: permission?.map(rule => ({ ...rule })), metadata: { ...metadata } };
    const create = (client: OpencodeClient) => request('create a session', { signal }, options => client.session.create(made, options));
    const attempt = parseAttemptMetadata(metadata);
    return this.use(() =>
      throughRestarts(
        'make a session',
        { server: this.server, logger: this.options.logger },
        async (connection, tries) => {
          const client = connection.client(directory);
          const found = tries > 1 && attempt ? await findAttemptSession(client, attempt, signal) : undefined;
          return { id: found ?? (await create(client)).id };
        },
        signal,
      ),
    );
  }

  /**
   * Puts a prompt into its session and waits until the server has stored it. Safe to repeat with the same ids: what is there
   * already is not sent again. @throws {OpencodeError} `no-such-directory`, `no-such-session`, `superseded`, `not-stored`.
   */
  async prompt(prompt: Prompt, signal?: AbortSignal): Promise<void> {
    await mustExist(prompt.directory);
    const { events } = this;
    const { logger } = this.options;
    await this.use(() =>
      throughRestarts(
        'send the prompt',
        { server: this.server, logger },
        connection => deliverPrompt({ client: connection.client(prompt.directory), events, logger }, prompt, signal),
        signal,
      ),
    );
  }

  /** Whether a session or a prompt is on its way to the server, and how many have been. */
  get traffic(): { readonly open: number; readonly calls: number } {
    return { open: this.open, calls: this.calls };
  }

  /** Stops the agent and its tools; nothing when it does nothing or no server runs. */
  async abort(directory: string, session: string, signal?: AbortSignal): Promise<void> {
    const connection = await this.server.find(signal);
    if (!connection) return;
    await request('stop the session', { signal }, options => connection.client(directory).session.abort({ sessionID: session }, options));
  }

  async messages(directory: string, session: string, signal?: AbortSignal): Promise<readonly SessionMessage[]> {
    return readMessages(await this.reading(directory, signal), session, signal);
  }

  /** Undefined when the session has no such message. */
  async message(directory: string, session: string, messageId: string, signal?: AbortSignal): Promise<SessionMessage | undefined> {
    return readMessage(await this.reading(directory, signal), session, messageId, signal);
  }

  /** Undefined when there is no such session. */
  async get(directory: string, session: string, signal?: AbortSignal): Promise<SessionInfo | undefined> {
    const client = await this.reading(directory, signal);
    try {
      return toInfo(await request('read the session', { signal }, options => client.session.get({ sessionID: session }, options)));
    } catch (error) {
      if (isOpencodeError(error, 'no-such-session')) return undefined;
      throw error;
    }
  }

  /** The directory's sessions, newest first. */
  async list(directory: string, signal?: AbortSignal): Promise<readonly SessionInfo[]> {
    const client = await this.reading(directory, signal);
    return (await request('list sessions', { signal }, options => client.session.list({}, options))).map(toInfo);
  }

  /** The directory's session that was made for the attempt, whether or not anybody wrote down that it was; undefined when there is none. */
  async findByMetadata(directory: string, attempt: AttemptKey, signal?: AbortSignal): Promise<string | undefined> {
    return findAttemptSession(await this.reading(directory, signal), attempt, signal);
  }

  /** Whether a prompt that was sent got into its session, and may still be sent. @throws {OpencodeError} `no-such-session` */
  async promptState({ directory, session, ...sent }: SentPrompt & SessionPlace, signal?: AbortSignal): Promise<PromptState> {
    return judgePrompt(await this.messages(directory, session, signal), sent);
  }

  /** How the session stands, by what is stored and who works. An unfinished one is looked at twice, a second apart. */
  async condition(directory: string, session: string, signal?: AbortSignal): Promise<SessionCondition> {
    return readCondition(await this.reading(directory, signal), session, signal);
  }

  /**
   * Makes the history of an idle session that was cut off fit to go on with, and says which tool call was. Files are not touched.
   * Safe to repeat. @throws {OpencodeError} `busy`, `no-such-session`.
   */
  async repair(directory: string, session: string, signal?: AbortSignal): Promise<Repair> {
    return repairIdleSession(await this.reading(directory, signal), session, this.options.clock.now(), signal);
  }

  /** The sub-agents' sessions, one level down. */
  async children(directory: string, session: string, signal?: AbortSignal): Promise<readonly SessionInfo[]> {
    const client = await this.reading(directory, signal);
    return (
      await request('list the sub-agents of the session', { signal }, options => client.session.children({ sessionID: session }, options))
    ).map(toInfo);
  }

  /** The directory's sessions that are at work, sub-agents' too; the others are idle. Nothing is at work where no server runs. */
  async status(directory: string, signal?: AbortSignal): Promise<Readonly<Record<string, 'busy' | 'retry'>>> {
    const connection = await this.server.find(signal);
    if (!connection) return {};
    const statuses = await request('read the state of sessions', { signal }, options =>
      connection.client(directory).session.status({}, options),
    );
    return Object.fromEntries(Object.entries(statuses).flatMap(([session, { type }]) => (type === 'idle' ? [] : [[session, type]])));
  }

  /** Dollars and tokens of the session and all its sub-agents. */
  async cost(directory: string, session: string, signal?: AbortSignal): Promise<SessionCost> {
    const [messages, children] = await Promise.all([this.messages(directory, session, signal), this.children(directory, session, signal)]);
    return sumCosts([costOf(messages), ...(await Promise.all(children.map(child => this.cost(child.directory, child.id, signal))))]);
  }

  /** Follows what the session does from now on. The caller disposes it. */
  follow(directory: string, session: string): SessionFollower {
    return new SessionFollower({
      directory,
      session,
      sessions: this,
      events: this.events,
      grace: this.options.grace ?? 3000,
      logger: this.options.logger,
    });
  }

  private async use<T>(act: () => Promise<T>): Promise<T> {
    this.calls += 1;
    this.open += 1;
    try {
      return await act();
    } finally {
      this.open -= 1;
    }
  }

  private async reading(directory: string, signal?: AbortSignal): Promise<OpencodeClient> {
    const connection = await this.server.find(signal);
    if (!connection) {
      throw new OpencodeError('stopped', 'The opencode server is not running. Start it with Work: Start Server, or "work serve".');
    }
    return connection.client(directory);
  }
}

async function mustExist(directory: string): Promise<void> {
  const found = await stat(directory).catch(() => undefined);
  if (!found?.isDirectory()) throw new OpencodeError('no-such-directory', `${directory} does not exist, so no agent can work there.`);
}

function toInfo({ id, directory, title, parentID, metadata = {}, time }: Session): SessionInfo {
  return { id, directory, title, parentId: parentID, metadata, createdAt: time.created, updatedAt: time.updated };
}
