import { oneLine } from '../../../common/text';
import { normalizeLines } from '../../plan/markdownBlocks';
import type { SourcePlace, SourceProblem } from '../importedPlan';

/** A box of `tasks.md`. openspec itself counts every line of this form, wherever it stands. */
export type Box = {
  readonly kind: 'box';
  readonly line: number;
  readonly indent: number;
  /** `1.2.3`, from the beginning of its text. */
  readonly number: string | undefined;
  /** Its text without the number, on one line. */
  readonly title: string;
  readonly checked: boolean;
  /** It says how one knows that the work is done, and is none itself. */
  readonly isCriterion: boolean;
};
export type Heading = {
  readonly kind: 'heading';
  readonly line: number;
  readonly depth: number;
  readonly number: string | undefined;
  readonly title: string;
};
export type Text = { readonly kind: 'text'; readonly line: number; readonly indent: number; readonly text: string };
export type TaskLine = Box | Heading | Text;

const boxLine = /^(\s*)[-*]\s*\[([\sxX])\]\s*(.*)$/;
const criteriaLabel = /^(?:[-*]\s+)?\**(done when|acceptance(?: criteria)?|success criteria|definition of done|verification)\b[^a-z]*$/i;
const anyLabel = /^(?:[-*]\s+)?\*\*[^*]+\*\*:?/;

/** Reads `tasks.md` line by line, as openspec does; code blocks are text. Problems name lines of `file`. */
export function readTaskLines(
  text: string,
  file: string,
): { readonly lines: readonly TaskLine[]; readonly problems: readonly SourceProblem[] } {
  const lines: TaskLine[] = [];
  const problems: SourceProblem[] = [];
  let fence: string | undefined;
  let criteria: number | undefined;
  for (const [index, raw] of normalizeLines(text).split('\n').entries()) {
    const at = { file, line: index + 1 };
    const { indent, rest } = indented(raw);
    const marker = /^(`{3,}|~{3,})/.exec(rest)?.[1];
    if (fence !== undefined || marker !== undefined) {
      if (boxLine.test(raw)) problems.push(inCode(at));
      lines.push({ kind: 'text', line: at.line, indent, text: raw });
      if (fence === undefined) fence = marker;
      else if (marker !== undefined && marker.startsWith(fence) && rest.trim() === marker) fence = undefined;
      continue;
    }
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(raw);
    const box = boxLine.exec(raw);
    if (heading) {
      criteria = undefined;
      const { number, title } = numbered(heading[2] ?? '');
      lines.push({ kind: 'heading', line: at.line, depth: (heading[1] ?? '').length, number, title });
    } else if (box) {
      const { number, title } = numbered(box[3] ?? '');
      if (criteria !== undefined && (indent < criteria || (number !== undefined && indent <= criteria))) criteria = undefined;
      const checked = box[2]?.toLowerCase() === 'x';
      lines.push({ kind: 'box', line: at.line, indent, number, title, checked, isCriterion: criteria !== undefined });
    } else {
      problems.push(...brokenBox(rest, at));
      if (criteriaLabel.test(rest)) criteria = indent;
      else if (anyLabel.test(rest) && criteria !== undefined && indent <= criteria) criteria = undefined;
      lines.push({ kind: 'text', line: at.line, indent, text: raw });
    }
  }
  return { lines, problems };
}

/** `1.1 Title`, `1. Title`, `Task 1.1: Title`, `**1.1** Title`. */
export function numbered(text: string): { readonly number: string | undefined; readonly title: string } {
  const plain = oneLine(text);
  const match = /^\**((?:task|phase|section|step)\s+)?(\d+(?:\.\d+)*)\**([.:)]*)\**(?:\s+[-–—:]\s*|\s+|$)(.*)$/i.exec(plain);
  const [, label, number, sign, title = ''] = match ?? [];
  // `404 for the rest` begins with no number of its own.
  if (number === undefined || (label === undefined && sign === '' && !number.includes('.'))) return { number: undefined, title: plain };
  return { number, title: title.trim() === '' ? plain : title.trim() };
}

/** Tabs reach to the next multiple of four, as everywhere in Markdown. */
function indented(line: string): { readonly indent: number; readonly rest: string } {
  let indent = 0;
  let index = 0;
  for (; line[index] === ' ' || line[index] === '\t'; index++) indent = line[index] === '\t' ? indent + 4 - (indent % 4) : indent + 1;
  return { indent, rest: line.slice(index) };
}

function* brokenBox(rest: string, at: SourcePlace): Generator<SourceProblem> {
  const found = /^[-*]\s*\[([^\]]?)(\](?!\()(?=\s|$)|$)/.exec(rest);
  if (!found) return;
  const message =
    found[2] === ''
      ? 'The line ends in the middle of a box: the file may be half-written. Finish it, then import again.'
      : `"[${found[1] ?? ''}]" is no state of a box: write "[ ]" for what is open and "[x]" for what is done.`;
  yield { severity: 'error', message, at };
}

function inCode(at: SourcePlace): SourceProblem {
  const message = 'The box is in a code block: openspec counts it as a task, here it is text and will not be ticked.';
  return { severity: 'warning', message, at };
}
