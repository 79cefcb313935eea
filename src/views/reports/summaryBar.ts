import { formatDuration } from '../../common/duration';
import type { Translate } from '../../common/translate';
import { batchesOf, tasksOfSubject, threadsOf } from '../../domain/reports/reportInput';
import { costWith, countText } from '../../domain/reports/reportMetrics';
import { talksOf } from '../../domain/reports/readerTalks';
import { elapsed } from '../../domain/reports/runTimeline';
import { rowState, stateWord } from '../../domain/tree/rowState';
import { html, type Html } from './html';
import { words } from './markdownHtml';
import { icon, stateBadge, type Shape } from './pageIcons';
import type { PageView, ReportAction } from './pageView';

/** What stays in sight: which stage or batch it is, how it stands, what it took, and what can be done about it. */
export function summaryBar(view: PageView): Html {
  const { report, stream, t } = view;
  const { subject } = report;
  const kind = subject.kind === 'stage' ? t('Stage {0}', subject.id) : t('Batch {0}', subject.id);
  return html`<header class="bar">
    <div class="heading">
      <p class="kicker">${kind}<span class="of"> · ${stream.name}</span></p>
      <h1>${words(subject.name)}</h1>
    </div>
    <div class="actions" role="toolbar" aria-label="${t('What you can do')}">${buttons(view)}</div>
    <ul class="facts" aria-label="${t('In short')}">
      ${facts(view).map(fact => html`<li>${fact}</li>`)}
    </ul>
  </header>`;
}

function facts({ report, timelines, t }: PageView): readonly Html[] {
  const { subject } = report;
  const state = rowState(subject);
  const cost = costWith(tasksOfSubject(subject), talksOf(subject, report.events ?? []));
  const merged = threadsOf(subject).filter(({ merge }) => merge?.state === 'landed').length;
  const time = elapsed(timelines);
  return [
    stateBadge(state, stateWord(state.icon, t)),
    ...gate(report.subject, t),
    html`${countText(subject.counts, ` ${t('tasks')}`)}`,
    ...(batchesOf(subject).length > 1 ? [html`${t('{0} batches', batchesOf(subject).length)}`] : []),
    html`${t('{0} of {1} threads merged', merged, threadsOf(subject).length)}`,
    ...(timelines.length > 0 ? [html`<span title="${t('Time in which runs went on')}">${formatDuration(time)}</span>`] : []),
    ...(cost === undefined ? [] : [html`<span title="${t('What the sessions say they cost')}">$${cost.toFixed(2)}</span>`]),
  ];
}

/** Of a stage, what its row does not say: whether it may be approved, and whether it was. */
function gate(subject: PageView['report']['subject'], t: Translate): readonly Html[] {
  if (subject.kind === 'batch' || subject.atGate) return [];
  const isSaid = rowState(subject).icon === 'approved';
  if (isSaid) return [];
  const word = { approved: t('approved'), revoked: t('approval revoked'), draft: t('gate closed') }[subject.approval];
  const [shape, colour]: readonly [Shape, string] = subject.approval === 'approved' ? ['seal', 'green'] : ['shield', 'grey'];
  return [html`<span class="state ${colour}">${icon(shape)}<span class="word">${word}</span></span>`];
}

function buttons({ actions, t }: PageView): readonly Html[] {
  const all: readonly (readonly [ReportAction, Shape, string])[] = [
    ['approve', 'seal', t('Approve')],
    ['deliverAgain', 'delivered', t('Deliver Again')],
    ['deliverAnyway', 'warning', t('Deliver Anyway')],
    ['requestChanges', 'back', t('Request Changes')],
    ['openChanges', 'changes', t('Open Changes')],
    ['openMarkdown', 'file', t('Open Markdown')],
    ['copy', 'copy', t('Copy')],
    ['journal', 'history', t('Journal')],
  ];
  return all
    .filter(([action]) => actions.has(action))
    .map(
      ([action, shape, label]) =>
        html`<button
          type="button"
          id="do-${action}"
          class="${action === 'approve' ? 'primary' : 'secondary'}"
          data-do="${action}"
          title="${label}"
        >
          ${icon(shape)}<span class="label">${label}</span>
        </button>`,
    );
}
