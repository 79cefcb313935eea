/**
 * - `untrusted`: plans of this workspace are shown only
 * - `nothing`: no thread lacks anything
 * - `no-agent`: the agent is unknown, or the server knows none of its models
 * - `changed`: the plan is not the one that the proposal is about
 * - `none`: there is no proposal
 * - `budget`: the workstream's budget is spent
 */
export type PopulationReason = 'untrusted' | 'nothing' | 'no-agent' | 'changed' | 'none' | 'budget';

export class PopulationError extends Error {
  override readonly name = 'PopulationError';

  constructor(
    readonly reason: PopulationReason,
    message: string,
  ) {
    super(message);
  }
}
