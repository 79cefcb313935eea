import type { Translate } from '../../common/translate';
import { html, type Html } from './html';
import { icon, type Shape } from './pageIcons';
import type { PageView, RowAction } from './pageView';

export type Fold = {
  /** Of this page; what the reader folded is remembered by it. */
  readonly id: string;
  readonly title: Html | string;
  readonly level: 2 | 3;
  /** Beside the title. */
  readonly note?: Html | string | undefined;
  /** Until its reader says otherwise. */
  readonly isFolded?: boolean;
};

/** A section that its heading folds. */
export function fold({ id, title, level, note, isFolded = false }: Fold, content: Html): Html {
  const heading = level === 2 ? html`<h2>${title}</h2>` : html`<h3>${title}</h3>`;
  return html`<details ${!isFolded && html`open`} id="${id}" class="level-${level}">
    <summary>${heading}${note !== undefined && html`<span class="count">${note}</span>`}</summary>
    <div class="section">${content}</div>
  </details>`;
}

/** The first row of a table. */
export const tableHead = (heads: readonly string[]) =>
  html`<thead>
    <tr>
      ${heads.map(head => html`<th scope="col">${head}</th>`)}
    </tr>
  </thead>`;

/** A point in time; the page's script puts it in the reader's words. */
export const time = (at: string) => html`<time datetime="${at}">${at.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')}</time>`;

export const commitLink = (commit: string, t: Translate) =>
  html`<button type="button" class="link code" data-commit="${commit}" aria-label="${t('Commit {0}', commit.slice(0, 10))}">
    ${commit.slice(0, 10)}
  </button>`;

/** A link of a thread or a task; nothing where it leads nowhere. */
export function rowLink({ rowActions, t }: PageView, action: RowAction, id: string, label: string, shape: Shape): Html {
  if (!rowActions.has(action)) return html``;
  return html`<button type="button" class="link" data-row="${action}" data-id="${id}" aria-label="${t('{0} of {1}', label, id)}">
    ${icon(shape)}<span class="label">${label}</span>
  </button>`;
}
