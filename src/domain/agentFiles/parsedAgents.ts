import type { AgentDefinition } from '../agents';
import type { Diagnostic } from '../plan/planDocument';

/** The agents that can be used, in the order of the file, and what is wrong with it: an error left an agent out, a warning did not. */
export type ParsedAgents = { readonly agents: readonly AgentDefinition[]; readonly problems: readonly Diagnostic[] };

/** Keeps the first of agents that share a name; `lines` are those of the agents, one each. */
export function withoutDuplicates(
  agents: readonly AgentDefinition[],
  lines: readonly number[],
  problems: readonly Diagnostic[],
): ParsedAgents {
  const names = new Set<string>();
  const kept: AgentDefinition[] = [];
  const duplicates: Diagnostic[] = [];
  for (const [index, agent] of agents.entries()) {
    if (!names.has(agent.name)) kept.push(agent);
    else {
      duplicates.push({
        severity: 'warning',
        message: `Agent "${agent.name}" is defined twice; the first one is used`,
        line: lines[index] ?? 1,
      });
    }
    names.add(agent.name);
  }
  return { agents: kept, problems: [...problems, ...duplicates] };
}
