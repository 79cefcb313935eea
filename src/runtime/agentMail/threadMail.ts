import { setTimeout as pause } from 'node:timers/promises';
import { isAbortError } from '../../common/abort';
import type { Logger } from '../../common/logger';
import { oneLine, truncate } from '../../common/text';
import type { AgentMail, AgentMailOptions, MailConflict } from './agentMail';

export type MailServer = {
  readonly url: string;
  readonly token: () => Promise<string | undefined>;
};

export type ThreadMailOptions = MailServer & {
  readonly root: string;
  readonly logger: Logger;
  /** Said once of a server that cannot be used. */
  readonly notice: (message: string) => void;
  /** Milliseconds from one question to the next while others have the files. */
  readonly pace?: number;
};

/** `onConflict`: told who has the files, after every question. */
export type Wait = { readonly signal: AbortSignal; readonly onConflict: (reason: string) => void };

/** What an end is told about. */
export type ThreadEnding = { readonly completed: boolean; readonly text: string };

const ttlSeconds = 3600;

/** The protocol's library is loaded when it is needed: most programs have no such server. */
const join: typeof AgentMail.join = async (options, who) => (await import('./agentMail')).AgentMail.join(options, who);

/**
 * The threads of a run at an MCP Agent Mail server: each has its files reserved there before it begins, waits while others have them,
 * gives them back at its end and says how it ended. A server that fails is warned of once, and then work goes on without it.
 */
export class ThreadMail {
  private readonly members = new Map<string, { readonly mail: AgentMail; readonly renewing: NodeJS.Timeout }>();
  private driver: Promise<AgentMail> | undefined;
  private hasFailed = false;

  constructor(private readonly options: ThreadMailOptions) {}

  /** Resolves when nobody else has the files reserved there, or the server cannot be used. Rejects when the signal is aborted. */
  async begin(thread: string, files: readonly string[], wait: Wait): Promise<void> {
    if (files.length === 0 || this.hasFailed) return;
    try {
      const mail = await join(await this.place(), { task: `Thread ${thread}`, model: 'opencode' });
      await this.reserve(mail, thread, files, wait);
      const renew = () => mail.reserve(files, { ttlSeconds, reason: thread }).catch((error: unknown) => this.fail(error));
      this.members.set(thread, { mail, renewing: setInterval(() => void renew(), (ttlSeconds * 1000) / 2).unref() });
    } catch (error) {
      if (wait.signal.aborted) throw error;
      this.fail(error);
    }
  }

  /** Gives back what the thread has there, and says how it ended. Never throws. */
  async end(thread: string, { completed, text }: ThreadEnding): Promise<void> {
    const member = this.members.get(thread);
    if (!member) return;
    this.members.delete(thread);
    clearInterval(member.renewing);
    const { mail } = member;
    try {
      await mail.release();
      this.driver ??= this.place().then(place => join(place, { task: 'Drives the threads', model: 'none' }));
      const subject = completed ? `Task ${thread} Complete` : `Task ${thread} FAILED`;
      await mail.send((await this.driver).name, subject, text, completed ? 'normal' : 'high');
    } catch (error) {
      this.fail(error);
    } finally {
      await mail.close().catch(() => undefined);
    }
  }

  async dispose(): Promise<void> {
    for (const thread of [...this.members.keys()]) await this.end(thread, { completed: false, text: 'The run ended.' });
    await this.driver?.then(mail => mail.close()).catch(() => undefined);
  }

  private async reserve(mail: AgentMail, thread: string, files: readonly string[], { signal, onConflict }: Wait): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const conflicts = await mail.reserve(files, { ttlSeconds, reason: thread });
      if (conflicts.length === 0) return;
      await mail.release(); // it was granted all the same, and would keep others waiting for us
      onConflict(conflicts.map(words).join('; '));
      try {
        await pause(this.options.pace ?? 5_000, undefined, { signal });
      } catch (error) {
        if (isAbortError(error)) await mail.close().catch(() => undefined);
        throw error;
      }
    }
  }

  private async place(): Promise<AgentMailOptions> {
    const { url, token, root } = this.options;
    return { url, token: await token(), root };
  }

  private fail(error: unknown): void {
    const message = truncate(oneLine(error instanceof Error ? error.message : String(error)), 300);
    this.options.logger.warn(`Agent Mail at ${this.options.url}: ${message}`);
    if (!this.hasFailed) {
      this.options.notice(`Agent Mail at ${this.options.url} cannot be used, so files are not reserved there: ${message}`);
    }
    this.hasFailed = true;
  }
}

const words = ({ path, holders }: MailConflict) =>
  `${holders.map(oneLine).join(', ') || 'another agent'} has ${oneLine(path)} reserved at the Agent Mail server`;
