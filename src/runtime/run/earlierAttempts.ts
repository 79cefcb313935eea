import type { AttemptState, JournalState } from '../../domain/journal/journalState';
import type { SharedPlace } from './attemptRequest';
import type { RunContext } from './runContext';

/** The attempt at a task that an earlier driver of this run left open. */
export function openAttempt(state: JournalState, run: string, task: string): AttemptState | undefined {
  return [...state.attempts.values()].findLast(attempt => attempt.run === run && attempt.task === task && attempt.finishedAt === undefined);
}

/** Where the thread's last ended attempt in this run worked, for isolations in which the next task goes on there. */
export function sharedPlaceBefore(context: RunContext, run: string, thread: string): SharedPlace | undefined {
  const ended = [...context.journal.state.attempts.values()].filter(
    attempt => attempt.run === run && attempt.thread === thread && attempt.finishedAt !== undefined && attempt.outcome === 'completed',
  );
  const last = ended.at(-1);
  if (last?.session === undefined) return undefined;
  const { worktree, branch, session } = last;
  const first = ended.find(attempt => attempt.worktree === worktree) ?? last;
  return { workplace: { directory: worktree ?? context.root, branch, base: first.base }, session };
}
