/**
 * - `unreadable`: the plan has errors, or something in it would swallow what is added
 * - `no-such-place`: no stage, batch or section of that number
 * - `bad-name`: a name that cannot stand in a heading
 * - `full`: no number is left
 */
export type PlanEditReason = 'unreadable' | 'no-such-place' | 'bad-name' | 'full';

/** Why something cannot be added to a plan; the plan is as it was. */
export class PlanEditError extends Error {
  override readonly name = 'PlanEditError';

  constructor(
    readonly reason: PlanEditReason,
    message: string,
    /** The 1-based line to look at. */
    readonly line?: number,
  ) {
    super(message);
  }
}
