import { oneLine } from '../../common/text';
import { sectionsOf } from './taskFiles/taskBody';

/** Markdown whose headings are lines in bold letters, as the details of a thread want it; fenced code stays. */
export function withoutHeadings(text: string): string {
  return sectionsOf(text, 0)
    .flatMap(({ depth, title, textStart, end }) => {
      const said = text.slice(textStart, end).replace(/\r\n?/g, '\n').trim();
      return [...(depth === 0 || title === '' ? [] : [`**${oneLine(title)}**`]), ...(said === '' ? [] : [said])];
    })
    .join('\n\n');
}
