import { reviewsOf, type Reviewed } from '../../domain/reports/reviewLines';
import { reviewWords } from '../../domain/tree/rows';
import { html, type Html } from './html';
import { paragraphs } from './markdownHtml';
import { icon, type Shape } from './pageIcons';
import { commitLink, fold, time } from './pageParts';
import type { PageView } from './pageView';

const looks: Readonly<Record<Reviewed['verdict'], readonly [Shape, string]>> = {
  approve: ['check', 'green'],
  changes: ['cross', 'red'],
  none: ['question', 'grey'],
};

/** What reviewing agents said of the stage, the newest first. */
export function reviewSection({ report, t }: PageView): Html {
  const reviews = reviewsOf(report.subject, report.events ?? []);
  const last = reviews.at(-1);
  if (!last) return html``;
  const blocks = reviews.toReversed().map(({ agent, tip, verdict, text, at, cost }) => {
    const [shape, colour] = looks[verdict];
    return html`<section class="check">
      <div class="row">
        <span class="state ${colour}">${icon(shape)}<span class="word">${reviewWords(verdict, t)}</span></span>
        <span>@${agent}</span>${commitLink(tip, t)}${time(at)}${cost !== undefined && html`<span>$${cost.toFixed(2)}</span>`}
      </div>
      ${text.trim() !== '' && html`<div class="said">${paragraphs(text)}</div>`}
    </section>`;
  });
  return fold({ id: 'review', title: t('Review'), level: 2, note: reviewWords(last.verdict, t) }, html`${blocks}`);
}
