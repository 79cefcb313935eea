import type { CandidateRequest } from '../git/candidates';
import type { Trailers } from '../git/commitMessage';
import type { RuledFile } from '../git/mergeTrees';

export type MergeRequest = {
  readonly thread: string;
  /** The last commit of the thread's work. */
  readonly tip: string;
  readonly message: string;
  readonly trailers: Trailers;
  /** Milliseconds since the epoch; the same intent must give the same time, so that it gives the same commit. */
  readonly intentDate: number;
  /** The merge as a person resolved it, instead of the one that git makes. */
  readonly resolved?: CandidateRequest['resolved'];
  /** Where the thread stands in the plan: of those that wait, the first goes first. */
  readonly position?: number | undefined;
  /** How many validations the journal held when the merge was intended: those behind them belong to it. */
  readonly validationsBefore?: number | undefined;
};

/** A commit that would land, checked out at `worktree`. */
export type MergeCandidate = {
  readonly commit: string;
  readonly before: string;
  readonly worktree: string;
  /** Whose work it adds to `before`, in order. */
  readonly requests: readonly MergeRequest[];
  /** It was found red, the one with a thread less is green, and it is to be checked once more. */
  readonly isConfirmation: boolean;
};

/** Says why a candidate may not land; undefined when it may. */
export type ValidateCandidate<R> = (candidate: MergeCandidate, signal: AbortSignal) => Promise<R | undefined>;

/** `leftOut` are paths whose changes were not taken: state files of `work/`, and repositories an agent committed by their id. */
export type MergeOutcome<R = never> =
  /** The thread's own merge; with others that landed together it stands behind the second parent of the commit that joins them. */
  | {
      readonly kind: 'landed';
      readonly commit: string;
      readonly before: string;
      readonly leftOut: readonly string[];
      /** Conflicts that a rule resolved; of a merge that landed earlier they are in its message. */
      readonly byRule: readonly RuledFile[];
    }
  | { readonly kind: 'empty'; readonly leftOut: readonly string[] }
  /** `ours` and `theirs` are the two commits. */
  | { readonly kind: 'conflict'; readonly files: readonly string[]; readonly ours: string; readonly theirs: string }
  /** Somebody else moved the integration branch, twice, while we were at it. */
  | { readonly kind: 'moved'; readonly expected: string; readonly actual: string | undefined }
  | ([R] extends [never] ? never : { readonly kind: 'rejected'; readonly commit: string; readonly reason: R });
