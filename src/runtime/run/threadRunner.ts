import type { ModelRef } from '../../domain/agents';
import { formatModelRef } from '../../domain/agents';
import { isWithin } from '../../domain/ids';
import type { AttemptState } from '../../domain/journal/journalState';
import type { Outcome } from '../../domain/outcome';
import { afterAttempt, type AttemptEnd, type FollowUp } from '../../domain/run/retryPolicy';
import { takeUp } from '../../domain/run/takeUp';
import { isFinishedThread, tasksToRun } from '../../domain/run/threadWork';
import type { TaskNode, ThreadNode } from '../../domain/tree/nodes';
import { Attempt } from './attempt';
import type { AttemptResult, SharedPlace } from './attemptRequest';
import type { AgentPlan, ChosenAgent } from './agentPlan';
import { attemptTexts } from './attemptTexts';
import { tipOfDoneTasks } from './doneWork';
import { lastAttempt, lastOfRun, lastReturn, openAttempt, resumedBy, sharedPlaceBefore, sharedPlaceOf } from './earlierAttempts';
import { writeDecided } from './finishAttempt';
import { placeOf, type GoOn } from './goOn';
import { BudgetSpent, type RunBudgets } from './runBudgets';
import type { RunContext } from './runContext';
import { serverStopped, stopReason, type StopSwitches } from './stopSwitches';
import { baseFor, modelsFor, modelsFrom, resultOf } from './takenUp';

export type ThreadRun = {
  readonly run: string;
  readonly thread: ThreadNode;
  /** Where the integration branch is when the thread begins. */
  readonly integrationTip: () => Promise<string>;
  readonly agents: AgentPlan;
  /** Only these tasks (or all of this thread, when it names the thread), instead of everything that is open. */
  readonly only: readonly string[] | undefined;
  readonly goOn: GoOn | undefined;
  /** What a person asked for in a run that goes on: it is run again even where this run is through with it. */
  readonly asked: readonly string[];
  /** The commit to begin at, instead of where the thread's done tasks left it. */
  readonly from?: string | undefined;
  readonly budgets: RunBudgets;
};
export type ThreadResult = {
  readonly outcome: Outcome;
  readonly reason: string | undefined;
  /** The commit to merge, if the thread made any. */
  readonly tip: string | undefined;
  /** All its tasks are done: it can be merged. */
  readonly finished: boolean;
};

type AttemptChoice = {
  readonly choice: ChosenAgent;
  readonly model: ModelRef | null;
  readonly goOn: GoOn | undefined;
  readonly followUp: (end: AttemptEnd) => FollowUp;
};

/** Runs a thread's tasks in order and stops at the first that does not complete; the other threads never notice. */
export class ThreadRunner {
  private shared: SharedPlace | undefined;

  constructor(
    private readonly context: RunContext,
    private readonly switches: StopSwitches,
    private readonly work: ThreadRun,
  ) {}

  async run(signal: AbortSignal): Promise<ThreadResult> {
    const { context, work } = this;
    const { thread } = work;
    let tip: string | undefined;
    let base: string | undefined;
    for (const task of this.tasks) {
      const taskSwitch = this.switches.open(task.id, signal);
      try {
        // Nothing is awaited before this line, so that waiting threads have their turns in the order of the plan.
        const result = await context.limiter.run(async () => {
          if (base === undefined) {
            base = await work.integrationTip();
            tip = work.from ?? (await tipOfDoneTasks(context, thread, base));
          }
          return this.runTask(task, tip ?? base, taskSwitch.signal);
        }, taskSwitch.signal);
        tip = result.commit ?? tip;
        if (result.outcome !== 'completed' && !(await this.wasCancelledByHand(task, result))) {
          return { outcome: result.outcome, reason: result.reason, tip, finished: false };
        }
      } catch (error) {
        if (!taskSwitch.signal.aborted) throw error;
        return { outcome: 'cancelled', reason: stopReason(taskSwitch.signal), tip, finished: false };
      } finally {
        taskSwitch.dispose();
      }
    }
    const tasks = (await context.files.readTasks(context.streamId)).filter(task => task.id.startsWith(`${thread.id}.`));
    const finished = isFinishedThread(tasks);
    if (finished || tasksToRun(tasks).length > 0) return { outcome: 'completed', reason: undefined, tip, finished };
    return { outcome: 'cancelled', reason: 'every task was cancelled', tip: undefined, finished };
  }

  /** What is open; and what an earlier driver of this run was at, even where its agent has reported since. */
  private get tasks(): readonly TaskNode[] {
    const { context, work } = this;
    const { tasks } = work.thread;
    const open = new Set(tasksToRun(tasks).filter(({ id }) => isWanted(id, work.only)));
    return tasks.filter(task => open.has(task) || openAttempt(context.journal.state, work.run, task.id) !== undefined);
  }

  /** A task that somebody set to cancelled while it ran does not hold the thread back. */
  private async wasCancelledByHand(task: TaskNode, result: AttemptResult): Promise<boolean> {
    if (result.outcome !== 'cancelled') return false;
    return (await this.context.files.readTask(this.context.streamId, task.id))?.status === 'cancelled';
  }

  /**
   * Makes attempts at the task for as long as the retry policy wants another. One that was left open goes on first; one whose
   * session or worktree is gone is followed by another from the branch it left, every other by one from the same beginning.
   */
  private async runTask(task: TaskNode, base: string, signal: AbortSignal): Promise<AttemptResult> {
    const { context, work } = this;
    const { state } = context.journal;
    const isAsked = work.asked.some(id => isWithin(task.id, id)) || work.goOn?.task === task.id;
    const taken = takeUp(lastOfRun(state, work.run, task.id), task.status, isAsked);
    if (taken.kind === 'left') return resultOf(taken.last);
    if (await context.opencode.server.wasStopped()) {
      return notBegun(serverStopped.message);
    }
    const choice = work.agents.forTask(task);
    let goOn = work.goOn?.task === task.id && taken.kind !== 'open' ? work.goOn : undefined;
    const models = goOn ? modelsFrom(choice.models, lastAttempt(state, task.id)) : modelsFor(choice.models, taken);
    const { maximumAttempts } = context.settings.retry;
    const tried = () => [...context.journal.state.attempts.values()].filter(({ run, task: id }) => run === work.run && id === task.id);
    let from = baseFor(base, taken);
    let next = 0;
    let before: AttemptResult | undefined;
    for (;;) {
      const model = models[next] ?? null;
      const modelsLeft = models.length - next - 1;
      const followUp = (end: AttemptEnd) =>
        signal.aborted ? 'leave' : afterAttempt(end, { attempts: tried().length, modelsLeft }, { maximumAttempts });
      const spent = before || taken.kind !== 'open' ? await this.whyNothingNew(task, signal) : undefined; // one that is open asks for itself
      if (spent !== undefined) return before ?? notBegun(spent);
      const result = await this.attempt(task, from, { choice, model, goOn, followUp }, signal);
      const { next: verdict } = result;
      if (result.cause === 'stuck') {
        const step = verdict === 'leave' ? 'block' : 'retry';
        context.journal.append({ kind: 'attempt.stepped', attempt: tried().at(-1)?.id ?? task.id, step, reason: result.reason ?? '' });
      }
      if (verdict === 'leave' || signal.aborted) return result;
      goOn = undefined;
      before = result;
      if (verdict === 'nextModel') {
        next += 1;
        context.observer.notice(`${task.id}: ${result.reason ?? 'the model failed'} — trying ${formatModel(models[next] ?? null)} next.`);
      } else {
        if (result.outcome === 'interrupted') from = result.commit ?? from;
        context.observer.notice(
          `${task.id}: ${result.reason ?? 'the attempt failed'} — trying again (${tried().length + 1} of ${maximumAttempts}).`,
        );
      }
    }
  }

  /** Waits while a budget is spent; the sentence when nobody allowed more. */
  private async whyNothingNew(task: TaskNode, signal: AbortSignal): Promise<string | undefined> {
    try {
      await this.work.budgets.pass(task.id, signal);
      return undefined;
    } catch (error) {
      if (!(error instanceof BudgetSpent)) throw error;
      this.context.observer.notice(`${task.id}: ${error.message}`);
      return error.message;
    }
  }

  private async attempt(
    task: TaskNode,
    base: string,
    { choice, model, goOn, followUp }: AttemptChoice,
    signal: AbortSignal,
  ): Promise<AttemptResult> {
    const { context, work } = this;
    const { state } = context.journal;
    const open = openAttempt(state, work.run, task.id);
    if (open?.decided) return this.endDecided(open);
    if (!open) await context.opencode.beforeAttempt(signal); // one that goes on may be what the server is busy with
    const numbers = [...state.attempts.values()].filter(attempt => attempt.task === task.id).map(attempt => attempt.number);
    if (context.settings.isolation !== 'task') this.shared ??= sharedPlaceBefore(context, work.run, work.thread.id);
    const resumed = resumedBy(state, task.id, goOn, open);
    const shared = (resumed && placeOf(context.root, resumed.state)) ?? this.shared;
    const returned = lastReturn(state, work.run, work.thread.id)?.attempt;
    const resumes = resumed && { attempt: resumed.state.id, message: resumed.message, isReturn: resumed.state.id === returned };
    const result = await new Attempt(context, {
      run: work.run,
      thread: work.thread,
      task,
      number: open?.number ?? Math.max(0, ...numbers) + 1,
      agent: choice.definition,
      opencodeAgent: choice.opencodeAgent,
      model,
      speaker: name => work.agents.speaker(name),
      base: open?.base ?? resumed?.state.base ?? base,
      shared,
      resumes,
      open,
      budgets: work.budgets,
      texts: attemptTexts(context, { thread: work.thread, task, isFollowUp: shared !== undefined, resumes }),
      followUp,
    }).run(signal);
    this.keepPlace(result);
    return result;
  }

  /** Its driver died after it had decided how the attempt ends: that is its end, whatever the files say by now. */
  private async endDecided(open: AttemptState): Promise<AttemptResult> {
    const { context } = this;
    const shared = sharedPlaceOf(context, open);
    const ended = await writeDecided(context, open.id, shared && { directory: shared.workplace.directory, session: shared.session });
    const result = { ...resultOf(context.journal.state.attempts.get(open.id) ?? open), ...ended, shared };
    this.keepPlace(result);
    return result;
  }

  private keepPlace(result: AttemptResult): void {
    if (this.context.settings.isolation === 'task' || result.early) return;
    this.shared = result.outcome === 'interrupted' || result.cause === 'stuck' ? undefined : result.shared;
  }
}

const notBegun = (reason: string): AttemptResult => ({
  outcome: 'cancelled',
  reason,
  commit: undefined,
  early: false,
  cause: undefined,
  next: 'leave',
  shared: undefined,
});

const formatModel = (model: ModelRef | null) => (model ? formatModelRef(model) : 'the default model');

function isWanted(taskId: string, only: readonly string[] | undefined): boolean {
  return only === undefined || only.some(id => isWithin(taskId, id));
}
