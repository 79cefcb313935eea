import { approvalProblem } from '../../domain/run/checkApproval';
import type { StageNode, WorkstreamSnapshot } from '../../domain/tree/nodes';
import { GateError, noteDecision, refuseAgents, type GateServices } from './gate';

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
  await noteDecision(services, stream.id, { kind: 'stage.approved', stage: stage.id, by: 'user' });
}

/** Takes a stage's approval back. @throws {GateError} `not-approved` when there is none. */
export async function revokeStage(services: GateServices, stream: WorkstreamSnapshot, stageNumber: number, reason?: string): Promise<void> {
  const stage = checkGate(services, stream, stageNumber);
  if (stage.approval !== 'approved') throw new GateError('not-approved', `Stage ${stageNumber} is not approved: nothing to revoke`);
  await services.files.revokeStage(stream.id, stageNumber, reason, services.clock.now());
  await noteDecision(services, stream.id, {
    kind: 'stage.revoked',
    stage: stage.id,
    by: 'user',
    ...(reason === undefined ? {} : { reason }),
  });
}

function checkGate(services: GateServices, stream: WorkstreamSnapshot, stageNumber: number): StageNode {
  refuseAgents(services, 'stage');
  const stage = stream.stages.find(candidate => Number(candidate.id) === stageNumber);
  if (stage) return stage;
  throw new GateError(
    'no-such-stage',
    `Stage ${stageNumber} not found. Available: ${stream.stages.map(({ id }) => Number(id)).join(', ')}`,
  );
}
