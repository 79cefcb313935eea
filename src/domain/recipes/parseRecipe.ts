import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node, type YAMLMap } from 'yaml';
import { truncate } from '../../common/text';
import type { SourceProblem } from '../sources/importedPlan';
import { givenVariables, type RecipeReading, type RecipeStep } from './recipe';
import { variablesIn } from './variables';

/**
 * Reads a recipe: a YAML list of steps, or a map with the list under `steps`. A step has `bash: <command>` (or `type: bash` and
 * `command`), or `prompt` (with `agent`, or `type: agent`); `id` and `output` where it wants them. Never throws. `file`: relative, with `/`.
 */
export function parseRecipe(text: string, name: string, file: string): RecipeReading {
  const reader = new RecipeReader(text, file);
  const steps = reader.read();
  const isGood = !reader.problems.some(({ severity }) => severity === 'error');
  return { recipe: isGood ? { name, steps } : undefined, problems: reader.problems };
}

const known = ['id', 'type', 'bash', 'command', 'agent', 'prompt', 'output'];

class RecipeReader {
  readonly problems: SourceProblem[] = [];
  private readonly lines = new LineCounter();
  private readonly document: Document | undefined;
  private readonly variables = new Set<string>(givenVariables);
  private readonly ids = new Set<string>();

  constructor(
    text: string,
    private readonly file: string,
  ) {
    try {
      this.document = parseDocument(text.replace(/^\uFEFF/, ''), { lineCounter: this.lines, prettyErrors: false });
    } catch (error) {
      this.refuse(`This is not YAML: ${error instanceof Error ? error.message : String(error)}`, 0);
    }
  }

  read(): readonly RecipeStep[] {
    if (!this.document) return [];
    const { errors, contents } = this.document;
    const [failure] = errors;
    if (failure) {
      this.refuse(`This is not YAML: ${failure.message}`, failure.pos[0]);
      return [];
    }
    const list = isMap(contents) ? this.node(contents, 'steps') : contents;
    if (!isSeq(list)) {
      this.refuse('A recipe is a list of steps.', startOf(list ?? contents));
      return [];
    }
    if (list.items.length === 0) this.refuse('This recipe has no steps.', startOf(list));
    return list.items.flatMap((item, index) => this.step(item, index + 1) ?? []);
  }

  private step(node: unknown, number: number): RecipeStep | undefined {
    if (!isMap(node)) {
      this.refuse(`Step ${number} must have "bash" or "prompt".`, isNode(node) ? startOf(node) : 0);
      return undefined;
    }
    const id = this.text(node, 'id', number) ?? String(number);
    if (this.ids.has(id)) this.refuse(`Step ${JSON.stringify(id)} is there twice.`, startOf(this.node(node, 'id') ?? node));
    this.ids.add(id);
    this.tellUnknown(node, number);
    const found = this.body(node, number);
    if (found) this.checkVariables(found.text, found.node, id);
    const output = this.output(node, number);
    const agent = found?.kind === 'agent' ? this.text(node, 'agent', number) : undefined;
    return found && { id, kind: found.kind, text: found.text, ...(agent === undefined ? {} : { agent }), output };
  }

  private body(node: YAMLMap, number: number): { readonly kind: 'bash' | 'agent'; readonly text: string; readonly node: Node } | undefined {
    const type = this.text(node, 'type', number);
    if (type !== undefined && type !== 'bash' && type !== 'agent') {
      this.refuse(
        `The type of step ${number} must be "bash" or "agent", not ${JSON.stringify(truncate(type, 40))}.`,
        startOf(this.node(node, 'type')),
      );
      return undefined;
    }
    const wantsAgent = type === 'agent' || node.has('prompt') || node.has('agent');
    const wantsBash = type === 'bash' || node.has('bash') || node.has('command');
    if (wantsAgent === wantsBash) {
      this.refuse(`Step ${number} must have either "bash" or "prompt".`, startOf(node));
      return undefined;
    }
    const key = wantsAgent ? 'prompt' : node.has('bash') ? 'bash' : 'command';
    const at = this.node(node, key);
    if (!at) this.refuse(`Step ${number} has no "${key}".`, startOf(node));
    const text = at && this.text(node, key, number);
    return text === undefined ? undefined : { kind: wantsAgent ? 'agent' : 'bash', text, node: at ?? node };
  }

  private output(node: YAMLMap, number: number): string | undefined {
    const output = this.text(node, 'output', number);
    if (output === undefined) return undefined;
    const at = startOf(this.node(node, 'output'));
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(output)) {
      this.refuse(
        `The output of step ${number} must be a name of letters, digits and "_", not ${JSON.stringify(truncate(output, 40))}.`,
        at,
      );
    } else if (givenVariables.some(name => name === output)) {
      this.refuse(`The output of step ${number} cannot be called "${output}": that is a variable that every step is given.`, at);
    }
    this.variables.add(output);
    return output;
  }

  private checkVariables(text: string, node: Node, id: string): void {
    for (const { name } of variablesIn(text)) {
      if (this.variables.has(name)) continue;
      const names = [...this.variables].join(', ');
      this.refuse(`Step ${JSON.stringify(id)} uses {{${name}}}, which nothing before it gives. It can use: ${names}.`, startOf(node));
    }
  }

  private tellUnknown(node: YAMLMap, number: number): void {
    for (const { key } of node.items) {
      const name = isScalar(key) ? String(key.value) : '';
      if (known.includes(name)) continue;
      const message = `${JSON.stringify(truncate(name, 40))} of step ${number} means nothing here and is left out.`;
      this.problems.push({ severity: 'warning', message, at: this.at(isNode(key) ? startOf(key) : startOf(node)) });
    }
  }

  private text(node: YAMLMap, key: string, number: number): string | undefined {
    if (!node.has(key)) return undefined;
    const value = this.node(node, key);
    const text = isScalar(value) ? value.value : undefined;
    if (typeof text === 'string' && text.trim() !== '') return text;
    this.refuse(`"${key}" of step ${number} must be a text.`, startOf(value ?? node));
    return undefined;
  }

  /** What stands under a key, what an alias stands for included. */
  private node(map: YAMLMap, key: string): Node | undefined {
    const value: unknown = map.get(key, true);
    return isNode(value) && this.document ? ('source' in value && !isScalar(value) ? value.resolve(this.document) : value) : undefined;
  }

  private refuse(message: string, offset: number): void {
    this.problems.push({ severity: 'error', message, at: this.at(offset) });
  }

  private at(offset: number): { readonly file: string; readonly line: number; readonly column: number } {
    const { line, col } = this.lines.linePos(offset);
    return { file: this.file, line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'range' in value;
const startOf = (node: Node | null | undefined) => node?.range?.[0] ?? 0;
