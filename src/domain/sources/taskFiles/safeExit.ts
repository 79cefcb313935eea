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
  const reading = readFrontMatter(text);
  if (reading.kind !== 'read') return undefined;
  const { frontMatter } = reading;
  const word = (name: string) => textOf(valueOf(frontMatter, name), frontMatter)?.text ?? '';
  if (statusOf(word('status')) !== 'blocked') return undefined;
  const notes = sectionsOf(text, frontMatter.bodyStart)
    .filter(isNotes)
    .map(section => filledText(text, section))
    .filter(said => said !== '')
    .join('\n\n');
  const said = paragraphs(notes);
  const reason = said.findLast(isReason)?.replace(/^[*_]*[a-z]+[*_]*\s*:[*_]*\s*/i, '') ?? said.at(-1);
  return { id: oneLine(word('id')), reason: reason === '' ? undefined : reason, notes };
}
