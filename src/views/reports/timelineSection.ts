import { formatDuration } from '../../common/duration';
import { isoTime } from '../../common/clock';
import type { Translate } from '../../common/translate';
import { markKinds, type RunTimeline } from '../../domain/reports/runTimeline';
import { html, type Html } from './html';
import { words } from './markdownHtml';
import { icon } from './pageIcons';
import { fold, tableHead, time } from './pageParts';
import type { PageView } from './pageView';
import { barText, markShapes, markText, markWord, timelinePicture } from './timelinePicture';

/** What happened when: a picture for each run, with the same facts as a table below it. */
export function timelineSection({ timelines, t }: PageView): Html {
  const shown = timelines.filter(({ lanes }) => lanes.length > 0);
  if (shown.length === 0) return html``;
  const used = new Set(shown.flatMap(({ lanes }) => lanes.flatMap(({ marks }) => marks.map(({ kind }) => kind))));
  const legend = markKinds
    .filter(kind => used.has(kind))
    .map(kind => html`<li><span class="mark ${kind}">${icon(markShapes[kind])}</span> ${markWord(kind, t)}</li>`);
  const content = html`${shown.map(timeline => figure(timeline, t))}${
    legend.length > 0 &&
    html`<ul class="legend" aria-label="${t('Signs')}">
      ${legend}
    </ul>`
  }`;
  return fold({ id: 'timeline', title: t('Timeline'), level: 2 }, content);
}

function figure(timeline: RunTimeline, t: Translate): Html {
  const { run, number, batch, start, end, isEnded } = timeline;
  const took = isEnded ? formatDuration(end - start) : t('{0} so far', formatDuration(end - start));
  return html`<figure id="run-${run}">
    <figcaption>${t('Batch {0}, run {1}', batch, number)} · ${time(isoTime(start))} · ${took}</figcaption>
    ${timelinePicture(timeline, t)}
    <details class="small" id="table-${run}">
      <summary>${t('As a table')}</summary>
      <div class="wide" tabindex="0" role="region" aria-label="${t('Table of run {0} of batch {1}', number, batch)}">
        ${table(timeline, t)}
      </div>
    </details>
  </figure>`;
}

function table({ lanes, start: runStart }: RunTimeline, t: Translate): Html {
  const rows = lanes.flatMap(({ thread, bars, marks }) =>
    [
      ...bars.map(bar => ({ thread, start: bar.start, end: bar.end, what: barText(bar, t) })),
      ...marks.map(mark => ({ thread, start: mark.start, end: mark.end, what: markText(mark, t) })),
    ].sort((left, right) => left.start - right.start || left.end - right.end),
  );
  const after = (moment: number) => `+${formatDuration(moment - runStart)}`;
  const heads = [t('Thread'), t('From'), t('To'), t('What')];
  return html`<table>
    ${tableHead(heads)}
    <tbody>
      ${rows.map(
        ({ thread, start, end, what }) =>
          html`<tr>
            <th scope="row" class="id">${thread}</th>
            <td class="number">${after(start)}</td>
            <td class="number">${after(end)}</td>
            <td>${words(what)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
