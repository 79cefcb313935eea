import { integrationBranch } from '../../domain/names';
import type { Outcome } from '../../domain/outcome';
import { isUnmerged } from '../../domain/merge/unmerged';
import type { ThreadNode } from '../../domain/tree/nodes';
import type { AgentPlan } from './agentPlan';
import { assignedBase } from './assignedWorkplace';
import { blockThread } from './blockThread';
import { cleanUpThread } from './cleanUpThread';
import { commitsOf, lastReturn } from './earlierAttempts';
import type { GoOn } from './goOn';
import { isHeldBack, mergeThread, type ThreadMerge } from './mergeThread';
import type { RunBudgets } from './runBudgets';
import type { RunContext } from './runContext';
import { isBeyondAgents, noteReturn, openReturn, returnedWork } from './sendBack';
import type { StopSwitches } from './stopSwitches';
import { ThreadRunner, type ThreadResult, type ThreadRun } from './threadRunner';

export type Course = {
  readonly run: string;
  readonly thread: ThreadNode;
  readonly agents: AgentPlan;
  /** Where the integration branch was when the run began. */
  readonly integrationTip: string;
  readonly only: readonly string[] | undefined;
  readonly goOn: GoOn | undefined;
  /** What a person asked for in a run that goes on. */
  readonly asked: readonly string[];
  readonly budgets: RunBudgets;
  /** Its work is on its way in; or it is not any longer. */
  readonly onMerging: (isMerging: boolean) => void;
};

export type CourseEnd = { readonly outcome: Outcome; readonly reason: string | undefined; readonly isMerged: boolean };

/**
 * What becomes of one thread in a run: its tasks are carried out and its work is merged. What cannot be merged goes back to the
 * agent that wrote it, as often as `work.merge.maxAttempts` allows; after that it waits for a person.
 */
export class ThreadCourse {
  constructor(
    private readonly context: RunContext,
    private readonly switches: StopSwitches,
    private readonly course: Course,
  ) {}

  async run(signal: AbortSignal): Promise<CourseEnd> {
    const { context } = this;
    const { run, thread, only, goOn, asked } = this.course;
    const assigned = context.assigned.get(thread.id);
    const unable = assigned && (assigned.problem ?? this.course.agents.faultyStep(assigned)?.message);
    if (unable !== undefined) return { outcome: 'failed', reason: unable, isMerged: false };
    if (openReturn(context, run, thread.id)) return this.afterReturn(await this.giveBack(signal), signal);
    // What was settled since, by hand or on the integration branch, needs no agent.
    if (isUnmerged(thread.merge) && !this.isAtWork) {
      const again = await this.merge(this.lastCommit, signal);
      if (!isHeldBack(again)) return merged;
    }
    const result = await this.runner({ thread, only, goOn, asked }).run(signal);
    if (!result.finished || context.settings.isolation === 'none' || assigned) return this.endUnmerged(result);
    return this.settle(await this.merge(result.tip ?? this.lastCommit, signal), signal);
  }

  private async settle(merge: ThreadMerge, signal: AbortSignal): Promise<CourseEnd> {
    const { context, course } = this;
    if (!isHeldBack(merge)) return merged;
    const isLast = this.returns >= context.settings.merge.maxAttempts || isBeyondAgents(context, merge);
    if (isLast || !noteReturn(context, course, merge, this.returns + 1)) {
      return { outcome: 'blocked', reason: await blockThread(context, course.thread, merge), isMerged: false };
    }
    return this.afterReturn(await this.giveBack(signal), signal);
  }

  private async giveBack(signal: AbortSignal): Promise<ThreadResult> {
    const work = await returnedWork(this.context, this.course.run, this.course.thread);
    return this.runner(work).run(signal);
  }

  private async afterReturn(result: ThreadResult, signal: AbortSignal): Promise<CourseEnd> {
    if (!result.finished) return this.endUnmerged(result);
    return this.settle(await this.merge(result.tip ?? this.lastCommit, signal), signal);
  }

  private async endUnmerged({ outcome, reason }: ThreadResult): Promise<CourseEnd> {
    await cleanUpThread(this.context, this.course.thread.id, false);
    return { outcome, reason, isMerged: false };
  }

  private async merge(tip: string | undefined, signal: AbortSignal): Promise<ThreadMerge> {
    const { run, thread, onMerging } = this.course;
    onMerging(true);
    const merge = await mergeThread(this.context, { run, thread, tip, returns: this.returns }, signal);
    if (isHeldBack(merge)) onMerging(false);
    return merge;
  }

  private runner(work: Pick<ThreadRun, 'thread' | 'only' | 'goOn' | 'asked' | 'from'>): ThreadRunner {
    const { context, course } = this;
    const assigned = context.assigned.get(course.thread.id);
    const integrationTip = async () =>
      assigned
        ? assignedBase(context, assigned.branch, course.integrationTip)
        : ((await context.git.resolve(integrationBranch(context.streamId))) ?? course.integrationTip);
    return new ThreadRunner(context, this.switches, { ...course, integrationTip, ...work });
  }

  private get returns(): number {
    const { run, thread } = this.course;
    return lastReturn(this.context.journal.state, run, thread.id)?.number ?? 0;
  }

  /** An earlier driver of this run left an agent at it. */
  private get isAtWork(): boolean {
    const { run, thread } = this.course;
    const attempts = [...this.context.journal.state.attempts.values()];
    return attempts.some(attempt => attempt.run === run && attempt.thread === thread.id && attempt.finishedAt === undefined);
  }

  /** What was done for a task that was skipped stays on its branch. */
  private get lastCommit(): string | undefined {
    const { thread } = this.course;
    const { attempts } = this.context.journal.state;
    const counted = thread.tasks.filter(({ status }) => status !== 'cancelled');
    const all = [...attempts.values()];
    return counted.flatMap(({ id }) => commitsOf(all.filter(({ task }) => task === id))).at(-1);
  }
}

const merged: CourseEnd = { outcome: 'completed', reason: undefined, isMerged: true };
