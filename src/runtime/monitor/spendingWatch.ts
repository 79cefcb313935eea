import type { AssistantMessage } from '@opencode-ai/sdk/v2/client';
import { DisposableStore } from '../../common/disposables';
import { Emitter, type Disposable, type Event } from '../../common/event';
import type { Logger } from '../../common/logger';
import type { Spending } from '../../domain/run/spending';
import type { ServerEvent } from '../opencode/serverEvent';
import { hasEnded } from '../opencode/sessionCost';
import type { SessionMessage } from '../opencode/sessionMessage';

/** What the watch needs of opencode. */
export type SpendingSources = {
  readonly sessions: {
    messages(directory: string, session: string, signal?: AbortSignal): Promise<readonly SessionMessage[]>;
    children(directory: string, session: string, signal?: AbortSignal): Promise<readonly { readonly id: string }[]>;
  };
  readonly events: { readonly onEvent: Event<ServerEvent>; readonly onDidConnect: Event<unknown> };
  readonly logger: Logger;
};

type Answer = { readonly session: string; readonly cost: number; readonly hasEnded: boolean; readonly finish: string | undefined };

/** Counts what one session and its sub-agents use, by the figures of their messages, as they come. */
export class SpendingWatch implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly lifetime = new AbortController();
  private readonly changed: Emitter<Spending>;
  private readonly family: Set<string>;
  /** By message. */
  private readonly answers = new Map<string, Answer>();
  /** After every answer that came to its end. */
  readonly onDidSpend: Event<Spending>;

  constructor(
    private readonly sources: SpendingSources,
    private readonly directory: string,
    private readonly session: string,
  ) {
    const { events, logger } = sources;
    this.family = new Set([session]);
    this.changed = this.owned.add(new Emitter<Spending>(error => logger.error(`what session ${session} used was not heard`, error)));
    this.onDidSpend = this.changed.event;
    this.owned.add(events.onEvent(event => this.heard(event)));
    this.owned.add(events.onDidConnect(() => void this.read()));
  }

  get total(): Spending {
    const ended = [...this.answers.values()].filter(answer => answer.hasEnded);
    return { turns: ended.length, cost: [...this.answers.values()].reduce((sum, { cost }) => sum + cost, 0) };
  }

  /** The agent's last answer was its last word: it stops by itself. */
  get isEnding(): boolean {
    const last = [...this.answers.values()].findLast(({ session }) => session === this.session);
    return last?.finish !== undefined && !['tool-calls', 'unknown'].includes(last.finish);
  }

  /** Reads what is stored: what was used before, or while nobody listened. */
  async read(): Promise<void> {
    try {
      await this.readSession(this.session);
      this.changed.fire(this.total);
    } catch (error) {
      if (!this.lifetime.signal.aborted) this.sources.logger.warn(`what session ${this.session} used is not known: ${String(error)}`);
    }
  }

  dispose(): void {
    this.lifetime.abort();
    this.owned.dispose();
  }

  private async readSession(session: string): Promise<void> {
    const { sessions } = this.sources;
    this.family.add(session);
    for (const { info } of await sessions.messages(this.directory, session, this.lifetime.signal)) {
      if (info.role === 'assistant') this.put(info);
    }
    for (const { id } of await sessions.children(this.directory, session, this.lifetime.signal)) await this.readSession(id);
  }

  private heard(event: ServerEvent): void {
    if (event.type === 'session.created') {
      const { id, parentID } = event.properties.info;
      if (parentID !== undefined && this.family.has(parentID)) this.family.add(id);
    } else if (event.type === 'message.updated') {
      const { info } = event.properties;
      if (info.role !== 'assistant' || !this.family.has(info.sessionID)) return;
      const before = this.answers.get(info.id);
      const now = this.put(info);
      if (now.hasEnded && (before?.hasEnded !== true || before.cost !== now.cost)) this.changed.fire(this.total);
    }
  }

  private put(info: AssistantMessage): Answer {
    const answer = { session: info.sessionID, cost: info.cost, hasEnded: hasEnded(info), finish: info.finish };
    this.answers.set(info.id, answer);
    return answer;
  }
}
