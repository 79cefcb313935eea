import { AwakeLimit } from './awakeTime';

/** An abort is an outcome, not a fault: whoever catches one neither shows nor logs it as an error. */
export function isAbortError(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** Throws the signal's reason when there is a signal and it is aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  signal?.throwIfAborted();
}

/** Aborted as soon as one of the given signals is; absent ones do not count. Never aborted when none is given. */
export function anySignal(...signals: readonly (AbortSignal | undefined)[]): AbortSignal {
  return AbortSignal.any(signals.filter(signal => signal !== undefined));
}

/**
 * The promise's result, or a rejection with the signal's reason as soon as that is aborted. What the promise stands for
 * goes on; its later result or error is dropped.
 */
export function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason as Error);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError';

  /** `limit` in milliseconds. */
  constructor(readonly limit: number) {
    super(`did not end within ${limit / 1000} seconds`);
  }
}

/**
 * Runs `work` for at most `milliseconds` in which the machine is awake (0: without a limit). Past it, the signal that `work` was given is aborted and the
 * call rejects with `TimeLimitError` at once, whether `work` heeds its signal or not.
 */
export async function withTimeLimit<T>(milliseconds: number, work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
  signal?.throwIfAborted();
  const limit = new AwakeLimit(milliseconds, new TimeLimitError(milliseconds));
  const either = anySignal(signal, limit.signal);
  try {
    return await abortable(work(either), either);
  } finally {
    limit.dispose();
  }
}
