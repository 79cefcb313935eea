import type { AttemptState } from '../journal/journalState';
import type { TaskStatus } from '../taskStatus';

/** How a run takes up a task: anew, or where an earlier driver of the same run was with it. */
export type TakenUp =
  | { readonly kind: 'anew' }
  /** The attempt has not ended. */
  | { readonly kind: 'open'; readonly last: AttemptState }
  /** It ended, and another one follows it. */
  | { readonly kind: 'followed'; readonly last: AttemptState; readonly next: 'nextModel' | 'again' }
  /** It ended, and the task is left to a person. */
  | { readonly kind: 'left'; readonly last: AttemptState };

/**
 * By the last attempt that the run made at the task. What was left to a person is run only when a person wants it (`isAsked`), or has
 * given the task another status since. An attempt of which the journal does not say what follows (an older program's) says nothing.
 */
export function takeUp(last: AttemptState | undefined, status: TaskStatus, isAsked: boolean): TakenUp {
  if (!last) return { kind: 'anew' };
  if (last.finishedAt === undefined) return { kind: 'open', last };
  const { outcome, decided } = last;
  if (!decided || decided.outcome !== outcome || isAsked) return { kind: 'anew' };
  if (decided.next !== 'leave') return status === decided.status ? { kind: 'followed', last, next: decided.next } : { kind: 'anew' };
  return status === 'blocked' && status === decided.status ? { kind: 'left', last } : { kind: 'anew' };
}
