import { setTimeout as pause } from 'node:timers/promises';

export type WaitOptions = {
  /** Milliseconds until the wait fails. */
  readonly timeout?: number;
  /** Milliseconds between two looks; looking at a window costs it as much as what it is watched for. */
  readonly every?: number;
  /** What to print of the last state when it fails. */
  readonly describe?: () => unknown;
};

/** Polls until `probe` gives something other than undefined, null or false, and returns it; fails with the last state after a minute. */
export async function waitFor<T>(
  what: string,
  probe: () => T | Promise<T>,
  options: WaitOptions = {},
): Promise<NonNullable<Exclude<T, false>>> {
  const end = Date.now() + (options.timeout ?? 60_000);
  let last: unknown;
  for (;;) {
    last = await probe();
    if (last !== undefined && last !== null && last !== false) return last as NonNullable<Exclude<T, false>>;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}; last state: ${JSON.stringify(options.describe?.() ?? last)}`);
    await pause(options.every ?? 25);
  }
}
