import type { Clock } from '../../common/clock';
import type { WorkFiles } from '../files/workFiles';
import type { Git } from '../git/git';
import { dropNote } from '../journal/inbox';
import { journalFolder } from '../journal/journalPaths';

export type GateErrorReason = 'stage-open' | 'open-questions' | 'no-plan' | 'not-approved' | 'not-a-person' | 'no-such-stage';

/** Why a gate stays as it is; the message says what to do. */
export class GateError extends Error {
  override readonly name = 'GateError';

  constructor(
    readonly reason: GateErrorReason,
    message: string,
  ) {
    super(message);
  }
}

export type GateServices = {
  readonly files: WorkFiles;
  readonly git: Git;
  readonly clock: Clock;
  /** `AGENT` for a process that an agent started: agents open no gates. */
  readonly role: string | undefined;
};

/** @throws {GateError} `not-a-person` from an agent's session. */
export function refuseAgents({ role }: GateServices, what: string): void {
  if (role !== 'AGENT') return;
  throw new GateError('not-a-person', `Agents cannot approve a ${what}. A person does it, in the editor or with work approve ${what}.`);
}

/** Tells the journal of a decision, whoever drives. */
export async function noteDecision({ git }: GateServices, streamId: string, event: Parameters<typeof dropNote>[1]): Promise<void> {
  await dropNote(journalFolder(await git.commonDir(), streamId), event);
}
