import { oneLine } from '../../../common/text';
import type { TaskStatus } from '../../taskStatus';
import { readTaskLines, type Box, type TaskLine } from './taskLines';
import { phasesOf } from './phases';

/** A task as it was imported, and what became of it. */
export type TickedTask = { readonly key: string; readonly title: string; readonly status: TaskStatus };

/**
 * Sets the boxes of `tasks.md` to what became of their tasks and leaves every other byte as it is: `[x]` for what is completed,
 * `[ ]` for what is to be done again. A box whose steps all have theirs gets its own. A box is found by its number and its words,
 * wherever it stands by now.
 * @returns the text, and a sentence for each task whose box is not there
 */
export function tickBoxes(
  text: string,
  tasks: readonly TickedTask[],
  file: string,
): { readonly text: string; readonly problems: readonly string[] } {
  const { lines } = readTaskLines(text, file);
  const boxes = boxesByKey(lines, file);
  const ticks = new Map<number, boolean>();
  const problems: string[] = [];
  for (const task of tasks) {
    if (task.status === 'cancelled') continue;
    const found = boxOf(task, boxes);
    if (typeof found === 'string') problems.push(found);
    else if (found) ticks.set(found.line, task.status === 'completed');
  }
  for (const [box, steps] of stepsOf(lines)) {
    const states = steps.map(step => ticks.get(step.line) ?? step.checked);
    if (steps.some(step => ticks.has(step.line)) && !ticks.has(box.line)) {
      if (states.every(Boolean)) ticks.set(box.line, true);
      else if (steps.some(step => step.checked && ticks.get(step.line) === false)) ticks.set(box.line, false);
    }
  }
  const wanted = new Map([...ticks].filter(([line, checked]) => boxAt(lines, line)?.checked !== checked));
  return { text: wanted.size === 0 ? text : withBoxes(text, wanted), problems };
}

type Keyed = { readonly key: string; readonly box: Box | undefined; readonly title: string };

/** Every box and heading with work that a reader of the file would find, under the key that it would give it. */
function boxesByKey(lines: readonly TaskLine[], file: string): readonly Keyed[] {
  const byLine = new Map(lines.flatMap(line => (line.kind === 'box' ? [[line.line, line] as const] : [])));
  return phasesOf(lines, { file, fallback: file.split('/').at(-2) ?? '' }).flatMap(({ threads }) =>
    threads.flatMap(({ tasks, ...thread }) =>
      [...tasks, ...(tasks.some(({ at }) => at.line === thread.at.line) || !byLine.has(thread.at.line) ? [] : [thread])].map(
        ({ key, title, at }) => ({ key, title, box: byLine.get(at.line) }),
      ),
    ),
  );
}

/** A sentence when it is not known which box is meant; undefined for a task that has none to tick, as below a heading. */
function boxOf({ key, title }: TickedTask, boxes: readonly Keyed[]): Box | string | undefined {
  const words = oneLine(title);
  const same = boxes.filter(candidate => candidate.key === key && oneLine(candidate.title) === words);
  const [found] = same;
  if (found && same.length === 1) return found.box;
  const moved = boxes.filter(candidate => oneLine(candidate.title) === words);
  if (same.length === 0 && moved.length === 1) return moved[0]?.box;
  if (same.length > 1 || moved.length > 1) return `${key} "${words}" is there more than once: none of them was ticked.`;
  const other = boxes.find(candidate => candidate.key === key);
  return other
    ? `${key} says "${other.title}" by now instead of "${words}": its box was left as it is. Import the plan again to take that up.`
    : `${key} "${words}" is not there any more: there was no box to tick.`;
}

const boxAt = (lines: readonly TaskLine[], line: number) =>
  lines.find((entry): entry is Box => entry.kind === 'box' && entry.line === line);

/** Boxes that have boxes below them, which are not criteria; those further in first. */
function stepsOf(lines: readonly TaskLine[]): readonly (readonly [Box, readonly Box[]])[] {
  const open: { readonly box: Box; readonly steps: Box[] }[] = [];
  const all: { readonly box: Box; readonly steps: Box[] }[] = [];
  for (const line of lines) {
    if (line.kind === 'heading') open.length = 0;
    if (line.kind !== 'box' || line.isCriterion) continue;
    while ((open.at(-1)?.box.indent ?? -1) >= line.indent) open.pop();
    open.at(-1)?.steps.push(line);
    const entry = { box: line, steps: [] };
    open.push(entry);
    all.push(entry);
  }
  return all
    .reverse()
    .filter(({ steps }) => steps.length > 0)
    .map(({ box, steps }) => [box, steps]);
}

/** One character of each of the lines (counted from 1) changes. */
function withBoxes(text: string, wanted: ReadonlyMap<number, boolean>): string {
  let number = 0;
  return text.replace(/[^\r\n]*(?:\r\n|\r|\n|$)/g, line => {
    const checked = wanted.get(++number);
    return checked === undefined ? line : line.replace(/\[[\sxX]\]/, checked ? '[x]' : '[ ]');
  });
}
