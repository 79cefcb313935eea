import { oneLine, truncate } from '../../common/text';
import type { NewThread } from './newPlanParts';

/** What a person wants changed in a stage that its agents are done with. */
export type ChangeRequest = {
  /** Markdown, any number of lines. */
  readonly what: string;
  /** Threads, tasks and files that it is about, as a reader finds them: `01.01.02 Router`, `src/a.ts`. */
  readonly where: readonly string[];
};

const prefix = 'Fix - ';

/** The name by which reports count a batch or stage as a repair of another. */
export function fixName(name: string): string {
  const text = oneLine(name);
  return text.toLowerCase().startsWith(prefix.toLowerCase()) ? text : `${prefix}${text}`;
}

/** A short name for a request, from its first words: without the signs that would make a heading or a list of it. */
export function nameOfRequest(what: string): string {
  const line =
    what
      .split('\n')
      .map(oneLine)
      .find(text => /[\p{L}\p{N}]/u.test(text)) ?? '';
  const words = line
    .replace(/^[^\p{L}\p{N}`"'(]+/u, '')
    .replace(/<!--|-->|@agent:/g, ' ')
    .replace(/[\s.:;,!#]+$/, '');
  return truncate(oneLine(words), 60);
}

/** The thread that does it: what is wrong in the person's words, then where. */
export function requestThread(name: string, { what, where }: ChangeRequest): NewThread & { readonly name: string } {
  const places = where.length === 0 ? [] : ['It is about:', where.map(place => `- ${oneLine(place)}`).join('\n')];
  return { name, summary: `A person reviewed this stage and asks for changes: ${name}`, details: [what, ...places] };
}
