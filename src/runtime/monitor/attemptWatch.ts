import { isoTime, type Clock } from '../../common/clock';
import type { AwakeClock } from '../../common/awakeTime';
import { DisposableStore } from '../../common/disposables';
import { Emitter, type Disposable, type Event } from '../../common/event';
import type { Logger } from '../../common/logger';
import type { NewJournalEvent } from '../../domain/journal/events';
import type { Evidence } from '../../domain/monitor/evidence';
import { needsAttention, type Health } from '../../domain/monitor/health';
import { judge, type Judgement } from '../../domain/monitor/judge';
import { nextStep, type Ladder, type Step, type Taken } from '../../domain/monitor/ladder';
import type { Thresholds } from '../../domain/monitor/thresholds';
import { askTitle } from '../../domain/tree/taskHealth';
import type { Ask } from '../../domain/tree/nodes';
import type { Git } from '../git/git';
import type { SessionEvents } from '../opencode/sessionEvents';
import type { SessionMessage } from '../opencode/sessionMessage';
import type { ServerStatus } from '../opencode/serverStatus';
import { HeardTime } from './heardTime';
import { SessionFamily } from './sessionFamily';
import { ToolProbe } from './toolProbe';

/** What the monitor needs of opencode. */
export type WatchedOpencode = {
  readonly server: { readonly status: ServerStatus; readonly onDidChangeStatus: Event<ServerStatus> };
  readonly events: Pick<SessionEvents, 'connection' | 'onEvent' | 'onDidConnect' | 'onDidDisconnect'>;
  readonly sessions: {
    status(directory: string, signal?: AbortSignal): Promise<Readonly<Record<string, unknown>>>;
    children(directory: string, session: string, signal?: AbortSignal): Promise<readonly { readonly id: string }[]>;
    messages(directory: string, session: string, signal?: AbortSignal): Promise<readonly SessionMessage[]>;
  };
};

export type WatchPace = {
  /** Milliseconds between judgements. */
  readonly tick: number;
  /** And between questions to the server, and looks at what a silent tool does. */
  readonly poll: number;
  /** How long an agent that is well must be in another state before that is shown, and before it is written down. */
  readonly shown: number;
  readonly written: number;
};

export type WatchOptions = {
  readonly attempt: string;
  /** The workstream it belongs to. */
  readonly stream: string;
  readonly opencode: WatchedOpencode;
  /** What waits for a person: of agents, and budgets that are spent. */
  readonly asks: { readonly pending: readonly Ask[]; readonly onDidChange: Event<unknown> };
  readonly git: Git;
  readonly time: AwakeClock;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly pace: WatchPace;
  readonly thresholds: Thresholds;
  readonly ladder: Ladder;
  readonly record: (event: NewJournalEvent) => void;
  readonly onChange: (health: Health) => void;
};

/** What is to be done to an agent, and why. */
export type DueStep = { readonly step: Step; readonly reason: string };

/** Watches one attempt from its beginning until it is disposed: shows and journals what its agent does, and says what is to be done. */
export class AttemptWatch implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly stepped: Emitter<DueStep>;
  private readonly lifetime = new AbortController();
  private phase: 'preparing' | 'talking' | 'finishing' = 'preparing';
  private phaseAt: number;
  private family: SessionFamily | undefined;
  private directory = '';
  private probe: ToolProbe | undefined;
  private answeredAt: number;
  /** In this time the agent's own silence is counted. */
  private readonly heard: HeardTime;
  private unheardBefore = 0;
  private goneAt: number | undefined;
  private asking = false;
  private askedAt = -Infinity;
  private shown: (Health & { readonly at: number }) | undefined;
  private written: Health['state'] | undefined;
  private differentSince: number | undefined;
  private readonly taken: (Omit<Taken, 'helped'> & { readonly at: number })[] = [];
  readonly onDidStep: Event<DueStep>;

  constructor(private readonly options: WatchOptions) {
    const { time, pace, opencode, asks, logger, attempt } = options;
    this.phaseAt = time.now();
    this.answeredAt = this.phaseAt;
    this.heard = new HeardTime(time);
    this.heard.setDeaf(opencode.events.connection === undefined);
    this.stepped = this.owned.add(new Emitter<DueStep>(error => logger.error(`a step of ${attempt} failed`, error)));
    this.onDidStep = this.stepped.event;
    const timer = setInterval(() => this.look(), pace.tick);
    this.owned.add({ dispose: () => clearInterval(timer) });
    this.owned.add(opencode.server.onDidChangeStatus(() => this.look()));
    this.owned.add(asks.onDidChange(() => this.look()));
    this.owned.add(
      opencode.events.onEvent(event => {
        this.answeredAt = time.now();
        if (this.family?.heard(event, this.heard.now(), options.clock.now()) === true) this.unheardBefore = this.heard.unheard;
      }),
    );
    this.owned.add(opencode.events.onDidDisconnect(() => this.heard.setDeaf(true)));
    this.owned.add(opencode.events.onDidConnect(() => void this.catchUp()));
    this.look();
  }

  /** Its agent is at work in this session. */
  talk(directory: string, session: string): void {
    const { time, git, attempt, stream } = this.options;
    this.directory = directory;
    this.family = new SessionFamily(session, this.heard.now());
    this.unheardBefore = this.heard.unheard;
    this.probe = new ToolProbe({ git, attempt, stream, directory });
    this.enter('talking', time.now());
    void this.addChildren(this.family).catch(() => undefined); // the server does not answer, which is seen anyway
  }

  /** The agent is done; what it did is written down. */
  finish(): void {
    this.enter('finishing', this.options.time.now());
  }

  dispose(): void {
    this.lifetime.abort();
    this.owned.dispose();
  }

  private enter(phase: 'talking' | 'finishing', at: number): void {
    this.phase = phase;
    this.phaseAt = at;
    this.answeredAt = at;
    this.look();
  }

  private async addChildren(family: SessionFamily): Promise<void> {
    const children = await this.options.opencode.sessions.children(this.directory, family.root, this.lifetime.signal);
    for (const { id } of children) family.add(id, this.heard.now());
  }

  /** The stream listens again, and repeats nothing: a call whose end it missed would seem to run for ever. */
  private async catchUp(): Promise<void> {
    this.heard.setDeaf(false);
    const { family, directory } = this;
    const { opencode, clock, logger, attempt } = this.options;
    if (!family) return;
    try {
      await this.addChildren(family);
      for (const session of family.sessions) {
        const messages = await opencode.sessions.messages(directory, session, this.lifetime.signal);
        family.read(session, messages, this.heard.now(), clock.now());
      }
    } catch (error) {
      if (!this.lifetime.signal.aborted) logger.warn(`the messages of ${attempt} could not be read again: ${String(error)}`);
    }
  }

  private look(): void {
    if (this.lifetime.signal.aborted) return;
    const at = this.options.time.now();
    const evidence = this.evidence(at);
    const judgement = judge(evidence, this.options.thresholds);
    this.show(judgement, at);
    this.step(judgement);
    if (evidence.phase === 'talking' && at - this.askedAt >= this.options.pace.poll) void this.ask(evidence, at);
  }

  private evidence(at: number): Evidence {
    const { phase, family, options } = this;
    if (phase !== 'talking' || !family) return { phase: phase === 'talking' ? 'preparing' : phase, age: at - this.phaseAt };
    const isGone = options.opencode.server.status.state !== 'running';
    if (!isGone && this.goneAt !== undefined) this.beginAnew(at);
    this.goneAt = isGone ? (this.goneAt ?? at) : undefined;
    const asks = options.asks.pending.filter(ask => this.isMine(ask, family.root));
    const [first] = asks.toSorted((left, right) => left.askedAt - right.askedAt);
    return {
      phase,
      server: { gone: isGone, age: at - (this.goneAt ?? this.answeredAt), unheard: this.heard.unheard - this.unheardBefore },
      session: family.isDeleted ? 'gone' : 'there',
      ask: first && { title: askTitle(first), age: Math.max(0, options.clock.now() - first.askedAt) },
      ...family.now(this.heard.now(), this.probe?.result),
    };
  }

  private isMine(ask: Ask, session: string): boolean {
    if (ask.kind !== 'budget') return ask.rootSession === session;
    const { attempt, stream } = this.options;
    return ask.stream === stream && ask.tasks.some(task => attempt.startsWith(`${task}#`));
  }

  /** Another server is there; what the one before did not say proves nothing of it. */
  private beginAnew(at: number): void {
    this.answeredAt = at;
    this.heard.answered(); // what the one before was asked, nobody will answer
    this.unheardBefore = this.heard.unheard;
  }

  /** Asks what is not told by itself: whether the server answers, who is idle, and what a silent tool does. */
  private async ask(evidence: Evidence & { phase: 'talking' }, at: number): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    this.askedAt = at;
    this.heard.asked();
    const { opencode, pace, thresholds, time, logger, attempt } = this.options;
    try {
      const limit = AbortSignal.any([this.lifetime.signal, AbortSignal.timeout(Math.max(thresholds.server, pace.poll))]);
      const busy = await opencode.sessions.status(this.directory, limit);
      if (opencode.server.status.state !== 'running') return;
      this.answeredAt = time.now();
      this.heard.answered();
      this.family?.seen(busy, this.heard.now());
    } catch {
      return; // no answer, which is the evidence
    } finally {
      this.asking = false;
    }
    const { doing } = evidence;
    if (doing.kind !== 'tool' || doing.silent < thresholds.model / 2) return;
    await this.probe
      ?.look(doing.call, this.heard.now())
      .catch((error: unknown) => logger.warn(`the worktree of ${attempt}: ${String(error)}`));
  }

  private show(judgement: Judgement, at: number): void {
    const { clock, pace, onChange } = this.options;
    const { state, reason } = judgement;
    const { shown } = this;
    if (shown?.state === state && shown.reason === reason) {
      this.differentSince = undefined;
    } else {
      this.differentSince ??= at;
      const isWell = shown !== undefined && !needsAttention(state) && !needsAttention(shown.state);
      if (isWell && at - this.differentSince < pace.shown) return;
      const since = shown?.state === state && needsAttention(state) ? shown.since : isoTime(clock.now() - judgement.age);
      this.shown = { state, reason, since, at };
      this.differentSince = undefined;
      onChange({ state, reason, since });
    }
    this.write(at);
  }

  private write(at: number): void {
    const { shown, written } = this;
    if (!shown || shown.state === written) return;
    const { state, since, reason } = shown;
    const isWell = written !== undefined && !needsAttention(written) && !needsAttention(state);
    if (isWell && at - shown.at < this.options.pace.written) return;
    this.written = state;
    this.record({ kind: 'attempt.judged', attempt: this.options.attempt, state, since, reason });
  }

  private step(judgement: Judgement): void {
    const at = this.heard.now();
    const progressAt = this.family?.progressAt ?? -1;
    const taken = this.taken.map(step => ({ ...step, helped: progressAt > step.at }));
    const age = Math.min(judgement.age, at - (this.taken.at(-1)?.at ?? -Infinity));
    const step = nextStep(this.options.ladder, { state: judgement.state, age }, taken);
    if (step === undefined) return;
    this.taken.push({ step, state: judgement.state, at });
    this.family?.forgetCalls();
    const isWritten = this.record({ kind: 'attempt.stepped', attempt: this.options.attempt, step, reason: judgement.reason });
    if (isWritten) this.stepped.fire({ step, reason: judgement.reason });
  }

  /** False when it could not be written: then nothing more is done either. */
  private record(event: NewJournalEvent): boolean {
    try {
      this.options.record(event);
      return true;
    } catch (error) {
      this.options.logger.warn(`${this.options.attempt} is watched no more: ${String(error)}`);
      this.dispose();
      return false;
    }
  }
}
