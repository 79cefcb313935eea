import { stat } from 'node:fs/promises';
import type { AttemptState } from '../../domain/journal/journalState';
import { isWithin } from '../../domain/ids';
import { failed, type Decision } from '../../domain/run/decideOutcome';
import type { BatchNode } from '../../domain/tree/nodes';
import { commitWork } from './commitWork';
import { finishAttempt } from './finishAttempt';
import type { RunContext } from './runContext';

type Ended = Decision & { readonly kind: 'ended' };

/**
 * Ends attempts that an earlier driver left open: their sessions are stopped, so that no task is worked on twice; worktrees and
 * branches stay. Where the agent had reported by then, its work is committed and counts; the others are `interrupted`.
 */
export async function endLeftovers(context: RunContext, batch: BatchNode): Promise<void> {
  const open = [...context.journal.state.attempts.values()].filter(
    attempt => attempt.finishedAt === undefined && isWithin(attempt.task, batch.id),
  );
  for (const attempt of open) {
    const { session } = attempt;
    const directory = attempt.worktree ?? context.root;
    if (session !== undefined) {
      await context.opencode.sessions.abort(directory, session).catch((error: unknown) => {
        context.logger.warn(`could not stop session ${session}: ${String(error)}`);
      });
    }
    const { decision, tip } = await settle(context, batch, attempt);
    await finishAttempt(context, {
      attempt: attempt.id,
      record: attempt.record,
      thread: attempt.thread,
      task: attempt.task,
      decision,
      tip,
      place: undefined,
    });
    context.observer.notice(
      decision.outcome === 'completed'
        ? `${attempt.task}: attempt ${attempt.number} was done while nobody drove it; its work is taken.`
        : `${attempt.task}: attempt ${attempt.number} was cut off earlier; its worktree ${directory} is kept.`,
    );
  }
}

async function settle(context: RunContext, batch: BatchNode, attempt: AttemptState): Promise<{ decision: Ended; tip: string | undefined }> {
  const reported = await context.files.readTask(context.streamId, attempt.task);
  const cutOff: Ended = {
    kind: 'ended',
    outcome: 'interrupted',
    status: reported?.status ?? 'in_progress',
    report: undefined,
    reason: 'the program that drove it ended',
  };
  const thread = batch.threads.find(({ id }) => id === attempt.thread);
  const task = thread?.tasks.find(({ id }) => id === attempt.task);
  if (reported?.status !== 'completed' || !thread || !task) return { decision: cutOff, tip: undefined };
  const done: Ended = { kind: 'ended', outcome: 'completed', status: 'completed', report: reported.report, reason: undefined };
  const { session, worktree, branch, base } = attempt;
  if (worktree === undefined || branch === undefined) return { decision: done, tip: undefined };
  if (session === undefined || !(await isFolder(worktree))) {
    return { decision: failed(`The worktree ${worktree} is gone, and with it what the agent did.`), tip: undefined };
  }
  const work = await commitWork(context, { attempt: attempt.id, session, workplace: { directory: worktree, branch, base }, thread, task });
  return { decision: work.problem === undefined ? done : failed(work.problem), tip: work.tip };
}

const isFolder = (folder: string) =>
  stat(folder).then(
    found => found.isDirectory(),
    () => false,
  );
