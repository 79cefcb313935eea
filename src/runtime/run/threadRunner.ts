import type { ModelRef } from '../../domain/agents';
import { formatModelRef } from '../../domain/agents';
import { isWithin } from '../../domain/ids';
import type { Outcome } from '../../domain/outcome';
import { isFinishedThread, tasksToRun } from '../../domain/run/threadWork';
import type { TaskNode, ThreadNode } from '../../domain/tree/nodes';
import { Attempt, type AttemptResult, type SharedPlace } from './attempt';
import type { AgentPlan } from './agentPlan';
import { attemptTexts } from './attemptTexts';
import type { RunContext } from './runContext';
import { serverStopped, stopReason, type StopSwitches } from './stopSwitches';

export type ThreadRun = {
  readonly run: string;
  readonly thread: ThreadNode;
  /** Where the integration branch is when the thread begins. */
  readonly integrationTip: () => Promise<string>;
  readonly agents: AgentPlan;
  /** Only these tasks (or all of this thread, when it names the thread), instead of everything that is open. */
  readonly only: readonly string[] | undefined;
};
export type ThreadResult = {
  readonly outcome: Outcome;
  readonly reason: string | undefined;
  /** The commit to merge, if the thread made any. */
  readonly tip: string | undefined;
  /** All its tasks are done: it can be merged. */
  readonly finished: boolean;
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
    for (const task of tasksToRun(thread.tasks).filter(({ id }) => isWanted(id, work.only))) {
      const taskSwitch = this.switches.open(task.id, signal);
      try {
        // Nothing is awaited before this line, so that waiting threads have their turns in the order of the plan.
        const result = await context.limiter.run(async () => {
          if (base === undefined) {
            base = await work.integrationTip();
            tip = await this.tipOfDoneTasks(base);
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

  /** A task that somebody set to cancelled while it ran does not hold the thread back. */
  private async wasCancelledByHand(task: TaskNode, result: AttemptResult): Promise<boolean> {
    if (result.outcome !== 'cancelled') return false;
    return (await this.context.files.readTask(this.context.streamId, task.id))?.status === 'cancelled';
  }

  /** Tries the agent's models in order; only a session that failed before it produced anything hands over to the next. */
  private async runTask(task: TaskNode, base: string, signal: AbortSignal): Promise<AttemptResult> {
    const { context, work } = this;
    if (await context.opencode.server.wasStopped()) {
      return { outcome: 'cancelled', reason: serverStopped.message, commit: undefined, early: false, shared: undefined };
    }
    const choice = work.agents.forTask(task);
    const models: readonly (ModelRef | null)[] = choice.models.length > 0 ? choice.models : [null];
    let result: AttemptResult | undefined;
    for (const model of models) {
      if (result) {
        context.observer.notice(
          `${task.id}: ${result.reason ?? 'the model failed'} — trying ${model ? formatModelRef(model) : 'the default model'} next.`,
        );
      }
      result = await this.attempt(task, base, choice, model, signal);
      if (!result.early) break;
    }
    if (!result) throw new Error('a task has at least one model to try');
    return result;
  }

  private async attempt(
    task: TaskNode,
    base: string,
    choice: ReturnType<AgentPlan['forTask']>,
    model: ModelRef | null,
    signal: AbortSignal,
  ): Promise<AttemptResult> {
    const { context, work } = this;
    const number =
      Math.max(
        0,
        ...[...context.journal.state.attempts.values()].filter(attempt => attempt.task === task.id).map(attempt => attempt.number),
      ) + 1;
    const shared = this.shared;
    const result = await new Attempt(context, {
      run: work.run,
      thread: work.thread,
      task,
      number,
      agent: choice.definition,
      opencodeAgent: choice.opencodeAgent,
      model,
      base,
      shared,
      texts: attemptTexts(context, { thread: work.thread, task, isFollowUp: shared !== undefined }),
    }).run(signal);
    if (context.settings.isolation !== 'task' && !result.early) this.shared = result.shared;
    return result;
  }

  /** Where the next task goes on: the tip that the thread's done tasks left, unless the integration branch holds it already. */
  private async tipOfDoneTasks(integrationTip: string): Promise<string | undefined> {
    const { context, work } = this;
    const conflicted = work.thread.merge?.state === 'conflicted';
    const tasks = conflicted ? work.thread.tasks : work.thread.tasks.filter(task => task.status === 'completed');
    const commits = tasks
      .flatMap(task => task.attempts)
      .flatMap(attempt => (attempt.outcome === 'completed' && attempt.commit !== undefined ? [attempt.commit] : []));
    const last = commits.at(-1);
    if (last === undefined || (await context.git.resolve(last)) === undefined) return undefined;
    return (await context.git.isAncestor(last, integrationTip)) ? undefined : last;
  }
}

function isWanted(taskId: string, only: readonly string[] | undefined): boolean {
  return only === undefined || only.some(id => isWithin(taskId, id));
}
