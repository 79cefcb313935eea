import { parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';

export type JsonPath = readonly (string | number)[];
/** 1-based, as editors count. */
export type TextPosition = { readonly line: number; readonly column: number };

export type ParsedJson =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string; readonly position: TextPosition };

const strict = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false };
const byteOrderMark = '\uFEFF';

/** Strict JSON (no comments, no trailing commas; a byte order mark is let through), or what is wrong with it and where. */
export function parseJson(text: string): ParsedJson {
  try {
    return { ok: true, value: JSON.parse(withoutMark(text)) as unknown };
  } catch (error) {
    const found = /^(<{7}|={7}|>{7})/m.exec(text);
    if (found) return failure(text, found.index, 'the markers of an unresolved merge conflict are in it');
    const first = syntaxErrors(text)[0];
    if (first) return failure(text, first.offset, words[printParseErrorCode(first.error)] ?? 'this is not JSON');
    return failure(text, 0, error instanceof RangeError ? 'it is nested too deeply' : 'this is not JSON');
  }
}

/**
 * The syntax tree of strict JSON, for edits in place. Offsets count from the start of `text`.
 * @throws SyntaxError when the text does not parse.
 */
export function parseJsonTree(text: string): Node {
  const errors: ParseError[] = [];
  const root = parseTree(text.startsWith(byteOrderMark) ? ` ${withoutMark(text)}` : text, errors, strict);
  const [first] = errors;
  if (root && !first) return root;
  const { line, column } = positionAt(text, first?.offset ?? 0);
  throw new SyntaxError(`not JSON at line ${line}, column ${column}`);
}

/** The last property of that name: the one that `JSON.parse` believes. */
export function propertyOf(object: Node, key: string): Node | undefined {
  if (object.type !== 'object') return undefined;
  return object.children?.findLast(property => property.children?.[0]?.value === key);
}

/** The value under `key` of an object or at that index of an array. */
export function childOf(node: Node, key: string | number): Node | undefined {
  if (typeof key === 'string') return propertyOf(node, key)?.children?.[1];
  return node.type === 'array' ? node.children?.[key] : undefined;
}

/** Where the value at `path` stands, or the nearest thing around it that exists. */
export function positionOfPath(text: string, path: JsonPath): TextPosition {
  try {
    let node = parseJsonTree(text);
    for (const key of path) {
      const child = childOf(node, key);
      if (!child) break;
      node = child;
    }
    return positionAt(text, node.offset);
  } catch {
    return { line: 1, column: 1 };
  }
}

/** Lines end at `\n`, `\r\n` or a lone `\r`. */
export function positionAt(text: string, offset: number): TextPosition {
  const before = text.slice(0, offset).split(/\r\n|\n|\r(?!\n)/);
  const last = before.at(-1) ?? '';
  return { line: before.length, column: last.length + 1 };
}

function syntaxErrors(text: string): readonly ParseError[] {
  const errors: ParseError[] = [];
  try {
    parseTree(text.startsWith(byteOrderMark) ? ` ${withoutMark(text)}` : text, errors, strict);
  } catch {
    return [];
  }
  return errors;
}

const withoutMark = (text: string) => (text.startsWith(byteOrderMark) ? text.slice(1) : text);

function failure(text: string, offset: number, message: string): ParsedJson {
  return { ok: false, message, position: positionAt(text, offset) };
}

const words: Readonly<Record<string, string>> = {
  InvalidSymbol: 'this is not a JSON value',
  InvalidNumberFormat: 'this is not a number',
  PropertyNameExpected: 'a property name in double quotes is expected',
  ValueExpected: 'a value is expected',
  ColonExpected: 'a colon is expected',
  CommaExpected: 'a comma is expected',
  CloseBraceExpected: 'a closing } is missing',
  CloseBracketExpected: 'a closing ] is missing',
  EndOfFileExpected: 'there is text after the end of the JSON',
  InvalidCommentToken: 'comments are not JSON',
  UnexpectedEndOfComment: 'comments are not JSON',
  UnexpectedEndOfString: 'a string is not closed on its line',
  UnexpectedEndOfNumber: 'a number is cut off',
  InvalidUnicode: 'a \\u escape needs four hexadecimal digits',
  InvalidEscapeCharacter: 'this escape is not one of JSON',
  InvalidCharacter: 'control characters in a string must be escaped',
};
