import type { Age, Call } from './evidence';
import type { Thresholds } from './thresholds';

export type Loop = { readonly age: Age; readonly reason: string };

/** Whether the last calls go round in a circle: the same one again and again, or one failure after the other. `age`: since the first of them. */
export function findLoop(
  calls: readonly Call[],
  { sameCalls, failedCalls }: Pick<Thresholds, 'sameCalls' | 'failedCalls'>,
): Loop | undefined {
  const last = calls.at(-1);
  if (!last) return undefined;
  const same = tail(calls, call => call.same === last.same);
  if (same.length >= sameCalls) {
    return { age: same[0]?.age ?? 0, reason: `It made the same call ${sameCalls} times in a row and goes on: ${last.call}.` };
  }
  const failed = tail(calls, call => call.failed);
  if (failed.length < failedCalls) return undefined;
  return { age: failed[0]?.age ?? 0, reason: `${failedCalls} of its calls failed in a row, the last one: ${last.call}.` };
}

function tail(calls: readonly Call[], belongs: (call: Call) => boolean): readonly Call[] {
  return calls.slice(calls.findLastIndex(call => !belongs(call)) + 1);
}
