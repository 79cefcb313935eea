import { setTimeout as pause } from 'node:timers/promises';
import { anySignal } from '../../common/abort';
import { Emitter, type Disposable } from '../../common/event';
import { DisposableStore } from '../../common/disposables';
import type { Logger } from '../../common/logger';
import type { Activity } from './activity';
import { ActivityStream } from './activityStream';
import { isOpencodeError, type OpencodeError } from './opencodeError';
import { sessionOf, type ServerEvent } from './serverEvent';
import { endOf, goneError, judgeEnd, judgeUnfinished, type SessionEnd } from './sessionEnd';
import type { SessionEvents } from './sessionEvents';
import type { SessionMessage } from './sessionMessage';
import { TurnWatch } from './turnWatch';

export type { SessionEnd } from './sessionEnd';

export type FollowerOptions = {
  readonly directory: string;
  readonly session: string;
  readonly sessions: {
    messages(directory: string, session: string, signal?: AbortSignal): Promise<readonly SessionMessage[]>;
    status(directory: string, signal?: AbortSignal): Promise<Readonly<Record<string, unknown>>>;
  };
  readonly events: Pick<SessionEvents, 'connection' | 'onEvent' | 'onDidConnect' | 'onDidGiveUp' | 'keepAlive'>;
  /** Milliseconds of silence after which a session that is idle without evidence of an end counts as interrupted. */
  readonly grace: number;
  readonly logger: Logger;
};

/** How often an end is looked for when nothing is heard. */
const lookEvery = 5000;

/** Follows one session: what it does, and when and how it comes to an end. Sub-agents' sessions are not it. */
export class SessionFollower implements Disposable {
  private readonly lifetime = new AbortController();
  private readonly owned = new DisposableStore();
  private readonly told: Emitter<Activity>;
  private readonly stream: ActivityStream;
  private readonly turn: TurnWatch;
  /** Events that came while the stored messages were being read. */
  private pending: ServerEvent[] | undefined;
  private synced = false;
  private connections = 0;
  private deleted = false;
  private lost: OpencodeError | undefined;
  private wake: () => void = () => undefined;
  readonly onActivity;

  constructor(private readonly options: FollowerOptions) {
    const { events, session, logger } = options;
    this.told = this.owned.add(new Emitter<Activity>(error => logger.error(`a listener of session ${session} failed`, error)));
    this.onActivity = this.told.event;
    this.stream = new ActivityStream(session);
    this.turn = new TurnWatch();
    this.owned.add(events.onEvent(event => this.heard(event)));
    this.owned.add(events.onDidConnect(() => void this.sync()));
    this.owned.add(events.onDidGiveUp(error => this.loseHope(error)));
    if (events.connection) void this.sync();
  }

  /**
   * Waits until the turn has ended, by evidence: the session is not busy and its messages say how it ended. Call it after
   * the prompt is stored. A server that fails meanwhile is started again, and the turn is `interrupted`.
   * @throws {OpencodeError} when the server was stopped or cannot be had back; the signal's reason.
   */
  async idle(signal?: AbortSignal): Promise<SessionEnd> {
    const either = anySignal(signal, this.lifetime.signal);
    this.lost = undefined;
    const hold = this.options.events.keepAlive();
    try {
      for (;;) {
        either.throwIfAborted();
        const woken = new Promise<void>(resolve => (this.wake = resolve));
        const end = await this.lookForEnd(either);
        if (end) return end;
        this.throwIfLost();
        await Promise.race([woken, pause(this.untilNextLook(), undefined, { signal: either }).catch(() => undefined)]);
      }
    } finally {
      hold.dispose();
    }
  }

  dispose(): void {
    this.lifetime.abort();
    this.owned.dispose();
  }

  private heard(event: ServerEvent): void {
    if (sessionOf(event) !== this.options.session) return;
    if (event.type === 'session.deleted') this.deleted = true;
    this.turn.heard(event);
    if (this.pending) this.pending.push(event);
    else this.tell(this.stream.apply(event));
    if (this.deleted || this.turn.saidIdle || event.type === 'session.error') this.wake();
  }

  private tell(activities: readonly Activity[]): void {
    for (const activity of activities) this.told.fire(activity);
  }

  /** Reads what is stored: what was said while nobody listened is only there. */
  private async sync(): Promise<void> {
    const { sessions, directory, session, logger } = this.options;
    const connection = (this.connections += 1);
    this.synced = false;
    const queued: ServerEvent[] = [];
    this.pending = connection > 1 ? queued : undefined;
    try {
      const messages = await sessions.messages(directory, session, this.lifetime.signal);
      if (connection !== this.connections) return;
      this.pending = undefined;
      if (connection === 1) {
        this.turn.join(messages);
        this.tell(this.stream.join(messages));
      } else {
        this.turn.rejoin(messages);
        this.stream.reset(messages);
        this.tell([{ type: 'resynced' }, ...queued.flatMap(event => this.stream.apply(event))]);
      }
      this.synced = true;
    } catch (error) {
      if (this.lifetime.signal.aborted || connection !== this.connections) return;
      this.pending = undefined;
      if (isOpencodeError(error, 'no-such-session')) this.deleted = true;
      else logger.warn(`session ${session} could not be read again: ${String(error)}`); // the stream will break too
    }
    this.wake();
  }

  private isListening(): boolean {
    return this.synced && this.options.events.connection !== undefined;
  }

  private throwIfLost(): void {
    if (this.lost) throw this.lost;
  }

  private untilNextLook(): number {
    return this.turn.saidIdle ? 250 : Math.min(lookEvery, this.options.grace);
  }

  private loseHope(error: OpencodeError): void {
    this.lost = error;
    this.wake();
  }

  private async lookForEnd(signal: AbortSignal): Promise<SessionEnd | undefined> {
    const { sessions, directory, session, grace } = this.options;
    if (this.deleted) return endOf('gone', [], { sawOutput: this.turn.sawOutput }, goneError);
    if (!this.isListening()) return undefined;
    try {
      const statuses = await sessions.status(directory, signal);
      if (session in statuses) {
        this.turn.seenBusy();
        return undefined;
      }
      const messages = await sessions.messages(directory, session, signal);
      const facts = this.turn.facts(messages);
      const end = judgeEnd(messages, facts);
      const isSilent = this.isListening() && this.turn.silence() >= grace;
      return end ?? (isSilent ? judgeUnfinished(messages, facts) : undefined);
    } catch (error) {
      if (isOpencodeError(error, 'no-such-session')) return endOf('gone', [], { sawOutput: this.turn.sawOutput }, goneError);
      if (isOpencodeError(error)) return undefined; // the stream tells when the server is back or lost
      throw error;
    }
  }
}
