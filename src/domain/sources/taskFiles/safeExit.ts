import { oneLine } from '../../../common/text';
import { readFrontMatter, textOf, valueOf } from './frontMatter';
import { statusOf } from './statusWords';
import { filledText, isNotes, paragraphs, sectionsOf } from './taskBody';
import { isReason } from './taskFile';

/** How an agent left a task that it could not finish: it says so in the task's file and ends. */
export type SafeExit = {
  /** As the file names it; empty when it does not. */
  readonly id: string;
  /** Behind `Blocked:` in its notes, else their last paragraph; undefined when there are none. */
  readonly reason: string | undefined;
  /** All of its notes, as they are written. */
  readonly notes: string;
};

/** The *Safe Exit* in a task file: status `blocked` (or `failed`) and notes. Undefined for any other file. */
export function readSafeExit(text: string): SafeExit | undefined {
  const said = readNotes(text);
  return said?.isBlocked === true ? { id: said.id, reason: said.stopped ?? said.last, notes: said.notes } : undefined;
}

/**
 * Why an agent left its task in order, by what it wrote into the task's file: a status that says blocked, or a paragraph of its notes
 * that begins with `Blocked:`. Undefined when the file says neither, or said the same before.
 * @param before the file as the agent found it, if it was there
 */
export function safeExitSince(before: string | undefined, now: string): string | undefined {
  const [was, is] = [before === undefined ? undefined : readNotes(before), readNotes(now)];
  if (!is) return undefined;
  const saysNewly = is.stopped !== undefined && is.stopped !== was?.stopped;
  if (!saysNewly && (!is.isBlocked || was?.isBlocked === true)) return undefined;
  return is.stopped ?? is.last ?? 'Its task file says that it is blocked, and not why.';
}

type Notes = SafeExit & {
  readonly isBlocked: boolean;
  /** Behind `Blocked:`. */
  readonly stopped: string | undefined;
  readonly last: string | undefined;
};

function readNotes(text: string): Omit<Notes, 'reason'> | undefined {
  const reading = readFrontMatter(text);
  if (reading.kind !== 'read') return undefined;
  const { frontMatter } = reading;
  const word = (name: string) => textOf(valueOf(frontMatter, name), frontMatter)?.text ?? '';
  const notes = sectionsOf(text, frontMatter.bodyStart)
    .filter(isNotes)
    .map(section => filledText(text, section))
    .filter(said => said !== '')
    .join('\n\n');
  const said = paragraphs(notes);
  const stopped = said.findLast(isReason)?.replace(/^[*_]*[a-z]+[*_]*\s*:[*_]*\s*/i, '');
  return {
    id: oneLine(word('id')),
    isBlocked: statusOf(word('status')) === 'blocked',
    stopped: stopped === '' ? undefined : stopped,
    last: said.at(-1),
    notes,
  };
}
