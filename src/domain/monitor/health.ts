import type { AgentState } from './judge';

/** A state with its time, as it is shown and written down. */
export type Health = {
  readonly state: AgentState;
  /** ISO time. */
  readonly since: string;
  readonly reason: string;
};

/** The worst last; what waits for a person comes before what only goes wrong. */
const order: readonly AgentState[] = ['working', 'thinking', 'unknown', 'looping', 'stalled', 'dead', 'waiting'];

/** Whether somebody should look at it. */
export const needsAttention = (state: AgentState): boolean => state !== 'working' && state !== 'thinking';

/** What a row above several agents says; the one that has been so the longest of equals. */
export function worst<H extends Health>(healths: readonly H[]): H | undefined {
  return healths.reduce<H | undefined>((found, health) => {
    if (!found) return health;
    const difference = order.indexOf(health.state) - order.indexOf(found.state);
    return difference > 0 || (difference === 0 && health.since < found.since) ? health : found;
  }, undefined);
}
