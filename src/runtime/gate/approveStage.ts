import type { Clock } from '../../common/clock';
import { approvalProblem } from '../../domain/run/checkApproval';
import type { StageNode, WorkstreamSnapshot } from '../../domain/tree/nodes';
import type { WorkFiles } from '../files/workFiles';
import type { Git } from '../git/git';
import { dropNote } from '../journal/inbox';
import { journalFolder } from '../journal/journalPaths';

export type GateErrorReason = 'stage-open' | 'not-approved' | 'not-a-person' | 'no-such-stage';

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
  /** `AGENT` for a process that an agent started: agents open no gates. */ readonly role: string | undefined;
};

/**
 * Opens the gate behind a stage: the approval is written to `index.json` and noted for the journal.
 * @throws {GateError} `stage-open` while tasks are open (unless `force`), `not-a-person` from an agent's session.
 */
export async function approveStage(
  services: GateServices,
  stream: WorkstreamSnapshot,
  stageNumber: number,
  options: { readonly force?: boolean } = {},
): Promise<void> {
  const stage = checkGate(services, stream, stageNumber);
  const problem = options.force === true ? undefined : approvalProblem(stage);
  if (problem !== undefined) throw new GateError('stage-open', problem);
  await services.files.approveStage(stream.id, stageNumber, 'user', services.clock.now());
  await note(services, stream.id, { kind: 'stage.approved', stage: stage.id, by: 'user' });
}

/** Takes a stage's approval back. @throws {GateError} `not-approved` when there is none. */
export async function revokeStage(services: GateServices, stream: WorkstreamSnapshot, stageNumber: number, reason?: string): Promise<void> {
  const stage = checkGate(services, stream, stageNumber);
  if (stage.approval !== 'approved') throw new GateError('not-approved', `Stage ${stageNumber} is not approved: nothing to revoke`);
  await services.files.revokeStage(stream.id, stageNumber, reason, services.clock.now());
  await note(services, stream.id, { kind: 'stage.revoked', stage: stage.id, by: 'user', ...(reason === undefined ? {} : { reason }) });
}

function checkGate({ role }: GateServices, stream: WorkstreamSnapshot, stageNumber: number): StageNode {
  if (role === 'AGENT') {
    throw new GateError('not-a-person', 'Agents cannot approve a stage. A person does it, in the editor or with work approve stage.');
  }
  const stage = stream.stages.find(candidate => Number(candidate.id) === stageNumber);
  if (!stage) {
    throw new GateError(
      'no-such-stage',
      `Stage ${stageNumber} not found. Available: ${stream.stages.map(({ id }) => Number(id)).join(', ')}`,
    );
  }
  return stage;
}

async function note(services: GateServices, streamId: string, event: Parameters<typeof dropNote>[1]): Promise<void> {
  await dropNote(journalFolder(await services.git.commonDir(), streamId), event);
}
