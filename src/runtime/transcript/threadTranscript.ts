import { Emitter, type Disposable, type Event } from '../../common/event';
import { DisposableStore } from '../../common/disposables';
import type { JournalEvent, JsonValue } from '../../domain/journal/events';
import { foreignChange } from '../../domain/journal/eventWords';
import { mergeAfter } from '../../domain/journal/mergeEnd';
import type { AttemptState, MergeState } from '../../domain/journal/journalState';
import { unmergedReason } from '../../domain/merge/unmerged';
import type { ThreadNode } from '../../domain/tree/nodes';
import { history } from '../opencode/activityHistory';
import type { OpencodeRuntime } from '../opencode/opencodeRuntime';
import type { SessionFollower } from '../opencode/sessionFollower';
import type { TranscriptEntry } from './transcriptEntry';

export type TranscriptSources = {
  readonly root: string;
  readonly opencode: OpencodeRuntime;
  /** The thread as the model has it now; undefined when it has left the plan. */
  thread(): ThreadNode | undefined;
  readonly onDidAppend: Event<JournalEvent>;
  /** Sends into the thread's running attempt, or to its last session. */
  send(text: string): Promise<void>;
  abort(): Promise<void>;
};

/** Everything a thread's agents said and did, attempt by attempt: from the server's own records, then as it happens. */
export class ThreadTranscript implements Disposable {
  private readonly appended = new Emitter<TranscriptEntry>();
  private readonly subscriptions = new DisposableStore();
  private starting: StartedAttempt | undefined;
  private live: { readonly attempt: string; readonly follower: SessionFollower } | undefined;
  readonly onDidAppend = this.appended.event;

  constructor(
    private readonly threadId: string,
    private readonly sources: TranscriptSources,
  ) {
    this.subscriptions.add(sources.onDidAppend(event => this.heard(event)));
    this.followRunning();
  }

  async history(): Promise<readonly TranscriptEntry[]> {
    const thread = this.sources.thread();
    if (!thread) return [];
    const attempts = thread.tasks
      .flatMap(task => task.attempts.map(attempt => ({ attempt, name: task.name })))
      .sort((a, b) => a.attempt.startedAt.localeCompare(b.attempt.startedAt));
    if (attempts.length === 0) return [{ type: 'notStarted', agent: thread.agent, prompt: thread.promptPath }];
    const seen = new Set<string>();
    const entries: TranscriptEntry[] = [];
    for (const { attempt, name } of attempts) {
      entries.push(headline(attempt, name));
      entries.push(...(await this.spoken(attempt, seen)));
      if (attempt.outcome !== undefined) {
        entries.push({ type: 'attemptEnded', outcome: attempt.outcome, reason: attempt.reason, report: attempt.report });
      }
    }
    const merged = thread.merge && mergeNotice(thread.merge);
    return merged ? [...entries, merged] : entries;
  }

  send(text: string): Promise<void> {
    return this.sources.send(text);
  }

  abort(): Promise<void> {
    return this.sources.abort();
  }

  dispose(): void {
    this.live?.follower.dispose();
    this.subscriptions.dispose();
    this.appended.dispose();
  }

  /** A session that several attempts share is told once, under the first of them. */
  private async spoken(attempt: AttemptState, seen: Set<string>): Promise<readonly TranscriptEntry[]> {
    if (attempt.session === undefined || seen.has(attempt.session)) return [];
    seen.add(attempt.session);
    try {
      return history(await this.sources.opencode.sessions.messages(attempt.worktree ?? this.sources.root, attempt.session));
    } catch {
      return [
        { type: 'notice', severity: 'info', text: `Session ${attempt.session} cannot be read while the opencode server is not running.` },
      ];
    }
  }

  private heard(event: JournalEvent): void {
    switch (event.kind) {
      case 'attempt.started':
        if (event.thread !== this.threadId) break;
        this.starting = { attempt: event.attempt, directory: event.worktree ?? this.sources.root };
        this.appended.fire(
          headline(
            { ...event, startedAt: event.at },
            this.sources.thread()?.tasks.find(task => task.id === event.task)?.name ?? event.task,
          ),
        );
        break;
      case 'effect.done':
        if (event.effect === 'session' && this.starting && event.key === `${this.starting.attempt}/session`) {
          this.follow(this.starting, sessionOf(event.evidence));
        }
        break;
      case 'attempt.finished':
        if (this.starting?.attempt !== event.attempt && this.live?.attempt !== event.attempt) break;
        this.unfollow();
        this.starting = undefined;
        this.appended.fire({ type: 'attemptEnded', outcome: event.outcome, reason: event.reason, report: event.report });
        break;
      case 'file.changed': {
        const attempt = this.live?.attempt ?? this.starting?.attempt;
        if (attempt === undefined || !event.attempts.includes(attempt)) break;
        this.appended.fire({ type: 'notice', severity: 'warning', text: `${foreignChange(event)}.` });
        break;
      }
      case 'merge.landed':
      case 'merge.empty':
      case 'merge.conflicted':
      case 'merge.rejected':
        if (event.thread === this.threadId) this.appended.fire(mergeNotice(mergeAfter(event)));
        break;
      default:
    }
  }

  private followRunning(): void {
    const running = this.sources
      .thread()
      ?.tasks.flatMap(task => task.attempts)
      .find(attempt => attempt.finishedAt === undefined && attempt.session !== undefined);
    if (running) this.follow({ attempt: running.id, directory: running.worktree ?? this.sources.root }, running.session);
  }

  private follow({ attempt, directory }: StartedAttempt, session: string | undefined): void {
    if (session === undefined || attempt === this.live?.attempt) return;
    this.unfollow();
    const follower = this.sources.opencode.sessions.follow(directory, session); // disposed when the attempt ends
    follower.onActivity(activity => this.appended.fire(activity));
    this.live = { attempt, follower };
  }

  private unfollow(): void {
    this.live?.follower.dispose();
    this.live = undefined;
  }
}

type StartedAttempt = { readonly attempt: string; readonly directory: string };

function sessionOf(evidence: JsonValue): string | undefined {
  return typeof evidence === 'object' && evidence !== null && 'session' in evidence && typeof evidence.session === 'string'
    ? evidence.session
    : undefined;
}

type Headline = Pick<AttemptState, 'task' | 'number' | 'agent' | 'model' | 'startedAt' | 'branch' | 'worktree'>;

function headline(attempt: Headline, name: string): TranscriptEntry {
  const { task, number, agent, model, startedAt, branch, worktree } = attempt;
  return { type: 'attempt', task, name, number, agent, model: model ?? undefined, startedAt, branch, directory: worktree };
}

function mergeNotice(merge: MergeState): TranscriptEntry {
  switch (merge.state) {
    case 'landed':
      return { type: 'notice', severity: 'info', text: `Merged into ${merge.branch} as ${merge.commit.slice(0, 10)}.` };
    case 'empty':
      return { type: 'notice', severity: 'info', text: 'Nothing to merge: the thread changed no files.' };
    case 'conflicted':
    case 'rejected':
      return { type: 'notice', severity: 'error', text: `Not merged: ${unmergedReason(merge)}.` };
  }
}
