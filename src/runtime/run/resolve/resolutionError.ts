export type ResolutionErrorReason =
  /** The thread has no conflict that waits for a person. */
  | 'no-conflict'
  | 'not-open'
  /** The worktree, or the merge in it, is not there any more. */
  | 'gone'
  | 'busy';

/** Why a conflict cannot be resolved by hand now; the message is a sentence for people. */
export class ResolutionError extends Error {
  override readonly name = 'ResolutionError';

  constructor(
    readonly reason: ResolutionErrorReason,
    message: string,
  ) {
    super(message);
  }
}
