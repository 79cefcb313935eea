import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { parseModelRef, type AgentDefinition } from '../agents';
import type { Diagnostic } from '../plan/planDocument';
import { withoutDuplicates, type ParsedAgents } from './parsedAgents';

/** Reads `agents.yaml`. Never throws; a problem has the position of the entry it is about. `synthesis_agents` and `execution` are not ours. */
export function parseAgentsYaml(text: string): ParsedAgents {
  try {
    return new AgentsReader(text).read();
  } catch (error) {
    return { agents: [], problems: [{ severity: 'error', message: `YAML parse error: ${firstLine(error)}`, line: 1 }] };
  }
}

class AgentsReader {
  private readonly lines = new LineCounter();
  private readonly document: Document;
  private readonly problems: Diagnostic[] = [];

  constructor(text: string) {
    this.document = parseDocument(text.replace(/^\uFEFF/, ''), { lineCounter: this.lines, prettyErrors: false });
  }

  read(): ParsedAgents {
    const { errors, contents } = this.document;
    const [failure] = errors;
    if (failure) return this.fail(`YAML parse error: ${failure.message}`, failure.pos[0]);
    if (!isMap(contents)) return this.fail('Invalid YAML: expected object at root', 0);
    const list = this.resolve(contents.get('agents', true));
    if (!isSeq(list)) return this.fail(`Invalid YAML: expected 'agents' array at root`, list?.range?.[0] ?? 0);

    const agents: AgentDefinition[] = [];
    const lines: number[] = [];
    for (const [index, item] of list.items.entries()) {
      const node = this.resolve(item);
      const agent = this.readAgent(node, index + 1);
      if (!agent) continue;
      agents.push(agent);
      lines.push(this.lines.linePos(node?.range?.[0] ?? 0).line);
    }
    return withoutDuplicates(agents, lines, this.problems);
  }

  private readAgent(node: Node | undefined, position: number): AgentDefinition | undefined {
    if (!isMap(node)) {
      this.reject(`Agent ${position}: expected object`, node);
      return;
    }
    const name = this.text(node.get('name', true));
    if (name === undefined) {
      this.reject(`Agent ${position}: missing or invalid 'name'`, node);
      return;
    }
    const description = this.text(node.get('description', true));
    if (description === undefined) {
      this.reject(`Agent "${name}": missing or invalid 'description'`, node);
      return;
    }
    const bestFor = this.text(node.get('best_for', true));
    if (bestFor === undefined) {
      this.reject(`Agent "${name}": missing or invalid 'best_for'`, node);
      return;
    }
    const list = this.resolve(node.get('models', true));
    if (!isSeq(list) || list.items.length === 0) {
      this.reject(`Agent "${name}": 'models' must be a non-empty array`, list ?? node);
      return;
    }
    const models = list.items.flatMap((item, index) => this.readModel(name, this.resolve(item), index + 1));
    if (models.length === 0) {
      this.reject(`Agent "${name}": no valid models found`, list);
      return;
    }
    return { name, description, bestFor, models };
  }

  /** A model without a provider is kept as it is written: a run skips it and says so. */
  private readModel(agent: string, node: Node | undefined, position: number): AgentDefinition['models'] {
    const text = this.text(isMap(node) ? node.get('model', true) : node);
    if (text === undefined) {
      this.report('error', `Agent "${agent}": model ${position} must be a string or object with 'model' field`, node);
      return [];
    }
    if (!parseModelRef(text)) this.report('warning', `Agent "${agent}": model "${text}" is not in provider/model format`, node);
    const variant = isMap(node) ? this.text(node.get('variant', true)) : undefined;
    return [variant === undefined ? { text } : { text, variant }];
  }

  private resolve(node: unknown): Node | undefined {
    if (isAlias(node)) return node.resolve(this.document);
    return isMap(node) || isSeq(node) || isScalar(node) ? node : undefined;
  }

  private text(value: unknown): string | undefined {
    const node = this.resolve(value);
    return isScalar(node) && typeof node.value === 'string' && node.value.trim() !== '' ? node.value : undefined;
  }

  private fail(message: string, offset: number): ParsedAgents {
    const { line, col } = this.lines.linePos(offset);
    return { agents: [], problems: [{ severity: 'error', message, line: Math.max(line, 1), column: Math.max(col, 1) }] };
  }

  private reject(message: string, node: Node | undefined): undefined {
    this.report('error', message, node);
  }

  private report(severity: Diagnostic['severity'], message: string, node: Node | undefined): void {
    const { line, col } = this.lines.linePos(node?.range?.[0] ?? 0);
    this.problems.push({ severity, message, line: Math.max(line, 1), column: Math.max(col, 1) });
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}
