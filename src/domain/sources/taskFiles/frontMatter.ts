import { isAlias, isMap, isScalar, isSeq, parseDocument, type Document, type Node, type Scalar, type YAMLMap } from 'yaml';
import { positionAt, type TextPosition } from '../../files/jsonText';

/** What is wrong in a file, and where in it. */
export type TextFault = { readonly message: string; readonly position: TextPosition };

/** A text in the front matter; `start` and `end` are the offsets of its value in the file as it is written there, quotes included. */
export type FrontMatterText = { readonly text: string; readonly start: number; readonly end: number; readonly node: Scalar };

/** The YAML between two lines `---` at the start of a file. Offsets count from the start of the file. */
export type FrontMatter = {
  readonly map: YAMLMap;
  readonly document: Document;
  /** Where the YAML begins, where the closing `---` begins, and where the text behind it does. */
  readonly start: number;
  readonly end: number;
  readonly bodyStart: number;
};

export type FrontMatterReading =
  | { readonly kind: 'read'; readonly frontMatter: FrontMatter }
  | { readonly kind: 'none' }
  | { readonly kind: 'bad'; readonly faults: readonly TextFault[] };

const opening = /^\uFEFF?---[ \t]*(?:\r\n|\n|\r)/;
const closing = /^---[ \t]*$/gm;

/** Never throws; all that YAML finds wrong is said, with its position in the file. */
export function readFrontMatter(text: string): FrontMatterReading {
  const start = opening.exec(text)?.[0].length;
  if (start === undefined) return { kind: 'none' };
  closing.lastIndex = start;
  const close = closing.exec(text);
  if (!close) return bad(text, 0, 'The front matter is not closed by a line "---".');
  const yaml = text.slice(start, close.index);
  const conflict = /^(?:<{7}|={7}|>{7})/m.exec(yaml);
  if (conflict) return bad(text, start + conflict.index, 'The markers of an unresolved merge conflict are in the front matter.');
  try {
    const document = parseDocument(yaml, { prettyErrors: false });
    if (document.errors.length > 0) {
      return {
        kind: 'bad',
        faults: document.errors.map(({ message, pos }) => fault(text, start + pos[0], `This is not YAML: ${message}`)),
      };
    }
    if (!isMap(document.contents)) return bad(text, start, 'The front matter is not a list of names and values, like "id: setup".');
    const bodyStart = close.index + close[0].length + (/^(?:\r\n|\n|\r)/.exec(text.slice(close.index + close[0].length))?.[0].length ?? 0);
    return { kind: 'read', frontMatter: { map: document.contents, document, start, end: close.index, bodyStart } };
  } catch {
    return bad(text, start, 'The front matter cannot be read as YAML: it is nested too deeply.');
  }
}

/** The value under the first of these names that is there, an alias followed. */
export function valueOf({ map, document }: FrontMatter, ...names: readonly string[]): Node | undefined {
  for (const name of names) {
    if (map.has(name)) return followed(map.get(name, true), document);
  }
  return undefined;
}

/** A text or number as it is written (`1.10` stays that), or undefined for anything else; nothing is an empty text. */
export function textOf(node: Node | undefined, { start }: FrontMatter): FrontMatterText | undefined {
  if (!isScalar(node) || !node.range) return undefined;
  const { value, source } = node;
  if (value === null) return { text: '', start: start + node.range[0], end: start + node.range[1], node };
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  const text = typeof value === 'string' ? value : (source ?? String(value));
  return { text: text.trim(), start: start + node.range[0], end: start + node.range[1], node };
}

/** The texts of a list (inline or one a line), a single text as a list of one, or what is neither. */
export function textsOf(node: Node | undefined, frontMatter: FrontMatter): readonly FrontMatterText[] | { readonly wrong: number } {
  if (node === undefined) return [];
  if (isSeq(node)) {
    const texts: FrontMatterText[] = [];
    for (const item of node.items) {
      const resolved = followed(item, frontMatter.document);
      const text = textOf(resolved, frontMatter);
      if (!text || text.text === '') return { wrong: offsetOf(resolved ?? node, frontMatter) };
      texts.push(text);
    }
    return texts;
  }
  const single = textOf(node, frontMatter);
  if (!single) return { wrong: offsetOf(node, frontMatter) };
  return single.text === '' ? [] : [single];
}

export const offsetOf = (node: Node | undefined, { start }: FrontMatter) => start + (node?.range?.[0] ?? 0);

export const fault = (text: string, offset: number, message: string): TextFault => ({ message, position: positionAt(text, offset) });

function followed(node: unknown, document: Document): Node | undefined {
  if (isAlias(node)) return node.resolve(document);
  return isMap(node) || isSeq(node) || isScalar(node) ? node : undefined;
}

function bad(text: string, offset: number, message: string): FrontMatterReading {
  return { kind: 'bad', faults: [fault(text, offset, message)] };
}
