import { defaultAgentName, isKnownAgent, type AgentDefinition, type AgentsSource } from '../agents';
import type { ImportedPlan } from './importedPlan';

/** Gives an agent to the threads of a plan that name none. */
export function withAgent(plan: ImportedPlan, agent: string): ImportedPlan {
  const stages = plan.stages.map(stage => ({
    ...stage,
    threads: stage.threads.map(thread => (thread.agent === undefined ? { ...thread, agent } : thread)),
  }));
  return { ...plan, stages };
}

/** Those of which one has to be named before a plan can run: it leaves that to `default`, and there is none of that name. */
export function agentsToChoose(plan: ImportedPlan, source: AgentsSource): readonly AgentDefinition[] {
  const leavesItOpen = plan.stages.some(({ threads }) => threads.some(({ agent }) => agent === undefined));
  return leavesItOpen && !isKnownAgent(defaultAgentName, source) ? source.agents : [];
}
