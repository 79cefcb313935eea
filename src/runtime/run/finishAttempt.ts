import { isoTime } from '../../common/clock';
import type { SessionStatus } from '../../domain/files/records';
import type { TokenCounts } from '../../domain/journal/events';
import type { AttemptState, DecidedEnd } from '../../domain/journal/journalState';
import type { Outcome } from '../../domain/outcome';
import type { FailureCause, FollowUp } from '../../domain/run/retryPolicy';
import type { Ended } from './attemptTalk';
import { tellForeignChanges } from './foreignChanges';
import type { RunContext } from './runContext';

export type AttemptEnd = {
  readonly attempt: string;
  readonly task: string;
  readonly decision: Ended;
  /** Of a failed attempt. */
  readonly cause?: FailureCause | undefined;
  readonly next: FollowUp;
  /** The tip of the attempt's branch, when it committed anything. */
  readonly tip: string | undefined;
  /** Whose cost is asked for; the server is not, without one. */
  readonly place: Place | undefined;
};

export type Place = { readonly directory: string; readonly session: string };

/** How an attempt ended in the end: as decided, or failed because that could not be written. */
export type WrittenEnd = { readonly outcome: Outcome; readonly reason: string | undefined; readonly next: FollowUp };

/** Writes down how an attempt ends and what follows it: first in the journal, so that whoever goes on writes the same end, then everywhere. */
export async function finishAttempt(context: RunContext, end: AttemptEnd): Promise<WrittenEnd> {
  const { journal, driver, files, streamId } = context;
  const { decision, attempt, task, cause, next, tip, place } = end;
  driver.check();
  await journal.foldInbox(); // the agent's own report stands before its end
  await tellForeignChanges(context);
  const was = await files.readTask(streamId, task).catch(() => undefined); // said below, where it is written
  driver.check();
  const { outcome, status, reason, report } = decision;
  journal.append({
    kind: 'attempt.decided',
    attempt,
    outcome,
    ...(was === undefined ? {} : { was: was.status }),
    status,
    ...(reason === undefined ? {} : { reason }),
    ...(report === undefined ? {} : { report }),
    ...(tip === undefined ? {} : { commit: tip }),
    ...(cause === undefined ? {} : { cause }),
    next,
  });
  return writeDecided(context, attempt, place);
}

/**
 * Writes a journalled end everywhere it is kept. All of it may be done again; a status that somebody gave the task since stays. The
 * journal has the end even where the files of `work/` cannot be written: then that is said, and the task counts as failed.
 */
export async function writeDecided(context: RunContext, id: string, place: Place | undefined): Promise<WrittenEnd> {
  const { journal, driver } = context;
  const attempt = journal.state.attempts.get(id);
  if (!attempt?.decided) throw new Error(`the journal does not say how ${id} ends`);
  const { decided } = attempt;
  const spent = await spentOn(context, id, place);
  driver.check();
  const unwritten = await writeFiles(context, attempt, decided).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const outcome = unwritten === undefined ? decided.outcome : 'failed';
  const reason = unwritten ?? decided.reason;
  if (unwritten !== undefined) context.observer.notice(`${attempt.task}: how it ended (${decided.outcome}) was not written. ${unwritten}`);
  journal.append({
    kind: 'attempt.finished',
    attempt: id,
    outcome,
    ...(reason === undefined ? {} : { reason }),
    ...(decided.commit === undefined ? {} : { commit: decided.commit }),
    ...(decided.report === undefined ? {} : { report: decided.report }),
    ...spent,
  });
  await context.writeBack?.(context.streamId);
  return { outcome, reason, next: unwritten === undefined ? decided.next : 'leave' };
}

async function writeFiles(context: RunContext, { task, thread, record }: AttemptState, decided: DecidedEnd): Promise<void> {
  const { files, streamId } = context;
  const { status, was, outcome, report, at } = decided;
  const current = await files.readTask(streamId, task);
  const isUntouched = current?.status === status || current?.status === was;
  if (isUntouched && (current?.status !== status || (outcome === 'failed' && current.report !== report))) {
    await files.updateTask(streamId, task, { status, ...(report === undefined ? {} : { report }) });
  }
  await files.updateSession(streamId, thread, record, {
    status: sessionStatus(outcome),
    completedAt: isoTime(Date.parse(at)),
    ...exitCode(outcome),
  });
}

async function spentOn(
  context: RunContext,
  attempt: string,
  place: Place | undefined,
): Promise<{ readonly cost?: number; readonly tokens?: TokenCounts }> {
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
