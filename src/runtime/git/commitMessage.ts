import { oneLine, stripControl, truncate } from '../../common/text';

export type Trailers = Readonly<Record<string, string>>;

const longestTitle = 200;

/**
 * A commit message whose first line is one readable line and whose last paragraph holds exactly our trailers, whatever names
 * from a plan contain.
 */
export function commitMessage(message: string, trailers: Trailers = {}): string {
  const [first = '', ...rest] = message.replace(/\r\n?/g, '\n').split('\n');
  const title = truncate(oneLine(first), longestTitle) || 'Work';
  const body = stripControl(rest.join('\n')).trim();
  const last = Object.entries(trailers).map(([key, value]) => `${key}: ${oneLine(value)}`);
  return `${[title, body, last.join('\n')].filter(part => part !== '').join('\n\n')}\n`;
}
