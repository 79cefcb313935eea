import type { AttemptState, JournalState, ReturnState } from '../../domain/journal/journalState';
import type { SharedPlace } from './attemptRequest';
import type { GoOn } from './goOn';
import type { RunContext } from './runContext';

/** The attempt at a task that an earlier driver of this run left open. */
export function openAttempt(state: JournalState, run: string, task: string): AttemptState | undefined {
  return [...state.attempts.values()].findLast(attempt => attempt.run === run && attempt.task === task && attempt.finishedAt === undefined);
}

/** The attempt and those that worked in the same session: what its tools start names the one that the session was made for. */
export function sameSession({ attempts }: JournalState, attempt: string): readonly string[] {
  const session = attempts.get(attempt)?.session;
  const others = [...attempts.values()].filter(({ id, session: its }) => id !== attempt && session !== undefined && its === session);
  return [attempt, ...others.map(({ id }) => id)];
}

/** The attempt that a run made last at a task, ended or not. */
export function lastOfRun({ attempts }: JournalState, run: string, task: string): AttemptState | undefined {
  return [...attempts.values()].findLast(attempt => attempt.run === run && attempt.task === task);
}

/** The last time in this run that the thread's work went back to its agent. */
export function lastReturn({ returns }: JournalState, run: string, thread: string): ReturnState | undefined {
  return returns.findLast(returned => returned.run === run && returned.thread === thread);
}

/** The attempt whose commit is the last of a thread's work. */
export function lastCommitted({ attempts }: JournalState, thread: string): AttemptState | undefined {
  return [...attempts.values()].findLast(attempt => attempt.thread === thread && attempt.commit !== undefined);
}

export function lastAttempt(state: JournalState, task: string): AttemptState | undefined {
  return [...state.attempts.values()].findLast(attempt => attempt.task === task);
}

/** The attempt whose session and worktree the next one goes on in: because a person says so now, or because an open one does. */
export function resumedBy(
  state: JournalState,
  task: string,
  goOn: GoOn | undefined,
  open: AttemptState | undefined,
): { readonly state: AttemptState; readonly message: string } | undefined {
  const before = open ? state.attempts.get(open.resumes ?? '') : goOn && lastAttempt(state, task);
  return before?.session === undefined ? undefined : { state: before, message: (open ? open.message : goOn?.message) ?? '' };
}

/** Where the thread's last completed attempt in this run worked, for isolations in which the next task goes on there. */
export function sharedPlaceBefore(context: RunContext, run: string, thread: string): SharedPlace | undefined {
  const last = [...context.journal.state.attempts.values()].findLast(
    attempt => attempt.run === run && attempt.thread === thread && attempt.finishedAt !== undefined && attempt.outcome === 'completed',
  );
  return last && sharedPlaceOf(context, last);
}

/** Where an attempt worked, whose worktree the attempts before it in the thread may have shared. */
export function sharedPlaceOf(context: RunContext, attempt: AttemptState): SharedPlace | undefined {
  const { worktree, branch, session, run, thread } = attempt;
  if (session === undefined) return undefined;
  const first = [...context.journal.state.attempts.values()].find(
    other => other.run === run && other.thread === thread && other.worktree === worktree,
  );
  return { workplace: { directory: worktree ?? context.root, branch, base: (first ?? attempt).base }, session };
}

/** The commits that count for a task. One that was stopped counts while nobody tried again: a later attempt did not begin from it. */
export function commitsOf(attempts: readonly AttemptState[]): readonly string[] {
  return attempts.flatMap(({ outcome, commit }, index) => (outcome === 'cancelled' && index < attempts.length - 1 ? [] : (commit ?? [])));
}
