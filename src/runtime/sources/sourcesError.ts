import type { SourceProblem } from '../../domain/sources/importedPlan';
import { problemLine } from '../../domain/sources/problemWords';

/**
 * - `not-found`: there is nothing to import where it was looked for
 * - `ambiguous`: several things could be meant
 * - `bad-source`: it cannot become a plan; `problems` says why, all at once
 * - `changed`: it was written to while it was being imported
 * - `not-imported`: the workstream's plan came from nowhere that is known
 * - `conflict`: both sides changed the same lines
 * - `no-such-agent`: it was to be imported for an agent that nobody defined
 */
export type SourcesErrorReason = 'not-found' | 'ambiguous' | 'bad-source' | 'changed' | 'not-imported' | 'conflict' | 'no-such-agent';

/** What kept a plan from being imported; nothing was written. */
export class SourcesError extends Error {
  override readonly name = 'SourcesError';

  constructor(
    readonly reason: SourcesErrorReason,
    message: string,
    readonly problems: readonly SourceProblem[] = [],
  ) {
    super([message, ...problems.map(problemLine)].join('\n'));
  }
}
