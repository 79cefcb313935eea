import { parseModelRef, type AgentDefinition } from '../agents';
import { readMarkdown } from '../plan/markdownBlocks';
import type { Diagnostic } from '../plan/planDocument';
import { withoutDuplicates, type ParsedAgents } from './parsedAgents';

type Draft = { readonly name: string; readonly line: number; description?: string; bestFor?: string; model?: string };

/** Reads `AGENTS.md` of `work/`: `### name` below `## Agent Definitions`, with its three fields. An agent that misses one is left out. */
export function parseAgentsMd(text: string): ParsedAgents {
  const { blocks, failure } = readMarkdown(text);
  if (failure !== undefined) return { agents: [], problems: [{ severity: 'error', message: failure, line: 1 }] };
  const drafts: Draft[] = [];
  let inDefinitions = false;
  for (const block of blocks) {
    if (block.kind === 'heading' && block.depth === 2) inDefinitions = block.text.toLowerCase().includes('agent definitions');
    else if (!inDefinitions) continue;
    else if (block.kind === 'heading' && block.depth === 3) drafts.push({ name: block.text.trim(), line: block.line });
    else if (block.kind === 'paragraph') readFields(block.text, drafts.at(-1));
  }
  const problems: Diagnostic[] = [];
  const lines: number[] = [];
  const agents = drafts.flatMap(draft => {
    const agent = finish(draft, problems);
    if (agent) lines.push(draft.line);
    return agent ? [agent] : [];
  });
  return withoutDuplicates(agents, lines, problems);
}

function readFields(text: string, draft: Draft | undefined): void {
  if (!draft) return;
  draft.description = field(text, 'Description') ?? draft.description;
  draft.bestFor = field(text, 'Best for') ?? draft.bestFor;
  draft.model = field(text, 'Model') ?? draft.model;
}

function field(text: string, name: string): string | undefined {
  const value = new RegExp(`\\*\\*${name}:\\*\\*[ \\t]*(.+)`, 'i').exec(text)?.[1]?.trim();
  return value === '' ? undefined : value;
}

function finish({ name, line, description, bestFor, model }: Draft, problems: Diagnostic[]): AgentDefinition | undefined {
  if (name === '' || description === undefined || bestFor === undefined || model === undefined) {
    const missing = [
      ...(name === '' ? ['a name'] : []),
      ...(description === undefined ? ['**Description:**'] : []),
      ...(bestFor === undefined ? ['**Best for:**'] : []),
      ...(model === undefined ? ['**Model:**'] : []),
    ];
    problems.push({ severity: 'error', message: `Agent "${name}" is left out: it has no ${missing.join(', no ')}`, line });
    return undefined;
  }
  if (!parseModelRef(model)) {
    const message = `Agent "${name}" has model "${model}" which is not in provider/model format (e.g., "google/gemini-3-flash-preview")`;
    problems.push({ severity: 'warning', message, line });
  }
  return { name, description, bestFor, models: [{ text: model }] };
}
