import type { ImportedStage, ImportedTask, ImportedThread, SourcePlace } from '../importedPlan';
import { declaredFiles } from './declaredFiles';
import type { Box, Heading, TaskLine } from './taskLines';

/** A thread before it is known what it depends on. */
export type ChangeThread = Omit<ImportedThread, 'dependsOn'> & {
  readonly number: string | undefined;
  /** All that is written about it, for references to others. */
  readonly text: string;
};
export type Phase = Omit<ImportedStage, 'threads'> & { readonly number: string | undefined; readonly threads: readonly ChangeThread[] };

/** A thread as it is found: its heading or box, the boxes below, and every other line. */
type Draft = { readonly head: Heading | Box; readonly boxes: Box[]; readonly text: string[]; told: Box | undefined };
type PhaseDraft = { readonly heading: Heading | undefined; readonly text: string[]; readonly drafts: Draft[] };

/** The phases that have work in them; `fallback` names what stands above the first heading. */
export function phasesOf(
  lines: readonly TaskLine[],
  { file, fallback }: { readonly file: string; readonly fallback: string },
): readonly Phase[] {
  const keys = new Keys();
  const phases = draftPhases(lines).filter(({ drafts }) => drafts.length > 0);
  return phases.map(({ heading, text, drafts }) => {
    const title = heading?.title ?? fallback;
    return {
      number: heading?.number,
      title,
      definition: paragraph(text),
      threads: drafts.map(draft => threadOf(draft, { keys, file, phase: heading?.number ?? title })),
    };
  });
}

function draftPhases(lines: readonly TaskLine[]): readonly PhaseDraft[] {
  let phase: PhaseDraft = { heading: undefined, text: [], drafts: [] };
  const phases = [phase];
  let draft: Draft | undefined;
  const open = (head: Heading | Box) => phase.drafts.push((draft = { head, boxes: [], text: [], told: undefined }));
  for (const line of lines) {
    if (line.kind === 'heading' && line.depth <= 2) {
      draft = undefined;
      if (line.depth === 2) phases.push((phase = { heading: line, text: [], drafts: [] }));
    } else if (line.kind === 'heading' && line.depth === 3) {
      open(line);
    } else if (line.kind === 'box' && !line.isCriterion) {
      if (draft && (draft.head.kind === 'heading' || line.indent > draft.head.indent)) draft.boxes.push(line);
      else open(line);
    } else {
      if (draft) addText(draft, line);
      else phase.text.push(textOf(line));
    }
  }
  return phases.map(({ drafts, ...rest }) => ({ ...rest, drafts: drafts.filter(isWork) }));
}

/** What stands below a step is told with the step's own words above it. */
function addText(draft: Draft, line: TaskLine): void {
  const step = draft.boxes.at(-1);
  const text = textOf(line);
  if (step && step !== draft.told && text.trim() !== '' && (line.kind === 'heading' || line.indent > step.indent)) {
    draft.text.push(`${' '.repeat(step.indent)}- ${nameOf(step)}`);
    draft.told = step;
  }
  draft.text.push(text);
}

/** A heading without boxes is work when it has a number and something is said below it. */
const isWork = ({ head, boxes, text }: Draft) =>
  head.kind === 'box' || boxes.length > 0 || (head.number !== undefined && text.some(line => line.trim() !== ''));

const nameOf = ({ number, title }: Box) => (number === undefined ? title : `${number} ${title}`);

function textOf(line: TaskLine): string {
  if (line.kind === 'text') return line.text;
  if (line.kind === 'heading') return `**${line.title}**`;
  return `${' '.repeat(line.indent)}- [${line.checked ? 'x' : ' '}] ${nameOf(line)}`;
}

type Naming = { readonly keys: Keys; readonly file: string; readonly phase: string };

function threadOf({ head, boxes, text }: Draft, { keys, file, phase }: Naming): ChangeThread {
  const at: SourcePlace = { file, line: head.line };
  const key = keys.of(head, phase);
  const isDone = head.kind === 'box' && head.checked;
  const taskOf = (box: Box): ImportedTask => ({
    key: keys.of(box, key),
    title: box.title,
    status: isDone || box.checked ? 'completed' : 'pending',
    at: { file, line: box.line },
  });
  return {
    number: head.number,
    key,
    title: head.title,
    at,
    summary: '',
    details: dedented(text),
    files: declaredFiles(text),
    text: [head.title, ...text, ...boxes.map(({ title }) => title)].join('\n'),
    tasks: boxes.length === 0 ? [{ key, title: head.title, status: isDone ? 'completed' : 'pending', at }] : boxes.map(taskOf),
  };
}

/** Numbers are keys as they are; what has none is called by its words, below what it stands in. */
class Keys {
  private readonly taken = new Map<string, number>();

  of({ number, title }: Heading | Box, parent: string): string {
    if (number !== undefined) return number;
    const key = `${parent}/${title}`;
    const times = (this.taken.get(key) ?? 0) + 1;
    this.taken.set(key, times);
    return times === 1 ? key : `${key} (${times})`;
  }
}

/** Without what all lines have in front, or the first of them would be code. */
function dedented(lines: readonly string[]): string {
  const texts = lines.map(line => line.replace(/\t/g, '    '));
  const indents = texts.flatMap(line => (line.trim() === '' ? [] : [line.search(/\S/)]));
  const least = Math.min(...indents, Number.MAX_SAFE_INTEGER);
  return texts
    .map(line => line.slice(least))
    .join('\n')
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd();
}

const paragraph = (lines: readonly string[]) =>
  lines
    .filter(line => !/^\s*(<!--|---)/.test(line))
    .join(' ')
    .trim();
