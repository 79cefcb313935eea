import type { Translate } from '../../common/translate';
import { overview } from '../../domain/reports/stageReport';
import { tasksOfSubject, threadsOf } from '../../domain/reports/reportInput';
import { codeSpan } from '../../domain/reports/reportMarkdown';
import { isUnmerged, unmergedReason } from '../../domain/merge/unmerged';
import { askTitle } from '../../domain/tree/taskHealth';
import { rowState, stateWord } from '../../domain/tree/rowState';
import { checksSection, filesSection, metricsSection } from './evidenceSections';
import { html, type Html } from './html';
import { paragraphs, words } from './markdownHtml';
import { stateBadge } from './pageIcons';
import { fold, time } from './pageParts';
import type { PageView } from './pageView';
import { reviewSection } from './reviewSection';
import { summaryBar } from './summaryBar';
import { timelineSection } from './timelineSection';
import { workSection } from './workSection';

/** The page of a stage's or a batch's report, as markup. The same view gives the same markup. */
export function pageContent(view: PageView): string {
  return html`${summaryBar(view)}
    <div class="page">
      ${attention(view)}${summary(view)}${timelineSection(view)}${workSection(view)}${reviewSection(view)}${checksSection(view)}${filesSection(view)}${metricsSection(view)}${origin(view.report.generatedAt, view.t)}
    </div>`.markup;
}

function summary({ report, t }: PageView): Html {
  const { definition = '', subject } = report;
  const content = html`${definition.trim() !== '' && html`<div class="definition">${paragraphs(definition)}</div>`}
    <p>${overview(subject)}</p>`;
  return fold({ id: 'summary', title: t('Summary'), level: 2 }, content);
}

/** What waits for a person, first of all. */
function attention({ report, t }: PageView): Html {
  const { subject } = report;
  const delivery = subject.kind === 'stage' && subject.delivery?.state === 'refused' ? subject.delivery : undefined;
  const items = [
    ...(delivery ? [{ node: subject, reason: [delivery.reason, ...delivery.files.map(file => `- ${codeSpan(file)}`)].join('\n') }] : []),
    ...threadsOf(subject).flatMap(thread => (isUnmerged(thread.merge) ? [{ node: thread, reason: unmergedReason(thread.merge) }] : [])),
    ...tasksOfSubject(subject).flatMap(task => {
      if (task.asks.length > 0) return [{ node: task, reason: task.asks.map(askTitle).join(' ') }];
      return task.status === 'blocked' ? [{ node: task, reason: task.report ?? '' }] : [];
    }),
  ];
  if (items.length === 0) return html``;
  const rows = items.map(({ node, reason }) => {
    const state = rowState(node);
    return html`<li>
      ${stateBadge(state, stateWord(state.icon, t))}
      <div class="what">
        <p><span class="id">${node.id}</span> ${words(node.name)}</p>
        ${reason.trim() !== '' && html`<div class="said">${paragraphs(reason)}</div>`}
      </div>
    </li>`;
  });
  return html`<section class="attention" aria-labelledby="attention-title">
    <h2 id="attention-title">${t('Needs You')}</h2>
    <ul>
      ${rows}
    </ul>
  </section>`;
}

function origin(generatedAt: string, t: Translate): Html {
  return html`<footer class="meta">${t('Made from plan, tasks and journal as they were:')} ${time(generatedAt)}</footer>`;
}
