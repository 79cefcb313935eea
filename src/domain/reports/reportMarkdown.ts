import { oneLine, stripControl } from '../../common/text';

/*
 * Words of plans and agents inside a report. They keep their own inline Markdown (back-ticked names above all), but cannot
 * open HTML, load images or change the report's outline.
 */

/** One line of somebody's words. */
export function inline(text: string): string {
  return escapeInline(oneLine(text), true);
}

/** The words of a heading: a trailing row of # would be dropped. */
export function headingText(text: string): string {
  return inline(text).replace(/(^|\s)(#+)$/, '$1\\$2');
}

/** One line of somebody's words as a paragraph of its own. */
export function paragraph(text: string): string {
  return escapeBlock(inline(text));
}

/** Somebody's words as a block quote under a list item, all lines of it. */
export function itemQuote(text: string): readonly string[] {
  const lines = stripControl(text).trim().split('\n');
  const [first = ''] = lines;
  const safe = lines.length === 1 ? [paragraph(first)] : lines.map(line => escapeBlock(escapeInline(line.trimEnd(), false)));
  return safe.map(line => `  > ${line}`.trimEnd());
}

/** A path as code, whatever characters are in it. */
export function codeSpan(path: string): string {
  const text = stripControl(path).replaceAll('\n', ' ');
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map(run => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = text === '' || text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}

/** A bar ends a cell unless an odd number of backslashes stands before it. */
export function tableCell(text: string): string {
  return inline(text).replace(/(\\*)\|/g, '$1$1\\|');
}

/** A path or a command as code in a cell; with a bar in it as text, because code keeps the backslash that a bar needs. */
export function codeCell(text: string): string {
  return text.includes('|') ? tableCell(text) : codeSpan(text);
}

/** Headings (also as an underline), link definitions and rules at the start of a line. */
function escapeBlock(line: string): string {
  return line
    .replace(/^((?:[\s>*+-]|\d{1,9}[.)])*)(#{1,6}(?=\s|$))/, '$1\\$2')
    .replace(/^([\s>]*)([-=_*])([-=_*\s]*)$/, '$1\\$2$3')
    .replace(/^((?:[\s>*+-]|\d{1,9}[.)])*)(\[(?:\\.|[^\]\\])*(?:\\?$|\]:))/, '$1\\$2');
}

/**
 * Takes tags and images their meaning. With `keepCode`, code spans stay as they are; that needs the whole paragraph, since a
 * span may begin on a line before.
 */
function escapeInline(text: string, keepCode: boolean): string {
  const token = /\\[!-/:-@[-`{-~]|`+|<(?=[A-Za-z/!?])|!(?=\[)/g;
  let result = '';
  let position = 0;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [found] = match;
    const start = match.index;
    const end = found.startsWith('`') && keepCode ? endOfCode(text, start, found.length) : token.lastIndex;
    const isMarkup = found === '<' || found === '!';
    result += text.slice(position, start) + (isMarkup ? `\\${found}` : text.slice(start, end));
    position = end;
    token.lastIndex = end;
  }
  return result + text.slice(position);
}

/** The end of the code span that begins at `start`, or of its back-ticks when nothing closes them. */
function endOfCode(text: string, start: number, length: number): number {
  const runs = /`+/g;
  runs.lastIndex = start + length;
  for (let run = runs.exec(text); run; run = runs.exec(text)) {
    if (run[0].length === length) return runs.lastIndex;
  }
  return start + length;
}
