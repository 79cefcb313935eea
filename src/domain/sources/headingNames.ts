import { oneLine, truncate } from '../../common/text';
import { promptSlug } from '../files/workPaths';

/** What headings of plans are known to hold. */
const longest = 200;

/**
 * Somebody's title as a heading of `PLAN.md` gives it back: on one line, at most 200 characters, without what the plan's reader would
 * take for something else (a comment, an agent's name, `#` at the end). Empty when nothing is left.
 */
export function headingName(title: string): string {
  const plain = oneLine(title)
    .replace(/<!--+/g, '<!')
    .replace(/@(?=agent:)/gi, '');
  return cut(plain.replace(/(?:^|\s)#+$/, '').trim(), longest, '…');
}

/** At most so long, `end` included, without half a character. */
function cut(text: string, length: number, end: string): string {
  if (text.length <= length) return text;
  return (
    text
      .slice(0, length - end.length)
      .replace(/[\ud800-\udbff]$/, '')
      .trim() + end
  );
}

/** What a batch is called after what is in it: `Sign in`, `Sign in and Log out`, `Sign in and 3 more`. Empty when no title says anything. */
export function namedAfter(titles: readonly string[]): string {
  const [first = '', second, ...others] = titles.map(title => truncate(headingName(title), 60)).filter(title => title !== '');
  if (second === undefined) return first;
  return `${first} and ${others.length === 0 ? second : `${others.length + 1} more`}`;
}

/** Headings that stay apart as file names too: the second of a name is `name (2)`. `fallback` names what has no title. */
export class DistinctNames {
  private readonly taken = new Set<string>();

  add(title: string, fallback: string): string {
    const name = headingName(title) || headingName(fallback) || 'Untitled';
    let distinct = name;
    for (let number = 2; this.taken.has(promptSlug(distinct)); number++) {
      const suffix = ` (${number})`;
      distinct = cut(name, longest - suffix.length, '…') + suffix;
    }
    this.taken.add(promptSlug(distinct));
    return distinct;
  }
}
