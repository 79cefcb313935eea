import type { PlanDocument } from '../../domain/plan/planDocument';
import { GateError, noteDecision, refuseAgents, type GateServices } from './gate';

/**
 * Notes in `index.json` that a person has read the plan as it is now; a later change of it shows.
 * @throws {GateError} `open-questions` (unless `force`), `no-plan` when it cannot be read, `not-a-person` from an agent's session.
 */
export async function approvePlan(services: GateServices, streamId: string, options: { readonly force?: boolean } = {}): Promise<void> {
  refuseAgents(services, 'plan');
  const { plan, planHash, problems } = await services.files.readWorkstream(streamId);
  if (!plan.plan || planHash === undefined) {
    throw new GateError('no-plan', `Cannot approve the plan: ${(plan.diagnostics[0] ?? problems[0])?.message ?? 'PLAN.md cannot be read'}`);
  }
  const problem = options.force === true ? undefined : planProblem(plan.plan);
  if (problem !== undefined) throw new GateError('open-questions', problem);
  await services.files.approvePlan(streamId, 'user', planHash, services.clock.now());
  await noteDecision(services, streamId, { kind: 'plan.approved', by: 'user', hash: planHash });
}

/** Takes the plan's approval back. @throws {FilesError} `missing` when there is none; {GateError} `not-a-person` */
export async function revokePlan(services: GateServices, streamId: string, reason?: string): Promise<void> {
  refuseAgents(services, 'plan');
  await services.files.revokePlan(streamId, reason, services.clock.now());
  await noteDecision(services, streamId, { kind: 'plan.revoked', by: 'user', ...(reason === undefined ? {} : { reason }) });
}

/** Why a plan should not be approved yet: one line for it, one for each open question; undefined when it can. */
export function planProblem(plan: PlanDocument): string | undefined {
  const open = plan.stages.flatMap(stage => stage.questions.filter(({ resolved }) => !resolved));
  if (open.length === 0) return undefined;
  return ['Cannot approve plan with open questions', ...open.map(({ line, text }) => `  PLAN.md:${line} ${text}`)].join('\n');
}
