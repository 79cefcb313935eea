import { oneLine } from '../../../common/text';

/** A part of a task's text: its heading's words (empty for what stands before the first) and where heading and text are in the file. */
export type BodySection = {
  readonly title: string;
  /** Number of `#`; 0 before the first heading. */
  readonly depth: number;
  readonly start: number;
  readonly textStart: number;
  readonly end: number;
  /** The fence of code that is still open at its end: whatever is written behind it would be code. */
  readonly openFence: string | undefined;
};

const lines = /[^\r\n]*(?:\r\n|\n|\r|$)/y;

/** The parts of a text from `from` on, by its `#` headings; lines in fenced code are no headings. */
export function sectionsOf(text: string, from: number): readonly BodySection[] {
  const sections: BodySection[] = [];
  let current: BodySection = { title: '', depth: 0, start: from, textStart: from, end: text.length, openFence: undefined };
  let fence: string | undefined;
  for (let at = from; at < text.length;) {
    lines.lastIndex = at;
    const whole = lines.exec(text)?.[0] ?? '';
    const line = whole.trimEnd();
    fence = fenceAfter(line, fence);
    const heading = fence === undefined ? /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?$/.exec(line) : null;
    if (heading) {
      sections.push({ ...current, end: at });
      const title = (heading[2] ?? '').trim();
      current = { title, depth: heading[1]?.length ?? 1, start: at, textStart: at + whole.length, end: text.length, openFence: undefined };
    }
    at += whole.length;
  }
  return [...sections, { ...current, openFence: fence }];
}

/** The fence that is open behind a line, if one is. */
function fenceAfter(line: string, open: string | undefined): string | undefined {
  const mark = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line);
  if (!mark) return open;
  const [, fence = '', behind = ''] = mark;
  if (open === undefined) return fence.startsWith('`') && behind.includes('`') ? undefined : fence;
  return fence.startsWith(open) && behind.trim() === '' ? undefined : open;
}

export const isNamed =
  (...names: readonly string[]) =>
  ({ title }: BodySection) =>
    names.includes(
      title
        .toLowerCase()
        .replace(/[:*]+$/g, '')
        .trim(),
    );

export const isNotes = isNamed('notes', 'note');
export const isSummary = isNamed('summary', 'completion summary', 'outcome');

/** What is written into a part; a quotation that only says that somebody will fill it in is nothing. */
export function filledText(text: string, { textStart, end }: BodySection): string {
  const written = text.slice(textStart, end).replace(/\r\n?/g, '\n').trim();
  return /^>?\s*[<(_*]*(?:to be filled|tbd|todo|none)\b[^\n]*$/i.test(written) ? '' : written;
}

/** The paragraphs of a text, each on one line. */
export const paragraphs = (text: string): readonly string[] =>
  text
    .split(/\n[ \t]*\n/)
    .map(oneLine)
    .filter(paragraph => paragraph !== '');
