import type { Dependencies } from '../../domain/graph/dependencies';
import { scheduled } from '../../domain/graph/readiness';
import { schedule, type Failing, type Standing, type Unreachable } from '../../domain/graph/schedule';
import type { Outcome } from '../../domain/outcome';
import { isDone } from '../../domain/taskStatus';
import type { ThreadNode } from '../../domain/tree/nodes';
import type { RunContext } from './runContext';

export type ThreadEnd = { readonly thread: string; readonly outcome: Outcome; readonly merged: boolean };

/** How a thread stands that has begun. */
export type OnStanding = (kind: 'working' | 'merging' | 'held') => void;

export type ScheduleRequest = {
  /** In the order of the plan. */
  readonly threads: readonly ThreadNode[];
  /** What the threads of this run wait for. */
  readonly dependencies: Dependencies;
  /** How a thread stands that is no part of the run. */
  readonly outside: (thread: string) => Standing;
  /** How many may be at work at once, by now; the limiter counts attempts beside it. */
  readonly limit: () => number;
  /** Those that an earlier driver of the run ended. */
  readonly ended: readonly ThreadEnd[];
  /** Those that it began: they go on, whatever else there is. */
  readonly begun: ReadonlySet<string>;
  /** Aborted when the thread, or the whole run, is stopped. */
  readonly signalOf: (thread: string) => AbortSignal;
  /**
   * Runs a thread to its end; `onStanding` tells when its work is on its way in, when it waits for files, and when neither is so any
   * longer. Rejects for faults alone.
   */
  readonly run: (thread: ThreadNode, onStanding: OnStanding) => Promise<ThreadEnd>;
  readonly onStopped: (thread: ThreadNode) => ThreadEnd;
  readonly onUnreachable: (unreachable: Unreachable) => void;
};

/** Begins each thread of a run when it may: whenever one ends, is on its way in or back, or the limit changes, all are looked at again. */
export class ThreadSchedule {
  private readonly standings = new Map<string, Standing>();
  private readonly ends = new Map<string, ThreadEnd>();
  private readonly lost = new Map<string, Unreachable>();
  private running = 0;
  private fault: { readonly error: unknown } | undefined;
  private isChanged = false;
  private resume: (() => void) | undefined;

  constructor(
    private readonly context: RunContext,
    private readonly request: ScheduleRequest,
  ) {
    for (const { id } of request.threads) this.standings.set(id, { kind: 'waiting' });
  }

  /** Gives how each thread ended that was begun or stopped, in the plan's order, and those that could not begin. */
  async run(): Promise<{ readonly ends: readonly ThreadEnd[]; readonly unreachable: readonly Unreachable[] }> {
    const { threads, ended, begun, signalOf } = this.request;
    for (const end of ended) await this.noteEnd(end);
    for (const thread of threads) if (begun.has(thread.id) && !this.ends.has(thread.id)) this.begin(thread);
    const wake = () => this.lookAgain();
    for (const { id } of threads) signalOf(id).addEventListener('abort', wake);
    const limits = this.context.journal.onDidAppend(({ kind }) => {
      if (kind === 'limit.changed') wake();
    });
    try {
      for (;;) {
        this.step();
        if (this.fault) throw this.fault.error;
        if (this.running === 0) break;
        if (!this.isChanged) await new Promise<void>(resolve => (this.resume = resolve));
        this.isChanged = false;
      }
    } finally {
      limits.dispose();
      for (const { id } of threads) signalOf(id).removeEventListener('abort', wake);
    }
    return {
      ends: threads.flatMap(({ id }) => this.ends.get(id) ?? []),
      unreachable: threads.flatMap(({ id }) => this.lost.get(id) ?? []),
    };
  }

  /** Nothing is awaited in it, so that threads which begin together have their turns in order. */
  private step(): void {
    const { threads, signalOf, onStopped, onUnreachable, dependencies, limit } = this.request;
    for (const thread of threads) {
      if (this.standing(thread.id).kind !== 'waiting' || !signalOf(thread.id).aborted) continue;
      this.ends.set(thread.id, onStopped(thread));
      this.standings.set(thread.id, { kind: 'ended', how: 'stopped' });
    }
    const standing = (id: string) => this.standing(id);
    const { start, unreachable } = schedule({ threads: threads.map(scheduled), dependencies, standing, limit: limit() });
    for (const each of unreachable) {
      if (this.lost.has(each.thread)) continue;
      this.lost.set(each.thread, each);
      onUnreachable(each);
    }
    for (const id of start) {
      const thread = threads.find(each => each.id === id);
      if (thread) this.begin(thread);
    }
  }

  private lookAgain(): void {
    this.isChanged = true;
    this.resume?.();
  }

  private begin(thread: ThreadNode): void {
    const { id } = thread;
    this.standings.set(id, { kind: 'working' });
    this.running++;
    const onStanding: OnStanding = kind => {
      this.standings.set(id, { kind });
      this.lookAgain();
    };
    this.request
      .run(thread, onStanding)
      .then(end => this.noteEnd(end))
      .catch((error: unknown) => (this.fault ??= { error }))
      .finally(() => {
        this.running--;
        this.lookAgain();
      });
  }

  private async noteEnd(end: ThreadEnd): Promise<void> {
    this.standings.set(end.thread, await this.afterwards(end));
    this.ends.set(end.thread, end);
  }

  private standing(thread: string): Standing {
    return this.standings.get(thread) ?? this.request.outside(thread);
  }

  private async afterwards({ thread, outcome, merged }: ThreadEnd): Promise<Standing> {
    const { settings, files, streamId } = this.context;
    if (merged || (outcome === 'completed' && settings.isolation === 'none')) return { kind: 'merged' };
    if (outcome === 'cancelled') {
      const tasks = (await files.readTasks(streamId)).filter(({ id }) => id.startsWith(`${thread}.`));
      if (tasks.length > 0 && tasks.every(({ status }) => isDone(status))) return { kind: 'skipped' };
    }
    return { kind: 'ended', how: failingOf(outcome) };
  }
}

function failingOf(outcome: Outcome): Failing {
  switch (outcome) {
    case 'blocked':
    case 'failed':
    case 'interrupted':
      return outcome;
    case 'cancelled':
      return 'stopped';
    case 'completed':
      return 'outside'; // only a part of it was asked for
  }
}
