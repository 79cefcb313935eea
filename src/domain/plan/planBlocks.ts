import { formatId } from '../ids';
import { readMarkdown } from './markdownBlocks';
import { parseBatchHeading, parseStageHeading, parseThreadHeading } from './planHeadings';

/** A part of `PLAN.md` that has a heading of its own, and what stands below it up to the next. */
export type PlanBlock = {
  /** Of the place that its heading gives it, never twice in a text: `### 1`, `### 1 / #### batches`, … Empty for what no heading is above. */
  readonly key: string;
  /** Keys of the parts that it stands in, the outermost first. */
  readonly within: readonly string[];
  /** 1-based. */
  readonly line: number;
  /** Without the end of its last line. */
  readonly body: string;
  /** From there to the next part: the line's end and empty lines. */
  readonly gap: string;
};

/** The id of the thread that a part is; undefined for another part. */
export function threadIdOf({ key }: Pick<PlanBlock, 'key'>): string | undefined {
  const [, stage, batch, thread] = /^(?:.* \/ )?### (\d+)(?: \/ .*?)? \/ ##### (\d+)(?: \/ .*?)? \/ ###### (\d+)$/.exec(key) ?? [];
  return thread === undefined ? undefined : formatId(Number(stage), Number(batch), Number(thread));
}

type Heading = { readonly depth: number; readonly name: string; readonly line: number };

/**
 * Divides a plan at the headings that its reader knows; a heading that it does not know belongs to the part it stands in. Bodies and
 * gaps joined are the text, byte for byte.
 */
export function planBlocks(text: string): readonly PlanBlock[] {
  const starts = lineStarts(text);
  const headings = readMarkdown(text).blocks.flatMap((block): readonly Heading[] => {
    const name = block.kind === 'heading' ? nameOf(block.depth, block.text) : undefined;
    return block.kind === 'heading' && name !== undefined ? [{ depth: block.depth, name, line: block.line }] : [];
  });
  const taken = new Set<string>();
  const open: { readonly depth: number; readonly key: string }[] = [];
  const parts = [...((headings[0]?.line ?? 0) === 1 ? [] : [undefined]), ...headings];
  return parts.map((heading, index): PlanBlock => {
    const line = heading?.line ?? 1;
    const next = parts[index + 1];
    const whole = text.slice(starts[line - 1], next ? starts[next.line - 1] : undefined);
    const end = endOfBody(whole);
    const part = { line, body: whole.slice(0, end), gap: whole.slice(end) };
    if (!heading) return { key: '', within: [], ...part };
    while ((open.at(-1)?.depth ?? 0) >= heading.depth) open.pop();
    const within = open.map(({ key }) => key);
    const key = distinct(taken, [...within.slice(-1), heading.name].join(' / '));
    open.push({ depth: heading.depth, key });
    return { key, within, ...part };
  });
}

/** What a heading is about, whatever it is called; undefined for one that begins no part. */
function nameOf(depth: number, text: string): string | undefined {
  const mark = '#'.repeat(depth);
  if (depth === 1) return mark;
  if (depth === 2 || depth === 4) return `${mark} ${text.trim().toLowerCase()}`;
  const read = depth === 3 ? parseStageHeading : depth === 5 ? parseBatchHeading : parseThreadHeading;
  const number = read(text)?.number;
  return number === undefined ? undefined : `${mark} ${number}`;
}

/** Behind the last line that says something, before that line's end. */
function endOfBody(text: string): number {
  const said = text.trimEnd().length;
  const lineEnd = text.slice(said).search(/[\r\n]/);
  return lineEnd < 0 ? text.length : said + lineEnd;
}

function distinct(taken: Set<string>, wanted: string): string {
  let key = wanted;
  for (let again = 2; taken.has(key); again++) key = `${wanted} (${again})`;
  taken.add(key);
  return key;
}

/** Offsets of lines as `readMarkdown` counts them. */
function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (const { index, 0: end } of text.matchAll(/\r\n?|\n/g)) starts.push(index + end.length);
  return starts;
}
