/** Something about a review that cannot be done; the message is a sentence for people. */
export class ReviewError extends Error {
  override readonly name = 'ReviewError';

  constructor(
    readonly reason: 'nothing-done' | 'commit-gone' | 'untrusted' | 'no-agent' | 'in-the-way' | 'conflict' | 'busy' | 'changed',
    message: string,
    /** What it is about, relative to the repository. */
    readonly paths: readonly string[] = [],
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}
