import { randomUUID } from 'node:crypto';
import { isAbortError } from '../../common/abort';
import type { RunState, ThreadRunState } from '../../domain/journal/journalState';
import type { Outcome } from '../../domain/outcome';
import { isUnmerged } from '../../domain/merge/unmerged';
import { awaitsMerge, tasksToRun } from '../../domain/run/threadWork';
import type { BatchNode, ThreadNode } from '../../domain/tree/nodes';
import type { AgentPlan } from './agentPlan';
import { foreseeConflicts } from './foreseeConflicts';
import type { GoOn } from './goOn';
import { RunBudgets } from './runBudgets';
import type { RunContext } from './runContext';
import { serverStopped, stopReason, type StopSwitches } from './stopSwitches';
import { ThreadCourse } from './threadCourse';
import { releaseThread, tellMail } from './threadReservations';

export type BatchRun = {
  readonly batch: BatchNode;
  readonly agents: AgentPlan;
  readonly integrationTip: string;
  /** The user's branch when the run began, null when HEAD is detached. */
  readonly branch: string | null;
  /** Only these threads or tasks, instead of all. */
  readonly only?: readonly string[] | undefined;
  readonly goOn?: GoOn | undefined;
  /** What a person asked for in a run that goes on. */
  readonly asked?: readonly string[] | undefined;
  /** The run that an earlier driver left open: it goes on under its own id. */
  readonly open?: RunState | undefined;
  /** What is left to do when all threads have ended, before the run has. */
  readonly atEnd?: ((signal: AbortSignal) => Promise<void>) | undefined;
};

export type BatchResult = {
  readonly run: string;
  readonly batch: string;
  readonly outcome: Outcome;
  readonly merged: readonly string[];
  readonly blocked: readonly string[];
  readonly cancelled: readonly string[];
};

type BudgetedRun = BatchRun & { readonly budgets: RunBudgets };
type ThreadEnd = { readonly thread: string; readonly outcome: Outcome; readonly merged: boolean };

/** Runs all threads of a batch at once, within the limit, and hands each finished one to the merge queue. */
export class BatchRunner {
  constructor(
    private readonly context: RunContext,
    private readonly switches: StopSwitches,
  ) {}

  async run(request: BatchRun, parent: AbortSignal): Promise<BatchResult> {
    const { context } = this;
    const { batch, open, only } = request;
    const run = open?.id ?? randomUUID();
    const threads = batch.threads.filter(
      thread =>
        !thread.orphan &&
        (open?.threads.includes(thread.id) === true ||
          (isWanted(thread, only) && (tasksToRun(thread.tasks).length > 0 || (awaitsMerge(thread) && !context.assigned.has(thread.id))))),
    );
    if (open) {
      context.journal.append({ kind: 'run.resumed', run, batch: batch.id });
    } else {
      context.journal.append({
        kind: 'run.started',
        run,
        batch: batch.id,
        threads: threads.map(({ id }) => id),
        isolation: context.settings.isolation,
        base: request.integrationTip,
        branch: request.branch,
        ...(only === undefined ? {} : { only: [...only] }),
        ...(request.goOn === undefined ? {} : { goOn: request.goOn }),
      });
    }
    await context.files.setCurrentBatch(context.streamId, batch.id);
    const budgets = new RunBudgets(context, run);
    const stopped = new AbortController();
    const batchSwitch = this.switches.open(batch.id, AbortSignal.any([parent, stopped.signal]));
    // Whoever stops the server means its agents: without this, the next task would start it again.
    const watching = context.opencode.server.onDidChangeStatus(({ state }) => {
      if (state === 'stopping' || state === 'stopped') stopped.abort(serverStopped);
    });
    const forecast = foreseeConflicts(context, run);
    try {
      const ends = await Promise.all(threads.map(thread => this.runThread(run, thread, { ...request, budgets }, batchSwitch.signal)));
      await forecast.stop();
      if (!batchSwitch.signal.aborted) await request.atEnd?.(batchSwitch.signal);
      return this.finish(run, batch.id, ends);
    } finally {
      await forecast.stop();
      watching.dispose();
      batchSwitch.dispose();
    }
  }

  private finish(run: string, batch: string, ends: readonly ThreadEnd[]): BatchResult {
    const merged = ends.filter(end => end.merged).map(end => end.thread);
    const cancelled = ends.filter(end => end.outcome === 'cancelled').map(end => end.thread);
    const blocked = ends.filter(end => !end.merged && end.outcome !== 'cancelled' && end.outcome !== 'completed').map(end => end.thread);
    const outcome = blocked.length > 0 ? 'blocked' : cancelled.length > 0 ? 'cancelled' : 'completed';
    this.context.journal.append({ kind: 'run.finished', run, batch, outcome, merged, blocked });
    return { run, batch, outcome, merged, blocked, cancelled };
  }

  private async runThread(run: string, thread: ThreadNode, request: BudgetedRun, parent: AbortSignal): Promise<ThreadEnd> {
    const { context } = this;
    const before = context.journal.state.threads.get(thread.id);
    const earlier = before?.run === run ? before : undefined;
    if (earlier?.finishedAt !== undefined) return endBefore(earlier);
    const threadSwitch = this.switches.open(thread.id, parent);
    if (!earlier) context.journal.append({ kind: 'thread.started', run, thread: thread.id });
    context.observer.threadStarted(thread);
    try {
      const { agents, integrationTip, only, goOn, asked = [], budgets } = request;
      const course = new ThreadCourse(context, this.switches, { run, thread, agents, integrationTip, only, goOn, asked, budgets });
      const { outcome, reason, isMerged } = await course.run(threadSwitch.signal);
      const why = reason === undefined ? {} : { reason };
      context.journal.append({ kind: 'thread.finished', run, thread: thread.id, outcome, ...why });
      return { thread: thread.id, outcome, merged: isMerged };
    } catch (error) {
      const cancelled = isAbortError(error) && threadSwitch.signal.aborted;
      const reason = cancelled ? stopReason(threadSwitch.signal) : error instanceof Error ? error.message : String(error);
      if (!cancelled) context.logger.error(`thread ${thread.id} failed`, error);
      context.observer.notice(`${thread.id}: ${reason}`);
      const outcome = cancelled ? 'cancelled' : 'failed';
      context.journal.append({ kind: 'thread.finished', run, thread: thread.id, outcome, reason });
      return { thread: thread.id, outcome, merged: false };
    } finally {
      await releaseThread(context, thread.id);
      await tellMail(context, thread.id);
      threadSwitch.dispose();
    }
  }
}

/** How a thread ended that an earlier driver of the same run brought to its end. */
function endBefore({ thread, outcome = 'interrupted', merge }: ThreadRunState): ThreadEnd {
  return { thread, outcome, merged: merge !== undefined && !isUnmerged(merge) };
}

function isWanted(thread: ThreadNode, only: readonly string[] | undefined): boolean {
  return only === undefined || only.some(id => id === thread.id || id.startsWith(`${thread.id}.`));
}
