import { normalizeLines } from './markdownBlocks';

/**
 * Puts lines into a text before the 1-based `line`, or at its end, with an empty line on either side, in the text's own line ends.
 * What was there stays as it is, a missing newline at the end included. `line` is where the new lines begin to be looked for.
 */
export function insertBefore(
  text: string,
  line: number | undefined,
  lines: readonly string[],
): { readonly edited: string; readonly line: number } {
  const offset = line === undefined ? text.length : offsetOf(text, line);
  const before = text.slice(0, offset);
  const after = text.slice(offset);
  const lineEnd = /\r\n?|\n/.exec(text)?.[0] ?? '\n';
  const above = normalizeLines(before);
  const gap = /\n[ \t]*\n$/.test(above) ? '' : above.endsWith('\n') ? lineEnd : lineEnd + lineEnd;
  const end = after !== '' ? lineEnd + lineEnd : above.endsWith('\n') ? lineEnd : '';
  return { edited: `${before}${gap}${lines.join(lineEnd)}${end}${after}`, line: above.split('\n').length };
}

/** The offset at which a 1-based line begins; the text's end for a line behind it. */
function offsetOf(text: string, line: number): number {
  const lineEnds = /\r\n?|\n/g;
  for (let current = 1; current < line; current++) if (!lineEnds.exec(text)) return text.length;
  return lineEnds.lastIndex;
}
