import { applyEdits, type Edit, type Node } from 'jsonc-parser';
import type { JsonValue } from '../journal/events';
import { colonOf, indentationAt, leadOf, styleOf, writeValue } from './jsonStyle';
import { childOf, parseJsonTree, propertyOf, type JsonPath } from './jsonText';

export type JsonChange = {
  readonly path: JsonPath;
  /** undefined removes what is there. */
  readonly value: JsonValue | undefined;
  /** A new property goes before the first of these that exists, else to the end of its object. */
  readonly before?: readonly string[];
  /** The path ends with an index: a new element is put there, those from there on move up. */
  readonly insert?: boolean;
};

/**
 * Makes the changes one after the other and touches nothing else: indentation, line ends, the order of keys, unknown keys and
 * the end of the file stay. What is new looks like its neighbours. Missing objects on the way to a value are made.
 * @throws SyntaxError when the text is not strict JSON.
 */
export function editJson(text: string, changes: readonly JsonChange[]): string {
  let edited = text;
  let batch: Edit[] = [];
  let root: Node | undefined;
  const flush = () => {
    if (batch.length > 0) edited = applyEdits(edited, batch);
    batch = [];
    root = undefined;
  };
  for (const change of changes) {
    const movesElements = change.insert === true || change.value === undefined;
    if (movesElements) flush();
    let edit = editFor(edited, (root ??= parseJsonTree(edited)), change);
    if (edit && batch.some(other => touches(other, edit))) {
      flush();
      edit = editFor(edited, (root = parseJsonTree(edited)), change);
    }
    // A name that is there twice is removed twice, or the other one would come to light.
    while (typeof change.path.at(-1) === 'string' && change.value === undefined && edit) {
      edited = applyEdits(edited, [edit]);
      edit = editFor(edited, (root = parseJsonTree(edited)), change);
    }
    if (edit) batch.push(edit);
    if (movesElements) flush();
  }
  flush();
  return edited;
}

function touches(left: Edit, right: Edit | undefined): boolean {
  return right !== undefined && left.offset <= right.offset + right.length && right.offset <= left.offset + left.length;
}

function editFor(text: string, root: Node, { path, value, before = [], insert = false }: JsonChange): Edit | undefined {
  let node = root;
  for (const [depth, key] of path.entries()) {
    const isLast = depth === path.length - 1;
    const child = childOf(node, key);
    if (value === undefined) {
      if (!child) return undefined;
      if (isLast) return removal(node, typeof key === 'string' ? (propertyOf(node, key) ?? child) : child);
    } else if (!child || (isLast && insert)) {
      return insertion(text, root, node, key, nest(path.slice(depth + 1), value), before);
    } else if (isLast || (child.type !== 'object' && child.type !== 'array')) {
      const holder = typeof key === 'string' ? (propertyOf(node, key) ?? child) : child;
      const content = writeValue(nest(path.slice(depth + 1), value), leadOf(text, holder), styleOf(text, root).unit);
      return { offset: child.offset, length: child.length, content };
    }
    node = child;
  }
  return undefined;
}

/** `(['a', 'b'], 1)` → `{a: {b: 1}}`. */
function nest(path: JsonPath, value: JsonValue): JsonValue {
  return path.reduceRight<JsonValue>((inner, key) => (typeof key === 'string' ? { [key]: inner } : [inner]), value);
}

function insertion(
  text: string,
  root: Node,
  container: Node,
  key: string | number,
  value: JsonValue,
  before: readonly string[],
): Edit | undefined {
  const { unit, lineEnd, colon } = styleOf(text, root);
  const items = container.children ?? [];
  const neighbour = items[0];
  const ownColon = neighbour?.type === 'property' ? colonOf(text, neighbour) : colon;
  const name = typeof key === 'string' ? `${JSON.stringify(key)}${ownColon}` : '';
  if (container.type === 'object' ? typeof key !== 'string' : container.type !== 'array' || typeof key !== 'number') return undefined;

  if (!neighbour) {
    const outer = indentationAt(text, container.offset);
    const lead = lineEnd === '' ? '' : `${lineEnd}${outer}${unit}`;
    const content = `${lead}${name}${writeValue(value, lead, unit)}${lineEnd === '' ? '' : `${lineEnd}${outer}`}`;
    return { offset: container.offset + 1, length: container.length - 2, content };
  }
  const next = typeof key === 'number' ? items[key] : items.find(item => before.includes(String(item.children?.[0]?.value)));
  if (next) {
    const lead = leadOf(text, next);
    return { offset: next.offset, length: 0, content: `${name}${writeValue(value, lead, unit)},${lead}` };
  }
  const last = items.at(-1) ?? neighbour;
  const lead = leadOf(text, last);
  return { offset: last.offset + last.length, length: 0, content: `,${lead}${name}${writeValue(value, lead, unit)}` };
}

function removal(container: Node, item: Node): Edit {
  const items = container.children ?? [];
  const index = items.indexOf(item);
  const previous = items[index - 1];
  const next = items[index + 1];
  if (next) return { offset: item.offset, length: next.offset - item.offset, content: '' };
  if (!previous) return { offset: container.offset + 1, length: container.length - 2, content: '' };
  const from = previous.offset + previous.length;
  return { offset: from, length: item.offset + item.length - from, content: '' };
}
