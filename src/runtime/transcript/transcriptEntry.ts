import type { Outcome } from '../../domain/outcome';
import type { Activity } from '../opencode/activity';

/** Stands before the activities of an attempt. */
export type AttemptStarted = {
  readonly type: 'attempt';
  readonly task: string;
  readonly name: string;
  readonly number: number;
  readonly agent: string;
  readonly model?: string | undefined;
  /** ISO time. */
  readonly startedAt?: string | undefined;
  readonly branch?: string | undefined;
  /** Absolute; what paths in the text that follows are relative to. */
  readonly directory?: string | undefined;
};

export type AttemptEnded = {
  readonly type: 'attemptEnded';
  readonly outcome: Outcome;
  readonly reason?: string | undefined;
  readonly report?: string | undefined;
};

/** The only entry of a thread that never ran. */
export type NotStarted = { readonly type: 'notStarted'; readonly agent: string; readonly prompt?: string | undefined };

/** A sentence of ours: a merge that landed, a conflict, a setup command's output. */
export type Notice = { readonly type: 'notice'; readonly severity: 'info' | 'warning' | 'error'; readonly text: string };

export type TranscriptEntry = AttemptStarted | AttemptEnded | NotStarted | Notice | Activity;
