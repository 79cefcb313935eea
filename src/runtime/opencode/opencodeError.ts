/** Why something could not be done with opencode. */
export type OpencodeErrorReason =
  | 'no-binary'
  | 'wrong-version'
  | 'did-not-start'
  /** While it started, by a signal. */
  | 'killed'
  | 'port-taken'
  | 'unreachable'
  | 'unauthorized'
  | 'bad-config'
  | 'stopped'
  | 'no-such-session'
  | 'no-such-ask'
  | 'no-such-directory'
  | 'not-stored'
  /** A prompt that a later one overtook. */
  | 'superseded'
  /** A session that is at work. */
  | 'busy'
  | 'request-failed';

/** A fault of opencode, its server or the way to it. The message is a sentence that says what to do. */
export class OpencodeError extends Error {
  override readonly name = 'OpencodeError';

  constructor(
    readonly reason: OpencodeErrorReason,
    message: string,
    options: { readonly cause?: unknown; readonly statusCode?: number | undefined } = {},
  ) {
    super(message, { cause: options.cause });
    this.statusCode = options.statusCode;
  }

  /** The HTTP status of the answer, when there was one. */
  readonly statusCode: number | undefined;
}

/** Whether it is one of ours, and for one of the reasons if any are named. */
export function isOpencodeError<R extends OpencodeErrorReason = OpencodeErrorReason>(
  error: unknown,
  ...reasons: readonly R[]
): error is OpencodeError & { readonly reason: R } {
  return error instanceof OpencodeError && (reasons.length === 0 || reasons.some(reason => reason === error.reason));
}
