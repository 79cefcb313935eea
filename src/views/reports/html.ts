import { escapeHtml, stripControl } from '../../common/text';

/** Markup that was made by `html` or is known to be safe; everything else is text. */
export class Html {
  constructor(readonly markup: string) {}
}

type Part = Html | string | number | undefined | false | readonly Part[];

/** Markup in which every value is text, unless it is markup itself; lists are joined, `undefined` and `false` are left out. */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  return new Html(strings.map((part, index) => `${part}${index < values.length ? markupOf(values[index]) : ''}`).join(''));
}

function markupOf(value: Part): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Html) return value.markup;
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(stripControl(String(value)));
  return value.map(markupOf).join('');
}
