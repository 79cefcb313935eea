import type { ResolutionRule } from '../merge/conflictRules';
import type { DeliveryState } from '../delivery/delivery';
import type { StageReview } from '../review/stageVerdict';
import type { ForeseenConflict } from '../merge/foreseen';
import type { CommandResult } from '../merge/validation';
import type { Health } from '../monitor/health';
import type { Outcome } from '../outcome';
import type { BudgetState } from '../run/budget';
import type { FailureCause, FollowUp } from '../run/retryPolicy';
import type { TaskStatus } from '../taskStatus';
import type { ChangedFile, EffectKind, Isolation, JsonValue, TokenCounts } from './events';

/** What the journal's lines add up to; a pure fold makes it, nothing else writes it. */
export type JournalState = {
  readonly lastSeq: number;
  readonly epoch: number;
  readonly runs: readonly RunState[];
  /** By attempt id, in order of their start. */
  readonly attempts: ReadonlyMap<string, AttemptState>;
  readonly threads: ReadonlyMap<string, ThreadRunState>;
  readonly effects: ReadonlyMap<string, EffectState>;
  /** In order. */
  readonly validations: readonly ValidationState[];
  /** Conflicts between threads that are not merged yet. */
  readonly foreseen: readonly ForeseenConflict[];
  /** In order. */
  readonly returns: readonly ReturnState[];
  /** In order. */
  readonly resolutions: readonly ResolutionState[];
  /** In order. */
  readonly resolved: readonly ResolvedState[];
  /** What became of each try to deliver, or to undo it, in order. */
  readonly deliveries: readonly DeliveryState[];
  /** Of stages whose work is still what was reviewed; one for each at most. */
  readonly reviews: readonly StageReview[];
  /** Dollars of every session that only read, as it is known, in order: reviews, also of work that is another by now, and populations. */
  readonly readerCosts: readonly ReaderCost[];
  /** Threads that did not begin in their last run, while what was in their way is as it was. */
  readonly unreachable: readonly UnreachableState[];
  /** Threads that wait for files which others have: who, as a sentence without a full stop. */
  readonly held: readonly { readonly thread: string; readonly reason: string }[];
};

/** It depends on `dependency`, which is, or waits for, `cause`, which ended unmerged; `reason`: a sentence without a full stop. */
export type UnreachableState = {
  readonly run: string;
  readonly thread: string;
  readonly dependency: string;
  readonly cause: string;
  readonly reason: string;
  readonly at: string;
};

export type ReaderCost = { readonly session: string; readonly cost: number };

/** What the project's checks said of one candidate. */
export type ValidationState = {
  readonly commit: string;
  readonly threads: readonly string[];
  readonly commands: readonly CommandResult[];
  /** It was red before. */
  readonly confirms?: true | undefined;
  readonly at: string;
};

/** A thread's work that could not be merged went back to the agent of `attempt`; `number` counts from 1 in a run. */
export type ReturnState = {
  readonly run: string;
  readonly thread: string;
  readonly task: string;
  readonly attempt: string;
  readonly number: number;
  readonly reason: string;
  readonly at: string;
};

/** A worktree in which a person resolves the conflicts of a thread's merge: `theirs` merged onto `ours`. */
export type ResolutionState = {
  readonly thread: string;
  readonly number: number;
  readonly worktree: string;
  readonly ours: string;
  readonly theirs: string;
  /** The thread's last commit. */
  readonly tip: string;
  readonly files: readonly string[];
  readonly at: string;
  readonly closed?: 'landed' | 'abandoned' | 'again';
};

/** Conflicts of a merge that landed as `commit`, and how they ended. */
export type ResolvedState = {
  readonly thread: string;
  readonly commit: string;
  readonly by: 'hand' | 'rule';
  readonly files: readonly { readonly path: string; readonly rule?: ResolutionRule | undefined }[];
  readonly at: string;
};

export type RunState = {
  readonly id: string;
  /** Of a stage's run the stage. */
  readonly batch: string;
  readonly threads: readonly string[];
  readonly isolation: Isolation;
  readonly base: string;
  readonly branch: string | null;
  /** The threads or tasks that were asked for, when it was not all of them. */
  readonly only?: readonly string[];
  /** The task whose last attempt's agent shall go on, and what a person said to it. */
  readonly goOn?: { readonly task: string; readonly message: string };
  /** Its threads work on branches of their own, which stay as they are. */
  readonly merges?: false;
  readonly startedAt: string;
  readonly finishedAt?: string;
  readonly outcome?: Outcome;
  readonly merged: readonly string[];
  readonly blocked: readonly string[];
  /** What happened to its budgets, by `budgetKey`. */
  readonly budgets?: Readonly<Record<string, BudgetState>>;
};

/** How an attempt ends, which the files of `work/` may not say yet. */
export type DecidedEnd = {
  readonly outcome: Outcome;
  /** The task's status when it was decided, and the one it gets. */
  readonly was?: TaskStatus;
  readonly status: TaskStatus;
  readonly reason?: string;
  readonly report?: string;
  readonly commit?: string;
  /** Of a failed attempt. */
  readonly cause?: FailureCause;
  readonly next: FollowUp;
  /** ISO time. */
  readonly at: string;
};

export type AttemptState = {
  readonly id: string;
  readonly task: string;
  readonly thread: string;
  readonly run: string;
  readonly number: number;
  readonly record: string;
  readonly agent: string;
  readonly model: string | null;
  readonly base: string;
  readonly worktree?: string;
  readonly branch?: string;
  /** The attempt whose session and worktree it goes on in, and what a person said to its agent. */
  readonly resumes?: string;
  readonly message?: string;
  /** opencode's session, from the evidence of the `session` effect (`{ session: string }`). */
  readonly session?: string;
  readonly startedAt: string;
  /** What its agent changed, in order. */
  readonly changes?: readonly ChangedFile[];
  /** What its agent did when its driver judged it last. */
  readonly health?: Health;
  /** Its agent was asked for the missing report, or is about to be. */
  readonly asked?: true;
  readonly decided?: DecidedEnd;
  readonly finishedAt?: string;
  readonly outcome?: Outcome;
  readonly reason?: string;
  readonly commit?: string;
  readonly report?: string;
  readonly cost?: number;
  readonly tokens?: TokenCounts;
  readonly turns?: number;
  /** Why its agent was stopped in its turn, while it has not been told to go on. */
  readonly paused?: string;
};

export type MergeState =
  | { readonly state: 'landed'; readonly commit: string; readonly before: string; readonly branch: string; readonly at: string }
  | { readonly state: 'empty'; readonly branch: string; readonly at: string }
  | {
      readonly state: 'conflicted';
      readonly files: readonly string[];
      readonly ours: string;
      readonly theirs: string;
      readonly at: string;
    }
  /** The merged tree did not pass the project's checks. */
  | { readonly state: 'rejected'; readonly commit: string; readonly reason: string; readonly at: string };

/** The latest run of a thread. */
export type ThreadRunState = {
  readonly thread: string;
  readonly run: string;
  readonly startedAt: string;
  readonly finishedAt?: string;
  readonly outcome?: Outcome;
  readonly reason?: string;
  readonly merge?: MergeState;
};

export type EffectState = {
  readonly key: string;
  readonly kind: EffectKind;
  readonly state: 'intended' | 'done' | 'failed';
  readonly intent: JsonValue;
  readonly evidence?: JsonValue;
  readonly reason?: string;
  readonly intendedAt: string;
};
