/**
 * - `untrusted`: nothing is run in this workspace
 * - `no-openspec`: the repository has no `openspec/` folder
 * - `no-draft`: the agent gave none that can be used
 * - `taken`: there is a change of that name
 */
export type DraftReason = 'untrusted' | 'no-openspec' | 'no-draft' | 'taken';

export class DraftError extends Error {
  override readonly name = 'DraftError';

  constructor(
    readonly reason: DraftReason,
    message: string,
  ) {
    super(message);
  }
}
