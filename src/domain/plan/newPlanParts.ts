import { codeBlock, oneLine, stripControl } from '../../common/text';
import { formatId } from '../ids';
import { parsePlan } from './parsePlan';
import type { PlanThread } from './planDocument';
import { PlanEditError } from './planEditError';

/** What is to be added to a plan. A thread without a name is one to fill in; its details are Markdown, in parts that stand for themselves. */
export type NewThread = {
  readonly name?: string | undefined;
  readonly summary?: string | undefined;
  readonly details?: readonly string[] | undefined;
};
export type NewBatch = { readonly name: string; readonly summary?: string | undefined; readonly threads: readonly NewThread[] };
export type NewStage = { readonly name: string; readonly definition?: string | undefined; readonly batches: readonly NewBatch[] };

/** The lines of the parts, as the plan's reader wants them. @throws {PlanEditError} `bad-name` */
export function stageLines(number: number, { name, definition, batches }: NewStage): readonly string[] {
  return [
    `### Stage ${formatId(number)}: ${headingName(name)}`,
    '',
    '#### Stage Definition',
    '',
    proseLine(definition) ?? '<!-- What is done when this stage is done -->',
    '',
    '#### Stage Batches',
    '',
    ...spaced(batches.map((batch, index) => batchLines(index + 1, batch))),
  ];
}

export function batchLines(number: number, { name, summary, threads }: NewBatch): readonly string[] {
  const text = proseLine(summary);
  return [
    `##### Batch ${formatId(number)}: ${headingName(name)}`,
    '',
    ...(text === undefined ? [] : [text, '']),
    ...spaced(threads.map((thread, index) => threadLines(index + 1, thread))),
  ];
}

export function threadLines(number: number, { name, summary, details = [] }: NewThread): readonly string[] {
  const said = labelled(summary);
  const parts = details.map(detailsText).filter(part => part !== '');
  return [
    `###### Thread ${formatId(number)}: ${name === undefined ? '<!-- Thread name -->' : headingName(name)}`,
    '',
    ...(said === undefined ? ['**Summary:**', '<!-- One sentence for the agent -->'] : [`**Summary:** ${said}`]),
    '',
    '**Details:**',
    ...(parts.length === 0
      ? ['<!-- Everything the agent needs to know: files, constraints, examples -->']
      : parts.flatMap(part => ['', ...part.split('\n')])),
  ];
}

/** Parts with an empty line between them. */
function spaced(parts: readonly (readonly string[])[]): readonly string[] {
  return parts.flatMap((part, index) => (index === 0 ? part : ['', ...part]));
}

/**
 * A name that a heading gives back as it is. Backslashes do not help a name that it does not: headings are read as they are written.
 * @throws {PlanEditError} `bad-name`
 */
function headingName(given: string): string {
  const name = oneLine(given);
  if (name === '') throw new PlanEditError('bad-name', 'A name is needed.');
  if (name.length > 200) {
    throw new PlanEditError('bad-name', `The name is ${name.length} characters long; 200 are the most that a heading holds.`);
  }
  const read = threadOf(`###### Thread 01: ${name}`);
  if (read?.name === name && read.agent === undefined && !name.includes('<!--')) return name;
  throw new PlanEditError(
    'bad-name',
    `${JSON.stringify(name)} cannot be a name in PLAN.md: leave out "<!--", "@agent:" and "#" at its end.`,
  );
}

/** A paragraph of one line, or undefined for none; what would begin something else than a paragraph begins with a backslash. */
export function proseLine(given: string | undefined): string | undefined {
  const text = oneLine(given ?? '');
  if (text === '') return undefined;
  return batchSummary(text) === text ? text : text.replace(/^(\d{1,9})?([!-/:-@[-`{-~])/, '$1\\$2');
}

/** What stands behind a label is a paragraph whatever it says; the label's own signs would be taken for a part of it. */
function labelled(given: string | undefined): string | undefined {
  const text = oneLine(given ?? '').replace(/^(?:[\s:*]|<!-*)+/, '');
  return text === '' ? undefined : text;
}

/**
 * Somebody's Markdown as it is, when the plan's reader keeps all words of it and the plan keeps its shape; else as a code block,
 * which it cannot leave.
 */
export function detailsText(given: string): string {
  const text = stripControl(given)
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd();
  const read = threadOf(`###### Thread 01: T\n\n**Details:**\n\n${text}`);
  return read && wordsOf(read.details) === wordsOf(text) ? text : codeBlock(text);
}

/** Letters and digits, without the marks of lists, which the reader makes all alike. */
function wordsOf(text: string): string {
  return text
    .split('\n')
    .map(line => line.replace(/^\s*(?:(?:[-*+]|\d{1,9}[.)])\s+)+(?:\[[ xX]\]\s+)?/, ''))
    .join('\n')
    .replace(/[^\p{L}\p{N}]/gu, '');
}

const plan = (body: string) =>
  `# Plan: P\n\n## Summary\n\nS\n\n## Stages\n\n### Stage 1: S\n\n#### Stage Batches\n\n##### Batch 1: B\n\n${body}\n`;

/** The thread of a plan that has one more behind it; undefined when the plan does not have exactly these two. */
function threadOf(body: string): PlanThread | undefined {
  const parsed = parsePlan(`${plan(body)}\n###### Thread 02: End\n`);
  const [stage, ...stages] = parsed.plan?.stages ?? [];
  const [batch, ...batches] = stage?.batches ?? [];
  const [thread, end, ...threads] = batch?.threads ?? [];
  const isAlone = stages.length + batches.length + threads.length === 0 && end?.name === 'End' && batch?.summary === '';
  const isRead = !parsed.diagnostics.some(({ message }) => message.includes('is not read') || message.includes('is ignored'));
  return isAlone && isRead ? thread : undefined;
}

function batchSummary(text: string): string | undefined {
  const [batch] = parsePlan(`${plan(text)}\n###### Thread 01: T\n`).plan?.stages[0]?.batches ?? [];
  return batch?.threads.length === 1 ? batch.summary : undefined;
}
