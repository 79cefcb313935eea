/** Time as a port, so that pure code and tests decide what time it is. */
export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number;
};

export const systemClock: Clock = { now: () => Date.now() };

/** ISO 8601 with milliseconds and `Z`, as every file of `work/` has it. */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
