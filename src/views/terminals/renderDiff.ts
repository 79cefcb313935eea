import { stripControl } from '../../common/text';
import { cyan, dim, green, newLine, red, type Style } from './ansi';

const styleOf = (line: string): Style | undefined => {
  if (/^(Index: |={10,}|diff |index |--- |\+\+\+ |\\ No newline)/.test(line)) return undefined;
  if (line.startsWith('@@')) return cyan;
  if (line.startsWith('+')) return green;
  if (line.startsWith('-')) return red;
  return dim;
};

/** A unified diff in colour, without its headers, indented, each row ended by a line break. */
export function renderDiff(diff: string, limit: number, moreLines: (count: number) => string): string {
  const rows = stripControl(diff)
    .replace(/\n+$/, '')
    .split('\n')
    .flatMap(line => styleOf(line)?.(`  ${line}`) ?? []);
  const shown = rows.length > limit ? [...rows.slice(0, limit - 1), dim(`  ${moreLines(rows.length - limit + 1)}`)] : rows;
  return shown.map(row => `${row}${newLine}`).join('');
}
