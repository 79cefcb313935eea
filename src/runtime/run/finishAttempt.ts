import { isoTime } from '../../common/clock';
import type { SessionStatus } from '../../domain/files/records';
import type { Outcome } from '../../domain/outcome';
import type { Decision } from '../../domain/run/decideOutcome';
import type { RunContext } from './runContext';

export type AttemptEnd = {
  readonly attempt: string;
  /** The id of its session in `threads.json`. */
  readonly record: string;
  readonly thread: string;
  readonly task: string;
  readonly decision: Decision & { readonly kind: 'ended' };
  /** The tip of the attempt's branch, when it committed anything. */
  readonly tip: string | undefined;
  readonly place: { readonly directory: string; readonly session: string } | undefined;
};

/**
 * Writes down how an attempt ended, everywhere it is kept. The journal has it even where the files of `work/` cannot be written:
 * then that is said, and the task counts as failed.
 */
export async function finishAttempt(context: RunContext, end: AttemptEnd): Promise<Outcome> {
  context.driver.check();
  const spent = await spentOn(context, end);
  await context.journal.foldInbox(); // the agent's own report stands before its end
  context.driver.check();
  const unwritten = await writeFiles(context, end).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const { decision, attempt, tip } = end;
  const outcome = unwritten === undefined ? decision.outcome : 'failed';
  const reason = unwritten ?? decision.reason;
  if (unwritten !== undefined) context.observer.notice(`${end.task}: how it ended (${decision.outcome}) was not written. ${unwritten}`);
  context.journal.append({
    kind: 'attempt.finished',
    attempt,
    outcome,
    ...(reason === undefined ? {} : { reason }),
    ...(tip === undefined ? {} : { commit: tip }),
    ...(decision.report === undefined ? {} : { report: decision.report }),
    ...spent,
  });
  return outcome;
}

async function writeFiles(context: RunContext, { decision, task, thread, record }: AttemptEnd): Promise<void> {
  const { files, streamId } = context;
  const current = await files.readTask(streamId, task);
  if (current && (current.status !== decision.status || (decision.outcome === 'failed' && current.report !== decision.report))) {
    await files.updateTask(streamId, task, {
      status: decision.status,
      ...(decision.report === undefined ? {} : { report: decision.report }),
    });
  }
  await files.updateSession(streamId, thread, record, {
    status: sessionStatus(decision.outcome),
    completedAt: isoTime(context.clock.now()),
    ...exitCode(decision.outcome),
  });
}

async function spentOn(
  context: RunContext,
  { attempt, place }: AttemptEnd,
): Promise<{ cost?: number; tokens?: { input: number; output: number; reasoning: number; cacheRead: number; cacheWrite: number } }> {
  if (!place) return {};
  try {
    return await context.opencode.sessions.cost(place.directory, place.session);
  } catch (error) {
    context.logger.warn(`no cost for ${attempt}: ${String(error)}`);
    return {};
  }
}

function exitCode(outcome: Outcome): { exitCode?: number } {
  if (outcome === 'completed' || outcome === 'blocked') return { exitCode: 0 };
  return outcome === 'failed' ? { exitCode: 1 } : {};
}

function sessionStatus(outcome: Outcome): SessionStatus {
  switch (outcome) {
    case 'completed':
    case 'blocked':
      return 'completed';
    case 'failed':
      return 'failed';
    case 'cancelled':
    case 'interrupted':
      return 'interrupted';
  }
}
