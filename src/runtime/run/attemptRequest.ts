import type { AgentDefinition, ModelRef } from '../../domain/agents';
import type { AttemptState } from '../../domain/journal/journalState';
import type { Outcome } from '../../domain/outcome';
import type { AttemptEnd, FailureCause, FollowUp } from '../../domain/run/retryPolicy';
import type { TaskNode, ThreadNode } from '../../domain/tree/nodes';
import type { AttemptTexts } from './attemptTexts';
import type { Speaker } from './conversation';
import type { RunBudgets } from './runBudgets';
import type { Workplace } from './workplace';

/**
 * An attempt that ended, whose agent is told to go on in its session and worktree: with a person's words, or because its work
 * could not be merged.
 */
export type Resumed = { readonly attempt: string; readonly message: string; readonly isReturn: boolean };

/** A worktree and session that the next task of the thread goes on with (isolation `thread` and `none`). */
export type SharedPlace = { readonly workplace: Workplace; readonly session: string };

export type AttemptRequest = {
  readonly run: string;
  readonly thread: ThreadNode;
  readonly task: TaskNode;
  readonly number: number;
  readonly agent: AgentDefinition | undefined;
  readonly opencodeAgent: string | undefined;
  readonly model: ModelRef | null;
  /** Others of the agents file, by name, with the first model that can be asked. */
  readonly speaker: (agent: string) => Speaker | undefined;
  readonly base: string;
  readonly shared: SharedPlace | undefined;
  /** It goes on in the session and worktree of an attempt that ended. */
  readonly resumes: Resumed | undefined;
  /** The attempt that an earlier driver left open: it goes on under its own id. */
  readonly open: AttemptState | undefined;
  readonly budgets: RunBudgets;
  readonly texts: AttemptTexts;
  /** What follows when it ends like that. */
  readonly followUp: (end: AttemptEnd) => FollowUp;
};

export type AttemptResult = {
  readonly outcome: Outcome;
  readonly reason: string | undefined;
  /** The tip of the attempt's branch, when it committed anything. */
  readonly commit: string | undefined;
  /** The session failed before it produced anything: the next model may try. */
  readonly early: boolean;
  readonly cause: FailureCause | undefined;
  readonly next: FollowUp;
  readonly shared: SharedPlace | undefined;
};
