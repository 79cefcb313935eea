import { isoTime } from '../../common/clock';
import { isAbortError } from '../../common/abort';
import type { AgentDefinition, ModelRef } from '../../domain/agents';
import { formatModelRef } from '../../domain/agents';
import { attemptId, sessionTitle } from '../../domain/names';
import type { Outcome } from '../../domain/outcome';
import { isEarlyFailure } from '../../domain/run/chooseModel';
import { decideOutcome, failed, type Decision } from '../../domain/run/decideOutcome';
import type { TaskNode, ThreadNode } from '../../domain/tree/nodes';
import { isOpencodeError } from '../opencode/opencodeError';
import type { SessionEnd } from '../opencode/sessionFollower';
import { AttemptLimits, LimitReached } from './attemptLimits';
import type { AttemptTexts } from './attemptTexts';
import { commitWork, type CommittedWork } from './commitWork';
import { Conversation } from './conversation';
import { finishAttempt } from './finishAttempt';
import type { RunContext } from './runContext';
import { newRecordId } from './recordId';
import { serverStopped, stopReason } from './stopSwitches';
import { planWorkplace, prepareWorkplace, type PlannedWorkplace, type Workplace } from './workplace';

/** A worktree and session that the next task of the thread goes on with (isolation `thread` and `none`). */
export type SharedPlace = { readonly workplace: Workplace; readonly session: string };

export type AttemptRequest = {
  readonly run: string;
  readonly thread: ThreadNode;
  readonly task: TaskNode;
  readonly number: number;
  readonly agent: AgentDefinition | undefined;
  readonly opencodeAgent: string | undefined;
  readonly model: ModelRef | null;
  readonly base: string;
  readonly shared: SharedPlace | undefined;
  readonly texts: AttemptTexts;
};

export type AttemptResult = {
  readonly outcome: Outcome;
  readonly reason: string | undefined;
  /** The tip of the attempt's branch, when it committed anything. */
  readonly commit: string | undefined;
  /** The session failed before it produced anything: the next model may try. */
  readonly early: boolean;
  readonly shared: SharedPlace | undefined;
};

/** How often the server may go away under one prompt. */
const mostInterruptions = 3;

type Ended = Decision & { readonly kind: 'ended' };
type Worked = { readonly decision: Ended; readonly end: SessionEnd | undefined; readonly work: CommittedWork | undefined };

/** One try at one task: a worktree, a session, its prompt, and the outcome that git, the session and the report give it. */
export class Attempt {
  private readonly id: string;
  private readonly record: string;
  private readonly startedAt: number;
  private conversation: Conversation | undefined;
  private workplace: Workplace | undefined;

  constructor(
    private readonly context: RunContext,
    private readonly request: AttemptRequest,
  ) {
    this.id = attemptId(request.task.id, request.number);
    this.startedAt = context.clock.now();
    this.record = newRecordId(this.startedAt);
  }

  async run(signal: AbortSignal): Promise<AttemptResult> {
    const planned = this.needsWorktree ? planWorkplace(this.context, this.request.task.id, this.startedAt) : undefined;
    await this.begin(planned);
    let worked: Worked;
    try {
      worked = await this.work(planned, signal);
    } catch (error) {
      worked = { decision: await this.decideError(error, signal), end: undefined, work: undefined };
    }
    const { decision, end, work } = worked;
    const outcome = await this.finish(worked);
    return {
      outcome,
      reason: decision.reason,
      commit: work?.tip,
      early: decision.outcome === 'failed' && isEarlyFailure(end?.sawOutput ?? true, end?.error),
      shared: this.workplace && this.conversation ? { workplace: this.workplace, session: this.conversation.session } : undefined,
    };
  }

  private get needsWorktree(): boolean {
    return this.context.settings.isolation !== 'none' && !this.request.shared;
  }

  private async begin(planned: PlannedWorkplace | undefined): Promise<void> {
    const { context, request } = this;
    const { thread, task, model, base, run, number } = request;
    const agent = request.agent?.name ?? task.agent;
    context.journal.append({
      kind: 'attempt.started',
      run,
      attempt: this.id,
      task: task.id,
      thread: thread.id,
      number,
      record: this.record,
      agent,
      model: model && formatModelRef(model),
      base,
      ...this.places(planned),
    });
    await context.files.upsertSession(
      context.streamId,
      thread.id,
      {
        sessionId: this.record,
        agentName: agent,
        model: model ? formatModelRef(model) : 'default',
        startedAt: isoTime(this.startedAt),
        status: 'running',
      },
      { currentSessionId: this.record },
    );
    await context.files.updateTask(context.streamId, task.id, { status: 'in_progress' });
  }

  private places(planned: PlannedWorkplace | undefined): { worktree?: string; branch?: string } {
    const shared = this.request.shared?.workplace;
    if (planned) return { worktree: planned.path, branch: planned.branch };
    return shared?.branch === undefined ? {} : { worktree: shared.directory, branch: shared.branch };
  }

  private async work(planned: PlannedWorkplace | undefined, signal: AbortSignal): Promise<Worked> {
    const { context, request } = this;
    signal.throwIfAborted();
    const workplace = planned
      ? await prepareWorkplace(context, this.id, planned, request.base, signal)
      : (request.shared?.workplace ?? { directory: context.root, branch: undefined, base: request.base });
    this.workplace = workplace;
    signal.throwIfAborted();
    const conversation = await this.openConversation(workplace);
    this.conversation = conversation;
    const { decision, end } = await this.talk(conversation, workplace, signal);
    const work =
      workplace.branch === undefined
        ? undefined
        : await commitWork(context, { attempt: this.id, session: conversation.session, workplace, ...request });
    return { decision: work?.problem !== undefined && decision.outcome === 'completed' ? failed(work.problem) : decision, end, work };
  }

  /** The prompt, and the question for a missing report. Past a limit the agent is stopped; what it had reported by then counts. */
  private async talk(
    conversation: Conversation,
    workplace: Workplace,
    stop: AbortSignal,
  ): Promise<{ decision: Ended; end: SessionEnd | undefined }> {
    const { context, request } = this;
    const isWaiting = () => context.opencode.asks.pending.some(ask => ask.rootSession === conversation.session);
    const limits = new AttemptLimits({ ...context.settings.limits, isWaiting });
    const signal = AbortSignal.any([stop, limits.signal]);
    let end: SessionEnd | undefined;
    let decision: Decision;
    try {
      end = await this.sayThrough(conversation, workplace, await request.texts.prompt(workplace), signal, limits);
      decision = await this.decide(end, false);
      if (decision.kind === 'ask') {
        context.journal.append({ kind: 'attempt.messaged', attempt: this.id, by: 'work', text: 'asked for the missing report' });
        end = await this.sayThrough(conversation, workplace, request.texts.missingReport(), signal, limits);
        decision = await this.decide(end, true);
      }
    } catch (error) {
      if (stop.aborted || !(error instanceof LimitReached)) throw error;
      decision = await this.decide(end, true, error.message);
    } finally {
      limits.dispose();
    }
    if (decision.kind === 'ask') throw new Error('an agent is asked for its report only once');
    return { decision, end };
  }

  /** A server that goes away in the middle is started again and the agent told so; a session cut off too often is given up. */
  private async sayThrough(
    conversation: Conversation,
    workplace: Workplace,
    text: string,
    signal: AbortSignal,
    limits: AttemptLimits,
  ): Promise<SessionEnd> {
    let end = await conversation.say(text, signal, limits);
    for (let cuts = 0; end.kind === 'interrupted' && cuts < mostInterruptions; cuts++) {
      this.context.observer.notice(
        `${this.request.task.id}: the opencode server ended in the middle of the work; it is started again and the agent goes on.`,
      );
      await this.context.opencode.server.ensure(signal);
      end = await conversation.say(await this.request.texts.interrupted(workplace), signal, limits);
    }
    return end;
  }

  private async openConversation(workplace: Workplace): Promise<Conversation> {
    const { context, request } = this;
    const { thread, task } = request;
    const { isolation } = context.settings;
    const conversation = await Conversation.open(context, {
      attempt: this.id,
      task: task.id,
      directory: workplace.directory,
      title: sessionTitle(thread.id, thread.name, isolation === 'task' ? task.id : undefined),
      agent: request.opencodeAgent,
      model: request.model,
      session: request.shared?.session,
      metadata: {
        root: context.root,
        stream: context.streamId,
        task: task.id,
        thread: thread.id,
        attempt: this.id,
        worktree: workplace.directory,
        isolation,
        inbox: context.journal.inboxFolder,
        ...(context.shimFolder === undefined ? {} : { bin: context.shimFolder }),
      },
    });
    await context.files.upsertSession(context.streamId, thread.id, undefined, { opencodeSessionId: conversation.session });
    return conversation;
  }

  private async decide(end: SessionEnd | undefined, asked: boolean, limit?: string): Promise<Decision> {
    if (end?.kind === 'aborted') return cancelled('the agent was stopped');
    const task = await this.context.files.readTask(this.context.streamId, this.request.task.id);
    return decideOutcome({
      task: { status: task?.status ?? 'in_progress', report: task?.report },
      sessionError: end?.error,
      lastText: end?.lastText ?? '',
      asked,
      limit,
    });
  }

  private async decideError(error: unknown, signal: AbortSignal): Promise<Ended> {
    this.context.driver.check(); // what another driver goes on with is not ended here
    if (signal.aborted || isAbortError(error)) {
      return cancelled(stopReason(signal));
    }
    if (isOpencodeError(error, 'stopped') || (isOpencodeError(error) && (await this.context.opencode.server.wasStopped()))) {
      return cancelled(serverStopped.message);
    }
    this.context.logger.error(`attempt ${this.id} failed`, error);
    return failed(error instanceof Error ? error.message : String(error));
  }

  /** Takes no signal, so that a stop cannot cut it off. */
  private finish({ decision, work }: Worked): Promise<Outcome> {
    const { context, request, workplace, conversation } = this;
    return finishAttempt(context, {
      attempt: this.id,
      record: this.record,
      thread: request.thread.id,
      task: request.task.id,
      decision,
      tip: work?.tip,
      place: workplace && conversation && { directory: workplace.directory, session: conversation.session },
    });
  }
}

const cancelled = (reason: string): Ended => ({ kind: 'ended', outcome: 'cancelled', status: 'pending', report: undefined, reason });
