export type JournalErrorReason =
  /** The file or its folder cannot be read, made or opened. */
  | 'inaccessible'
  /** A line was not written whole; it was taken back, and nothing is appended any more. */
  | 'write-failed'
  /** The file changed under the driver: somebody else wrote to it, or it was removed. */
  | 'not-alone'
  /** The journal holds lines of a driver with a higher number than ours. */
  | 'superseded'
  | 'invalid-event'
  | 'closed';

export class JournalError extends Error {
  override readonly name = 'JournalError';

  constructor(
    readonly reason: JournalErrorReason,
    readonly file: string,
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}
