import { formatDuration } from '../../common/duration';
import { oneLine, truncate } from '../../common/text';
import type { TokenCounts } from '../../domain/journal/events';

/**
 * What a session's agent does, in order. `text` and `reasoning` bring pieces to append to what the same part said before; a
 * `tool` replaces what was known of the same call. Of an aborted turn the `error` is named `MessageAbortedError`. After
 * `resynced` something may have been missed: who shows the session reads its messages again.
 */
export type Activity =
  | { readonly type: 'user'; readonly messageId: string; readonly text: string }
  | { readonly type: 'text'; readonly messageId: string; readonly partId: string; readonly delta: string }
  | { readonly type: 'reasoning'; readonly messageId: string; readonly partId: string; readonly delta: string }
  | ToolActivity
  | { readonly type: 'stepFinished'; readonly cost: number; readonly tokens: TokenCounts }
  | { readonly type: 'error'; readonly name: string; readonly message: string; readonly statusCode?: number | undefined }
  | StatusActivity
  | { readonly type: 'resynced' };

export type ToolActivity = {
  readonly type: 'tool';
  readonly messageId: string;
  readonly callId: string;
  readonly tool: string;
  readonly state: 'pending' | 'running' | 'completed' | 'error';
  readonly input: unknown;
  readonly title?: string | undefined;
  /** While it runs, as far as it got. */
  readonly output?: string | undefined;
  readonly error?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly startedAt?: number | undefined;
  readonly endedAt?: number | undefined;
  /** A unified diff of what it changed. */
  readonly diff?: string | undefined;
};

export type StatusActivity = {
  readonly type: 'status';
  readonly status: 'busy' | 'idle' | 'retry';
  /** Of a retry: which it is, why, and when it will be (milliseconds since the epoch). */
  readonly attempt?: number | undefined;
  readonly message?: string | undefined;
  readonly next?: number | undefined;
};

/** A retry in words: which it is, why, and how long until then. `now`: milliseconds since the epoch. */
export function describeRetry({ attempt = 1, message = '', next }: StatusActivity, now: number): string {
  const wait = next === undefined ? 0 : Math.ceil((next - now) / 1000) * 1000;
  const when = wait > 0 ? `is tried again in ${formatDuration(wait)}` : 'is tried again';
  const why = truncate(oneLine(message), 200);
  return `the model did not answer and ${when} (try ${attempt + 1})${why === '' ? '' : `: ${why}`}`;
}
