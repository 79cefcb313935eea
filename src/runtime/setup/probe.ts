import { TimeLimitError, withTimeLimit } from '../../common/abort';
import type { Found } from '../../domain/setup/setupFacts';

/** Milliseconds that one look may take. */
const limit = 30_000;

/** A look at something that may fail or take for ever: then nobody could tell. Only an abort of `signal` is thrown. */
export async function probe<T>(look: (signal: AbortSignal) => Promise<Found<T>>, signal?: AbortSignal): Promise<Found<T>> {
  try {
    return await withTimeLimit(limit, look, signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof TimeLimitError) return { kind: 'unknown', why: `no answer within ${limit / 1000} seconds` };
    return { kind: 'unknown', why: error instanceof Error ? error.message : String(error) };
  }
}

export const found = <T>(value: T): Found<T> => ({ kind: 'found', value });
export const absent = (why?: string): { readonly kind: 'absent'; readonly why?: string | undefined } => ({ kind: 'absent', why });
