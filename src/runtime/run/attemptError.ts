/** Why an attempt could not go on; its message says what happened and what to do. */
export type AttemptErrorReason = 'setup-failed' | 'worktree-gone' | 'branch-in-use';

export class AttemptError extends Error {
  override readonly name = 'AttemptError';

  constructor(
    readonly reason: AttemptErrorReason,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}
