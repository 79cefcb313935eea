import { isAbortError } from '../../common/abort';
import { attemptId, sessionTitle } from '../../domain/names';
import type { Outcome } from '../../domain/outcome';
import { isEarlyFailure } from '../../domain/run/chooseModel';
import { decideOutcome, failed, type Decision } from '../../domain/run/decideOutcome';
import type { FailureCause } from '../../domain/run/retryPolicy';
import { isDone } from '../../domain/taskStatus';
import { isOpencodeError } from '../opencode/opencodeError';
import type { SessionEnd } from '../opencode/sessionFollower';
import { gitOf, planAssigned, prepareAssigned } from './assignedWorkplace';
import type { AssignedThread } from './assignments';
import { AttemptBudget } from './attemptBudget';
import { AttemptCare } from './attemptCare';
import { AttemptError } from './attemptError';
import type { AttemptRequest, AttemptResult } from './attemptRequest';
import { AttemptTalk, type Ended } from './attemptTalk';
import { beginAttempt, type AttemptBegin } from './beginAttempt';
import { commitWork, type CommittedWork } from './commitWork';
import { Conversation } from './conversation';
import { wasSuperseded } from './driver';
import { finishAttempt } from './finishAttempt';
import { keepTrying } from './keepTrying';
import { newRecordId } from './recordId';
import { ownTaskFile, readSafeExit } from './readSafeExit';
import { recipeOf } from './recipeOf';
import type { RunContext } from './runContext';
import { serverStopped, stopReason } from './stopSwitches';
import { plannedBefore, planWorkplace, prepareWorkplace, refuseGone, type Workplace } from './workplace';
import { holdWorktree, releaseWorktree } from './worktreeLock';

type Worked = {
  readonly decision: Ended;
  readonly end: SessionEnd | undefined;
  readonly cause: FailureCause;
  readonly work: CommittedWork | undefined;
};

/**
 * One try at one task: a worktree, a session, its prompt, and the outcome that git, the session and the report give it. Every step
 * is an effect under a key of its own, so that one whose driver died is simply run again: what is done is not done twice.
 */
export class Attempt {
  private readonly start: AttemptBegin;
  private readonly assigned: AssignedThread | undefined;
  private conversation: Conversation | undefined;
  private workplace: Workplace | undefined;
  private readonly lifetime = new AbortController();
  private ending: Promise<void> | undefined;

  constructor(
    private readonly context: RunContext,
    private readonly request: AttemptRequest,
  ) {
    const { task, number, open, shared, thread } = request;
    this.assigned = context.assigned.get(thread.id);
    const startedAt = open ? Date.parse(open.startedAt) : context.clock.now();
    const makesWorktree = context.settings.isolation !== 'none' && !shared;
    this.start = {
      id: attemptId(task.id, number),
      record: open?.record ?? newRecordId(startedAt),
      startedAt,
      planned: !makesWorktree
        ? undefined
        : this.assigned
          ? planAssigned(context, this.assigned)
          : ((open && plannedBefore(open)) ?? planWorkplace(context, task.id, startedAt)),
    };
  }

  /** The end takes no signal, so that a stop cannot cut it off. */
  async run(signal: AbortSignal): Promise<AttemptResult> {
    let care: AttemptCare | undefined;
    let worked: Worked;
    try {
      await beginAttempt(this.context, this.request, this.start);
      care = new AttemptCare(this.context, this.start.id); // disposed when the attempt has ended
      worked = await this.work(care, signal);
    } catch (error) {
      if (!this.context.journal.state.attempts.has(this.start.id)) throw error; // it never began
      const decision = await this.decideError(error, signal);
      worked = { decision, end: undefined, cause: 'other', work: signal.aborted ? await this.keepStopped() : undefined };
    }
    this.lifetime.abort();
    const { decision, end, work } = worked;
    const cause = decision.outcome === 'failed' ? worked.cause : undefined;
    const early = decision.outcome === 'failed' && isEarlyFailure(end?.sawOutput ?? true, end?.error);
    const { id: attempt } = this.start;
    const { workplace, conversation } = this;
    const ended = await finishAttempt(this.context, {
      attempt,
      task: this.request.task.id,
      decision,
      cause,
      next: this.request.followUp({ outcome: decision.outcome, cause, early }),
      tip: work?.tip,
      place: workplace && conversation && { directory: workplace.directory, session: conversation.session },
    }).finally(() => {
      care?.dispose();
      return workplace?.branch === undefined ? undefined : releaseWorktree(this.context, workplace.directory);
    });
    return {
      ...ended,
      commit: work?.tip,
      cause,
      early,
      shared: workplace && conversation && { workplace, session: conversation.session },
    };
  }

  private async work(care: AttemptCare, signal: AbortSignal): Promise<Worked> {
    const { context, request } = this;
    const { id, planned } = this.start;
    signal.throwIfAborted();
    const workplace = planned
      ? await (this.assigned
          ? prepareAssigned(context, id, this.assigned, request.base, signal)
          : prepareWorkplace(context, id, planned, request.base, signal))
      : (request.shared?.workplace ?? { directory: context.root, branch: undefined, base: request.base });
    this.workplace = workplace;
    if (workplace.branch !== undefined && this.assigned?.isolation !== 'clone') {
      await holdWorktree(context, request.task.id, workplace.directory);
    }
    signal.throwIfAborted();
    const conversation = await keepTrying(context, signal, () => this.openConversation(workplace));
    this.conversation = conversation;
    care.talk(workplace.directory, conversation);
    const onAbort = () => {
      this.ending = this.endTools();
    };
    signal.addEventListener('abort', onAbort, { once: true, signal: this.lifetime.signal });
    const { texts, resumes } = request;
    const budget = new AttemptBudget(context, request.budgets, {
      attempt: id,
      task: request.task.id,
      directory: workplace.directory,
      conversation,
    });
    const talk = {
      attempt: id,
      task: request.task.id,
      conversation,
      workplace,
      texts,
      care,
      budget,
      recipe:
        this.assigned &&
        recipeOf(context, { attempt: id, task: request.task.id, assigned: this.assigned, workplace, speaker: request.speaker }),
      goesOn: resumes && (resumes.isReturn ? 'its work could not be merged' : 'a person told its agent to go on'),
    };
    const { decision, end, cause } = await new AttemptTalk(
      context,
      { ...talk, decide: (ended, asked, limit) => this.decide(ended, asked, limit) },
      signal,
    )
      .toEnd()
      .finally(() => budget.dispose());
    care.finish();
    if (workplace.branch !== undefined) {
      await refuseGone(gitOf(context, request.thread.id, workplace.directory), workplace.directory, workplace.branch);
    }
    const work =
      workplace.branch === undefined
        ? undefined
        : await commitWork(context, { attempt: id, session: conversation.session, workplace, ...request });
    return {
      decision: work?.problem !== undefined && decision.outcome === 'completed' ? failed(work.problem) : decision,
      end,
      cause,
      work,
    };
  }

  /**
   * What a stopped agent did is committed on its branch. Its session was told to stop; what its tools started, in whatever session
   * or group of their own, is ended first, within `stopGrace` and the second that a killed process may take to go.
   */
  private async keepStopped(): Promise<CommittedWork | undefined> {
    const { context, request, workplace, conversation } = this;
    const { id: attempt } = this.start;
    await this.ending; // began when the session was told to stop
    await this.endTools(); // a call may have begun meanwhile
    if (workplace?.branch === undefined || !conversation) return undefined;
    try {
      return await commitWork(context, { attempt, session: conversation.session, workplace, ...request });
    } catch (error) {
      context.logger.error(`what ${attempt} had done when it was stopped`, error);
      context.observer.notice(`${request.task.id}: what was done is in ${workplace.directory}; it could not be committed.`);
      return undefined;
    }
  }

  private async endTools(): Promise<void> {
    const { driver, logger, endProcesses } = this.context;
    const { id } = this.start;
    if (wasSuperseded(driver.lost)) return;
    await endProcesses(id, this.assigned?.grace ?? stopGrace).catch((error: unknown) =>
      logger.error(`what ${id} was running may go on`, error),
    );
  }

  private async openConversation(workplace: Workplace): Promise<Conversation> {
    const { context, request, start } = this;
    const { thread, task } = request;
    const { isolation } = context.settings;
    const conversation = await Conversation.open(context, {
      attempt: start.id,
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
        attempt: start.id,
        worktree: workplace.directory,
        isolation,
        inbox: context.journal.inboxFolder,
        ...(context.shimFolder === undefined ? {} : { bin: context.shimFolder }),
      },
    });
    const { files, streamId, journal } = context;
    await files.upsertSession(streamId, thread.id, undefined, { opencodeSessionId: conversation.session });
    if (!journal.state.effects.has(`${start.id}/prompt/1`)) {
      // The session before can report no more; what it reported since this attempt began does not count.
      const status = (await files.readTask(streamId, task.id))?.status;
      if (status === 'completed' || status === 'blocked') await files.updateTask(streamId, task.id, { status: 'in_progress' });
    }
    return conversation;
  }

  private async decide(end: SessionEnd | undefined, asked: boolean, limit?: string): Promise<Decision> {
    if (end?.kind === 'aborted') return cancelled('the agent was stopped');
    const task = await this.context.files.readTask(this.context.streamId, this.request.task.id);
    const status = task?.status ?? 'in_progress';
    if (end?.kind === 'gone' && !isDone(status) && status !== 'blocked') {
      return interrupted('Its session was deleted on the opencode server. Its branch is kept; the task goes on from there.');
    }
    return decideOutcome({
      task: { status, report: task?.report },
      safeExit: await this.safeExit(),
      sessionError: end?.error,
      lastText: end?.lastText ?? '',
      asked,
      limit,
    });
  }

  private async safeExit(): Promise<string | undefined> {
    const { files, git, streamId } = this.context;
    const { id } = this.request.task;
    return this.workplace && readSafeExit(git, this.workplace, id, await ownTaskFile(files, streamId, id));
  }

  private async decideError(error: unknown, signal: AbortSignal): Promise<Ended> {
    this.context.driver.check(); // what another driver goes on with is not ended here
    if (signal.aborted || isAbortError(error)) {
      return cancelled(stopReason(signal));
    }
    if (isOpencodeError(error, 'stopped') || (isOpencodeError(error) && (await this.context.opencode.server.wasStopped()))) {
      return cancelled(serverStopped.message);
    }
    if (error instanceof AttemptError && error.reason === 'worktree-gone') return interrupted(error.message);
    this.context.logger.error(`attempt ${this.start.id} failed`, error);
    return failed(error instanceof Error ? error.message : String(error));
  }
}

/** Milliseconds that the processes of a stopped agent have to end by themselves. */
const stopGrace = 500;

const undone = (outcome: Outcome, reason: string): Ended => ({ kind: 'ended', outcome, status: 'pending', report: undefined, reason });
const cancelled = (reason: string) => undone('cancelled', reason);
/** What it ran in is gone; what it committed is not. */
const interrupted = (reason: string) => undone('interrupted', reason);
