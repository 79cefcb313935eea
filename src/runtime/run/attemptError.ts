/** Why an attempt could not go on; its message becomes the task's `Failed: …` report. */
export type AttemptErrorReason = 'setup-failed' | 'no-place' | 'head-moved' | 'session-lost';

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
