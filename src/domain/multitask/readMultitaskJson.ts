import type { Node } from 'jsonc-parser';
import { LinePlaces } from '../../common/linePlaces';
import { truncate } from '../../common/text';
import { parseJson, parseJsonTree, propertyOf } from '../files/jsonText';
import type { SourcePlace, SourceProblem } from '../sources/importedPlan';
import { branchProblem, describedBy, sharedThings, withoutErrors, type MultitaskEntry, type MultitaskReading } from './multitaskConfig';

const known = ['issue', 'branch', 'task', 'description', 'recipe'];

/** Reads the strict JSON array of a multitask config. Every problem is told at once, with its place. */
export function readMultitaskJson(text: string, file: string): MultitaskReading {
  const parsed = parseJson(text);
  if (!parsed.ok) {
    const isEmpty = text.replace(/^\uFEFF/, '').trim() === '';
    const message = isEmpty ? 'This file is empty.' : `This is not JSON: ${parsed.message}.`;
    const position = isEmpty ? { line: 1, column: 1 } : parsed.position;
    return { entries: [], problems: [{ severity: 'error', message, at: { file, ...position } }] };
  }
  return new JsonReader(text, file).read(parseJsonTree(text));
}

class JsonReader {
  private readonly places: LinePlaces;
  private readonly problems: SourceProblem[] = [];

  constructor(
    text: string,
    private readonly file: string,
  ) {
    this.places = new LinePlaces(text);
  }

  read(root: Node): MultitaskReading {
    if (root.type !== 'array') {
      this.refuse(`A multitask config is a list of entries, not ${wordFor(root)}.`, root);
      return withoutErrors([], this.problems);
    }
    const items = root.children ?? [];
    if (items.length === 0) this.refuse('This list is empty: there is nothing to do.', root);
    const entries = items.flatMap((item, index) => this.entry(item, index + 1) ?? []);
    return withoutErrors(entries, [...this.problems, ...sharedThings(entries)]);
  }

  private entry(node: Node, number: number): MultitaskEntry | undefined {
    if (node.type !== 'object') {
      this.refuse(`Entry ${number} must be an object, not ${wordFor(node)}.`, node);
      return undefined;
    }
    this.tellUnknown(node, number);
    const issue = this.issue(node, number);
    const branch = this.text(node, number, 'branch', true);
    const task = this.text(node, number, 'task', true);
    const description = this.text(node, number, 'description', false);
    const recipe = this.text(node, number, 'recipe', false);
    const problem = branch === undefined ? undefined : branchProblem(branch);
    if (problem !== undefined) {
      this.refuse(`"branch" of entry ${number} cannot be a branch's name: ${problem}.`, valueOf(node, 'branch') ?? node);
    }
    if (issue === undefined || branch === undefined || task === undefined) return undefined;
    return { issue, branch, task, description: description ?? describedBy(issue), recipe, at: this.at(node) };
  }

  private issue(node: Node, number: number): number | undefined {
    const value = valueOf(node, 'issue');
    if (!value) {
      this.refuse(`Entry ${number} has no "issue".`, node);
      return undefined;
    }
    const issue: unknown = value.value;
    if (typeof issue === 'number' && Number.isSafeInteger(issue) && issue > 0) return issue;
    this.refuse(`"issue" of entry ${number} must be a whole number of at least 1, not ${wordFor(value)}.`, value);
    return undefined;
  }

  private text(node: Node, number: number, key: string, isRequired: boolean): string | undefined {
    const value = valueOf(node, key);
    if (!value) {
      if (isRequired) this.refuse(`Entry ${number} has no "${key}".`, node);
      return undefined;
    }
    const text: unknown = value.value;
    if (typeof text === 'string' && text.trim() !== '') return text;
    this.refuse(`"${key}" of entry ${number} must be a text, not ${text === '' ? 'an empty one' : wordFor(value)}.`, value);
    return undefined;
  }

  private tellUnknown(node: Node, number: number): void {
    for (const property of node.children ?? []) {
      const key = String(property.children?.[0]?.value);
      if (known.includes(key)) continue;
      const message = `${JSON.stringify(truncate(key, 60))} of entry ${number} means nothing here and is left out.`;
      this.problems.push({ severity: 'warning', message, at: this.at(property) });
    }
  }

  private refuse(message: string, node: Node): void {
    this.problems.push({ severity: 'error', message, at: this.at(node) });
  }

  private at(node: Node): SourcePlace {
    return { file: this.file, ...this.places.at(node.offset) };
  }
}

const valueOf = (node: Node, key: string) => propertyOf(node, key)?.children?.[1];

/** What stands there instead, for a sentence. */
function wordFor(node: Node): string {
  switch (node.type) {
    case 'object':
      return 'an object';
    case 'array':
      return 'a list';
    default:
      return truncate(JSON.stringify(node.value), 60);
  }
}
