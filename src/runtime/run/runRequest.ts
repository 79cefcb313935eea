import type { Finding, Findings } from '../../domain/run/checkRun';
import type { BatchResult } from './batchRunner';
import type { GoOn } from './goOn';

export type RunRequest = {
  readonly stream?: string | undefined;
  /** The id of a batch, or of a stage: all of it then, by the dependencies of its threads. */
  readonly batch: string;
  readonly ignoreGate?: boolean;
  /** Only these threads or tasks. */
  readonly only?: readonly string[];
  /** A person wants to go on here although another process drives. */
  readonly takeOver?: boolean;
  /** The agent of this task's last attempt goes on in its session and worktree; give the task in `only` too. */
  readonly goOn?: GoOn;
  /** Go on with what an earlier driver left open of the batch, and nothing else. */
  readonly resume?: boolean;
};

export type RunReport =
  | { readonly kind: 'refused'; readonly findings: Findings }
  | { readonly kind: 'finished'; readonly result: BatchResult; readonly warnings: readonly Finding[] };

/** A run that did not begin, for one reason alone. */
export function refusedRun(code: Finding['code'], message: string): RunReport {
  return { kind: 'refused', findings: { problems: [{ code, message }], warnings: [] } };
}
