import path from 'node:path';
import type { AgentDefinition } from '../../domain/agents';
import { parseAgentsMd } from '../../domain/agentFiles/parseAgentsMd';
import { parseAgentsYaml } from '../../domain/agentFiles/parseAgentsYaml';
import type { FileProblem } from '../../domain/tree/nodes';
import { readText } from './readText';

export type AgentsFile = {
  readonly agents: readonly AgentDefinition[];
  readonly source: 'yaml' | 'md' | 'none';
  readonly problems: readonly FileProblem[];
};

/** The agents of `work/agents.yaml`, else those of `work/AGENTS.md`. `folder` is `work/`. */
export async function readAgents(folder: string): Promise<AgentsFile> {
  for (const { name, source, parse } of formats) {
    const file = path.join(folder, name);
    const read = await readText(file);
    if (read.kind === 'absent') continue;
    if (read.kind === 'bad') {
      return { agents: [], source, problems: [{ file, severity: 'error', message: `${name} cannot be read: ${read.message}.` }] };
    }
    const { agents, problems } = parse(read.text);
    return { agents, source, problems: problems.map(problem => ({ ...problem, file })) };
  }
  return { agents: [], source: 'none', problems: [] };
}

const formats = [
  { name: 'agents.yaml', source: 'yaml', parse: parseAgentsYaml },
  { name: 'AGENTS.md', source: 'md', parse: parseAgentsMd },
] as const;
