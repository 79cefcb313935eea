import type { Outcome } from '../outcome';

/** Why an attempt failed, as far as it decides whether another one could do better. */
export const failureCauses = ['overloaded', 'stuck', 'tooLong', 'budget', 'other'] as const;
export type FailureCause = (typeof failureCauses)[number];

export type AttemptEnd = {
  readonly outcome: Outcome;
  /** Of a failed attempt. */
  readonly cause: FailureCause | undefined;
  /** The session failed before it produced anything. */
  readonly early: boolean;
};

export type RetryPolicy = {
  /** How many attempts one run makes at a task at most, all models together. */
  readonly maximumAttempts: number;
};

/** What follows an attempt: the agent's next model, another attempt, or the task is left to a person. */
export const followUps = ['nextModel', 'again', 'leave'] as const;
export type FollowUp = (typeof followUps)[number];
type Verdict = Exclude<FollowUp, 'nextModel'>;

/** Outcomes after which nobody but a person can tell whether it makes sense to try again are left to one. */
const byOutcome: Readonly<Record<Exclude<Outcome, 'failed'>, Verdict>> = {
  completed: 'leave',
  cancelled: 'leave',
  blocked: 'leave',
  interrupted: 'again', // what it worked in is gone; that says nothing about the task
};
const byCause: Readonly<Record<FailureCause, Verdict>> = {
  overloaded: 'again',
  stuck: 'again',
  tooLong: 'leave', // it would take as long again
  budget: 'leave',
  other: 'leave',
};

/**
 * What follows an attempt. `attempts` were made at the
 * task in this run, this one included. A session that failed before it produced anything costs nothing: its next model may try
 * whatever the maximum says.
 */
export function afterAttempt(
  { outcome, cause, early }: AttemptEnd,
  { attempts, modelsLeft }: { readonly attempts: number; readonly modelsLeft: number },
  { maximumAttempts }: RetryPolicy,
): FollowUp {
  if (early && modelsLeft > 0) return 'nextModel';
  const verdict = outcome === 'failed' ? byCause[cause ?? 'other'] : byOutcome[outcome];
  return attempts < maximumAttempts ? verdict : 'leave';
}

/** Whether a session error says that the provider has too much to do, or broke down: another time may be better. */
export function isOverload(statusCode: number | undefined): boolean {
  return statusCode !== undefined && (statusCode === 408 || statusCode === 429 || statusCode >= 500);
}
