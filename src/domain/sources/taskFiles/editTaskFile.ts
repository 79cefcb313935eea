import { isDeepStrictEqual } from 'node:util';
import { oneLine } from '../../../common/text';
import type { TaskStatus } from '../../taskStatus';
import { fault, readFrontMatter, textOf, valueOf, type FrontMatter, type TextFault } from './frontMatter';
import { isFailedWord, statusOf, wordFor } from './statusWords';
import { filledText, isNotes, isSummary, paragraphs, sectionsOf } from './taskBody';
import { isReason } from './taskFile';

/** What became of a task. */
export type TaskOutcome = { readonly status: TaskStatus; readonly report?: string | undefined };

export type EditedTaskFile = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly fault: TextFault };

/**
 * A task's file with its status and report in it. Only the status's own letters change, and only when they say something else; the
 * report becomes a paragraph of `## Summary` (done) or `## Notes` (blocked, with the word for it in front), once. All other bytes stay.
 * @param siblings every status word of the folder, which the new one is chosen from
 */
export function editTaskFile(text: string, outcome: TaskOutcome, siblings: readonly string[]): EditedTaskFile {
  const reading = readFrontMatter(text);
  if (reading.kind === 'none') return refused(text, 0, 'The file does not begin with front matter ("---").');
  if (reading.kind === 'bad') return { ok: false, fault: reading.faults[0] ?? fault(text, 0, 'The front matter cannot be read.') };
  const changed = withStatus(text, reading.frontMatter, outcome, siblings);
  return changed.ok ? { ok: true, text: withReport(changed.text, outcome) } : changed;
}

function withStatus(text: string, frontMatter: FrontMatter, { status, report }: TaskOutcome, siblings: readonly string[]): EditedTaskFile {
  const node = valueOf(frontMatter, 'status');
  const failed = status === 'blocked' && /^failed\b/i.test(report ?? '');
  const found = textOf(node, frontMatter);
  const own = found?.text ?? '';
  if (node && !found) return refused(text, frontMatter.start + (node.range?.[0] ?? 0), '"status" is not a text.');
  if (statusOf(own || 'pending') === status && (status !== 'blocked' || isFailedWord(own) === failed)) return { ok: true, text };
  const word = wordFor(status, failed, own, siblings);
  const quoted = { QUOTE_DOUBLE: `"${word}"`, QUOTE_SINGLE: `'${word}'`, PLAIN: word }[String(found?.node.type)];
  if (found && quoted === undefined) return refused(text, found.start, '"status" is not written on one line.');
  const edited = found
    ? put(text, found, quoted ?? word)
    : put(text, { start: frontMatter.end, end: frontMatter.end }, `status: ${word}${lineEnd(text)}`);
  return saysOnly(text, edited, word)
    ? { ok: true, text: edited }
    : refused(text, found?.start ?? 0, 'The status cannot be changed alone here.');
}

type Range = { readonly start: number; readonly end: number };

/** Where nothing was (`status:   # why`), the value stands right behind the colon. */
function put(text: string, { start, end }: Range, value: string): string {
  const behind = start === end && !value.startsWith('status:') ? text.lastIndexOf(':', start) + 1 : undefined;
  return behind === undefined
    ? `${text.slice(0, start)}${value}${text.slice(end)}`
    : `${text.slice(0, behind)} ${value}${text.slice(behind)}`;
}

/** Whether the edited file reads as before with the new word as its status: an anchor, say, would change other values with it. */
function saysOnly(before: string, after: string, word: string): boolean {
  const [old, now] = [readFrontMatter(before), readFrontMatter(after)];
  if (old.kind !== 'read' || now.kind !== 'read') return false;
  const expected = { ...(old.frontMatter.document.toJS() as Readonly<Record<string, unknown>>), status: word };
  return (
    isDeepStrictEqual(now.frontMatter.document.toJS(), expected) && before.slice(old.frontMatter.end) === after.slice(now.frontMatter.end)
  );
}

function withReport(text: string, { status, report }: TaskOutcome): string {
  const said = asParagraph(report ?? '', status);
  if (said === '' || (status !== 'completed' && status !== 'blocked')) return text;
  const reading = readFrontMatter(text);
  if (reading.kind !== 'read') return text;
  const [name, isIt] = status === 'completed' ? (['Summary', isSummary] as const) : (['Notes', isNotes] as const);
  const sections = sectionsOf(text, reading.frontMatter.bodyStart);
  const mine = sections.filter(isIt);
  if (mine.some(section => paragraphs(filledText(text, section)).includes(said))) return text;
  const end = lineEnd(text);
  const section = mine.at(-1);
  if (!section) {
    const fence = sections.at(-1)?.openFence;
    const whole = `${text}${/[\r\n]$/.test(text) ? '' : end}${fence === undefined ? '' : `${fence}${end}`}`;
    return `${whole}${end}## ${name}${end}${end}${said}${end}`;
  }
  const before = text.slice(0, section.textStart);
  const written = filledText(text, section) === '' ? '' : text.slice(section.textStart, section.end).trimEnd();
  const fence = section.openFence === undefined ? '' : `${end}${section.openFence}`;
  const heading = /[\r\n]$/.test(before) ? before : `${before}${end}`;
  const first = written === '' ? end : `${written}${fence}${end}${end}`;
  return `${heading}${first}${said}${end}${section.end < text.length ? end : ''}${text.slice(section.end)}`;
}

/** One paragraph that nothing else can be taken for: a heading in a report would end the part that it stands in. */
function asParagraph(report: string, status: TaskStatus): string {
  const said = oneLine(report);
  if (said === '') return '';
  if (status === 'blocked') return isReason(said) ? said : `Blocked: ${said}`;
  return said.replace(/^(?=#|[-*_=+>|<]|`{3}|~{3})/, '\\').replace(/^(\d{1,9})(?=[.)] )/, '$1\\');
}

const lineEnd = (text: string) => /\r\n|\n/.exec(text)?.[0] ?? '\n';

const refused = (text: string, offset: number, message: string): EditedTaskFile => ({ ok: false, fault: fault(text, offset, message) });
