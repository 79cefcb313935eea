/** One entry of a model list: `anthropic/claude-sonnet-4-5` split at the first `/`, with opencode's variant if one is named. */
export type ModelRef = { readonly providerID: string; readonly modelID: string; readonly variant?: string | undefined };

export type AgentDefinition = {
  readonly name: string;
  readonly description: string;
  readonly bestFor: string;
  /** As written, in order; an entry without `/` is kept here and skipped, with a warning, when a run picks a model. */
  readonly models: readonly { readonly text: string; readonly variant?: string | undefined }[];
};

/** The agents of a repository and the file they are from. */
export type AgentsSource = { readonly agents: readonly AgentDefinition[]; readonly source: 'yaml' | 'md' | 'none' };

/** Without an agents file there is one agent, `default`, with the server's default model. */
export function isKnownAgent(name: string, { agents, source }: AgentsSource): boolean {
  return agents.some(agent => agent.name === name) || (source === 'none' && name === defaultAgentName);
}

/** The sentence for a name that no agent has; `thread` is the thread that names it in the plan. */
export function unknownAgent(name: string, source: AgentsSource['source'], thread?: string): string {
  if (source === 'none') {
    const otherwise = thread === undefined ? 'leave the agent out' : `take the name out of thread ${thread}`;
    return `Agent "${name}" not found: there is no work/agents.yaml. Add one that defines it, or ${otherwise}.`;
  }
  const place = source === 'md' ? 'AGENTS.md' : 'agents.yaml';
  return `Agent "${name}" not found in ${place}${thread === undefined ? '' : ` (referenced in thread ${thread})`}`;
}

/** The agent that threads without an assignment use. */
export const defaultAgentName = 'default';

/** Splits at the first `/`; undefined when there is none (or nothing on one side of it). */
export function parseModelRef(text: string, variant?: string): ModelRef | undefined {
  const cut = text.indexOf('/');
  if (cut <= 0 || cut === text.length - 1) return undefined;
  return { providerID: text.slice(0, cut), modelID: text.slice(cut + 1), ...(variant === undefined ? {} : { variant }) };
}

export const formatModelRef = ({ providerID, modelID }: ModelRef) => `${providerID}/${modelID}`;
