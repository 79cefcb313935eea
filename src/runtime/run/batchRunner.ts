import { randomUUID } from 'node:crypto';
import { isAbortError } from '../../common/abort';
import { isWithin } from '../../domain/ids';
import type { RunState, ThreadRunState } from '../../domain/journal/journalState';
import type { Outcome } from '../../domain/outcome';
import { isUnmerged } from '../../domain/merge/unmerged';
import { dependenciesOf, type Dependencies } from '../../domain/graph/dependencies';
import { plannedThreads, standingNow } from '../../domain/graph/readiness';
import type { Standing, Unreachable } from '../../domain/graph/schedule';
import { unreachableReason } from '../../domain/graph/waitWords';
import { isWantedThread } from '../../domain/run/checkRun';
import { scopeThreads, type RunScope } from '../../domain/run/runScope';
import { tasksToRun } from '../../domain/run/threadWork';
import type { StageNode, ThreadNode } from '../../domain/tree/nodes';
import type { AgentPlan } from './agentPlan';
import { foreseeConflicts } from './foreseeConflicts';
import type { GoOn } from './goOn';
import { RunBudgets } from './runBudgets';
import type { RunContext } from './runContext';
import { serverStopped, stopReason, type StopSwitches } from './stopSwitches';
import { ThreadCourse } from './threadCourse';
import { holdFiles, releaseThread, tellMail } from './threadReservations';
import { ThreadSchedule, type OnStanding, type ThreadEnd } from './threadSchedule';

export type BatchRun = {
  readonly scope: RunScope;
  /** The whole plan. */
  readonly stages: readonly StageNode[];
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
  readonly atEnd?: ((budgets: RunBudgets, signal: AbortSignal) => Promise<void>) | undefined;
};

export type BatchResult = {
  readonly run: string;
  /** The id of the batch, or of the stage. */
  readonly batch: string;
  readonly outcome: Outcome;
  readonly merged: readonly string[];
  readonly blocked: readonly string[];
  readonly cancelled: readonly string[];
  /** Could not begin: what they depend on ended unmerged. */
  readonly unreachable: readonly string[];
};

type BudgetedRun = BatchRun & { readonly budgets: RunBudgets };

/**
 * Runs the threads of a batch at once, or those of a stage by their dependencies, within the limit, and hands each finished one to the
 * merge queue.
 */
export class BatchRunner {
  constructor(
    private readonly context: RunContext,
    private readonly switches: StopSwitches,
  ) {}

  async run(request: BatchRun, parent: AbortSignal): Promise<BatchResult> {
    const { context } = this;
    const { scope, open, only } = request;
    const run = open?.id ?? randomUUID();
    const threads = scopeThreads(scope).filter(
      thread =>
        open?.threads.includes(thread.id) === true ||
        (isWantedThread(thread.id, only) && (tasksToRun(thread.tasks).length > 0 || thread.awaitsMerge)),
    );
    if (open) {
      context.journal.append({ kind: 'run.resumed', run, batch: scope.id });
    } else {
      context.journal.append({
        kind: 'run.started',
        run,
        batch: scope.id,
        threads: threads.map(({ id }) => id),
        isolation: context.settings.isolation,
        base: request.integrationTip,
        branch: request.branch,
        ...(only === undefined ? {} : { only: [...only] }),
        ...(request.goOn === undefined ? {} : { goOn: request.goOn }),
        ...(context.assigned.size === 0 ? {} : { merges: false }),
      });
    }
    const current = scope.batches.find(batch => threads.some(({ id }) => isWithin(id, batch.id))) ?? scope.batches[0];
    if (current) await context.files.setCurrentBatch(context.streamId, current.id);
    const budgets = new RunBudgets(context, run);
    const stopped = new AbortController();
    const batchSwitch = this.switches.open(scope.id, AbortSignal.any([parent, stopped.signal]));
    // Whoever stops the server means its agents: without this, the next task would start it again.
    const watching = context.opencode.server.onDidChangeStatus(({ state }) => {
      if (state === 'stopping' || state === 'stopped') stopped.abort(serverStopped);
    });
    const forecast = foreseeConflicts(context, run);
    try {
      const { ends, unreachable } = await this.runThreads(run, threads, { ...request, budgets }, batchSwitch.signal);
      await forecast.stop();
      if (!batchSwitch.signal.aborted) await request.atEnd?.(budgets, batchSwitch.signal);
      return this.finish(run, scope.id, ends, unreachable);
    } finally {
      await forecast.stop();
      watching.dispose();
      batchSwitch.dispose();
    }
  }

  private async runThreads(
    run: string,
    threads: readonly ThreadNode[],
    request: BudgetedRun,
    parent: AbortSignal,
  ): Promise<{ readonly ends: readonly ThreadEnd[]; readonly unreachable: readonly Unreachable[] }> {
    const { context } = this;
    const earlier = threads.flatMap(({ id }) => context.journal.state.threads.get(id) ?? []).filter(state => state.run === run);
    const ended = earlier.filter(({ finishedAt }) => finishedAt !== undefined);
    const open = threads.filter(({ id }) => !ended.some(({ thread }) => thread === id));
    const switches = new Map(open.map(({ id }) => [id, this.switches.open(id, parent)]));
    try {
      return await new ThreadSchedule(context, {
        threads,
        ...waitingOf(request),
        limit: () => (request.scope.kind === 'stage' ? context.limiter.limit : Infinity),
        ended: ended.map(endBefore),
        begun: new Set(earlier.map(({ thread }) => thread)),
        signalOf: id => switches.get(id)?.signal ?? parent,
        run: (thread, onStanding) => this.runThread(run, thread, request, switches.get(thread.id)?.signal ?? parent, onStanding),
        onStopped: ({ id: thread }) => this.endStopped(run, thread, switches.get(thread)?.signal ?? parent),
        onUnreachable: unreachable => this.tellUnreachable(run, unreachable),
      }).run();
    } finally {
      for (const each of switches.values()) each.dispose();
    }
  }

  /** A thread that had not begun when it was stopped. */
  private endStopped(run: string, thread: string, signal: AbortSignal): ThreadEnd {
    this.context.journal.append({ kind: 'thread.finished', run, thread, outcome: 'cancelled', reason: stopReason(signal) });
    return { thread, outcome: 'cancelled', merged: false };
  }

  private tellUnreachable(run: string, unreachable: Unreachable): void {
    const { journal } = this.context;
    const { thread, dependency, cause } = unreachable;
    const reason = unreachableReason(unreachable);
    if (journal.state.unreachable.some(each => each.run === run && each.thread === thread && each.reason === reason)) return;
    journal.append({ kind: 'thread.unreachable', run, thread, dependency, cause, reason });
  }

  private finish(run: string, batch: string, ends: readonly ThreadEnd[], lost: readonly Unreachable[]): BatchResult {
    const merged = ends.filter(end => end.merged).map(end => end.thread);
    const cancelled = ends.filter(end => end.outcome === 'cancelled').map(end => end.thread);
    const blocked = ends.filter(end => !end.merged && end.outcome !== 'cancelled' && end.outcome !== 'completed').map(end => end.thread);
    const unreachable = lost.map(({ thread }) => thread);
    const outcome = blocked.length + unreachable.length > 0 ? 'blocked' : cancelled.length > 0 ? 'cancelled' : 'completed';
    this.context.journal.append({ kind: 'run.finished', run, batch, outcome, merged, blocked });
    return { run, batch, outcome, merged, blocked, cancelled, unreachable };
  }

  private async runThread(
    run: string,
    thread: ThreadNode,
    request: BudgetedRun,
    signal: AbortSignal,
    onStanding: OnStanding,
  ): Promise<ThreadEnd> {
    const { context } = this;
    const before = context.journal.state.threads.get(thread.id);
    if (before?.run !== run) context.journal.append({ kind: 'thread.started', run, thread: thread.id });
    context.observer.threadStarted(thread);
    const hold = this.switches.open(thread.id, signal); // its tasks have switches of their own when they begin
    try {
      const { agents, integrationTip, only, goOn, asked = [], budgets } = request;
      const onMerging = (isMerging: boolean) => onStanding(isMerging ? 'merging' : 'working');
      const work = { run, thread, agents, integrationTip, only, goOn, asked, budgets, onMerging };
      await holdFiles(context, { run, thread, onHeld: isHeld => onStanding(isHeld ? 'held' : 'working') }, hold.signal);
      hold.dispose();
      const { outcome, reason, isMerged } = await new ThreadCourse(context, this.switches, work).run(signal);
      const why = reason === undefined ? {} : { reason };
      context.journal.append({ kind: 'thread.finished', run, thread: thread.id, outcome, ...why });
      return { thread: thread.id, outcome, merged: isMerged };
    } catch (error) {
      const cancelled = isAbortError(error) && hold.signal.aborted;
      const reason = cancelled ? stopReason(hold.signal) : error instanceof Error ? error.message : String(error);
      if (!cancelled) context.logger.error(`thread ${thread.id} failed`, error);
      context.observer.notice(`${thread.id}: ${reason}`);
      const outcome = cancelled ? 'cancelled' : 'failed';
      context.journal.append({ kind: 'thread.finished', run, thread: thread.id, outcome, reason });
      return { thread: thread.id, outcome, merged: false };
    } finally {
      hold.dispose();
      await releaseThread(context, thread.id);
      await tellMail(context, thread.id);
    }
  }
}

/** How a thread ended that an earlier driver of the same run brought to its end. */
function endBefore({ thread, outcome = 'interrupted', merge }: ThreadRunState): ThreadEnd {
  return { thread, outcome, merged: merge !== undefined && !isUnmerged(merge) };
}

/**
 * What the threads of a run wait for: in a stage for all that their plan says or implies; in a batch for what it says, because whoever
 * runs a batch has decided about those before it. What is asked for by name waits for nothing outside of the run.
 */
function waitingOf({ scope, stages, only }: BatchRun): { readonly dependencies: Dependencies; readonly outside: (id: string) => Standing } {
  const all = dependenciesOf(stages);
  const said: Dependencies = new Map([...all].map(([id, waits]) => [id, waits.filter(({ isDeclared }) => isDeclared)]));
  const nodes = new Map(plannedThreads(stages).map(thread => [thread.id, thread]));
  const outside = (id: string): Standing => {
    const thread = nodes.get(id);
    const standing = thread && standingNow(thread);
    if (standing?.kind === 'merged' || standing?.kind === 'skipped') return standing;
    return only ? { kind: 'merged' } : { kind: 'ended', how: thread?.status === 'blocked' ? 'blocked' : 'outside' };
  };
  return { dependencies: scope.kind === 'stage' ? all : said, outside };
}
