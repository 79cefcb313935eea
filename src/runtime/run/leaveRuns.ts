import type { AttemptState, RunState } from '../../domain/journal/journalState';
import { failed } from '../../domain/run/decideOutcome';
import { isUnmerged } from '../../domain/merge/unmerged';
import { scopeTitle } from '../../domain/run/runScope';
import type { WorkstreamSnapshot } from '../../domain/tree/nodes';
import { isFolder } from '../onDisk';
import type { Ended } from './attemptTalk';
import { placedBase } from './assignedWorkplace';
import { commitWork } from './commitWork';
import { finishAttempt, writeDecided } from './finishAttempt';
import type { RunContext } from './runContext';
import { releaseLeft } from './threadReservations';
import { releaseWorktree } from './worktreeLock';

/** The runs that no driver finished, oldest first. */
export const openRuns = (context: Pick<RunContext, 'journal'>): readonly RunState[] =>
  context.journal.state.runs.filter(run => run.finishedAt === undefined);

/**
 * Ends what earlier drivers left open, but for the run that goes on: its agents are stopped, so that no task is worked on twice;
 * worktrees and branches stay. Where an agent had reported by then its work is committed and counts; the others are `interrupted`
 * and their tasks pending again.
 */
export async function leaveRuns(context: RunContext, stream: WorkstreamSnapshot, goesOn: string | undefined): Promise<void> {
  const { journal, observer } = context;
  for (const attempt of journal.state.attempts.values()) {
    if (attempt.finishedAt === undefined && attempt.run !== goesOn) await leaveAttempt(context, stream, attempt);
  }
  for (const run of openRuns(context)) {
    if (run.id === goesOn) continue;
    for (const thread of journal.state.threads.values()) {
      if (thread.run !== run.id || thread.finishedAt !== undefined) continue;
      journal.append({ kind: 'thread.finished', run: run.id, thread: thread.thread, outcome: 'interrupted', reason: cutOff });
    }
    const threads = [...journal.state.threads.values()].filter(thread => thread.run === run.id);
    const merged = threads.filter(({ merge }) => merge && !isUnmerged(merge)).map(({ thread }) => thread);
    const blocked = threads.filter(({ outcome }) => outcome === 'blocked' || outcome === 'failed').map(({ thread }) => thread);
    journal.append({ kind: 'run.finished', run: run.id, batch: run.batch, outcome: 'interrupted', merged, blocked });
    observer.notice(`${scopeTitle(run.batch)} was cut off earlier; what it had begun is left as it is.`);
  }
  await releaseLeft(context);
}

const cutOff = 'the program that drove it ended';

async function leaveAttempt(context: RunContext, stream: WorkstreamSnapshot, attempt: AttemptState): Promise<void> {
  const { session, task } = attempt;
  const directory = attempt.worktree ?? context.root;
  if (session !== undefined) {
    await context.opencode.sessions.abort(directory, session).catch((error: unknown) => {
      context.logger.warn(`could not stop session ${session}: ${String(error)}`);
    });
  }
  await context.endProcesses(attempt.id);
  if (attempt.worktree !== undefined) await releaseWorktree(context, attempt.worktree, { ofAnyDriver: true });
  const { outcome } = attempt.decided
    ? await writeDecided(context, attempt.id, undefined)
    : await finishAttempt(context, {
        attempt: attempt.id,
        task,
        ...(await settle(context, stream, attempt)),
        next: 'leave',
        place: undefined,
      });
  context.observer.notice(
    outcome === 'completed'
      ? `${task}: attempt ${attempt.number} was done while nobody drove it; its work is taken.`
      : `${task}: attempt ${attempt.number} was cut off earlier; its worktree ${directory} is kept.`,
  );
}

async function settle(
  context: RunContext,
  stream: WorkstreamSnapshot,
  attempt: AttemptState,
): Promise<{ readonly decision: Ended; readonly tip: string | undefined }> {
  const reported = await context.files.readTask(context.streamId, attempt.task);
  const status = reported === undefined || reported.status === 'in_progress' ? 'pending' : reported.status;
  const left: Ended = { kind: 'ended', outcome: 'interrupted', status, report: undefined, reason: cutOff };
  const thread = stream.stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads)).find(({ id }) => id === attempt.thread);
  const task = thread?.tasks.find(({ id }) => id === attempt.task);
  if (status !== 'completed' || !thread || !task) return { decision: left, tip: undefined };
  const done: Ended = { kind: 'ended', outcome: 'completed', status, report: reported?.report, reason: undefined };
  const { session, worktree, branch } = attempt;
  if (worktree === undefined || branch === undefined) return { decision: done, tip: undefined };
  if (session === undefined || !(await isFolder(worktree))) {
    return { decision: failed(`The worktree ${worktree} is gone, and with it what the agent did.`), tip: undefined };
  }
  const work = await commitWork(context, {
    attempt: attempt.id,
    session,
    workplace: { directory: worktree, branch, base: placedBase(context, attempt) },
    thread,
    task,
  });
  return { decision: work.problem === undefined ? done : failed(work.problem), tip: work.tip };
}
