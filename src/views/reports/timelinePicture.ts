import { formatDuration } from '../../common/duration';
import type { Translate } from '../../common/translate';
import type { MarkKind, RunTimeline, TimelineBar, TimelineLane, TimelineMark } from '../../domain/reports/runTimeline';
import { isStageId } from '../../domain/run/runScope';
import { html, type Html } from './html';
import { words } from './markdownHtml';
import { shapeAtOrigin, type Shape } from './pageIcons';

const height = 44;
/** Marks stand at least so far from each other, in percent of the width. */
const least = 3;

export const markShapes: Readonly<Record<MarkKind, Shape>> = {
  waiting: 'question',
  green: 'check',
  red: 'cross',
  conflict: 'warning',
  returned: 'back',
  landed: 'merge',
  held: 'square',
};

export function markWord(kind: MarkKind, t: Translate): string {
  switch (kind) {
    case 'waiting':
      return t('waits for a person');
    case 'green':
      return t('checks passed');
    case 'red':
      return t('checks failed');
    case 'conflict':
      return t('merge conflict');
    case 'returned':
      return t('sent back to its agent');
    case 'landed':
      return t('merged');
    case 'held':
      return t('not merged');
  }
}

/** The threads of a run side by side: their attempts as bars, what happened to them as marks below. */
export function timelinePicture(timeline: RunTimeline, t: Translate): Html {
  const ticks = ticksOf(timeline.end - timeline.start);
  const axis = html`<svg class="axis" width="100%" height="18" aria-hidden="true">
    ${ticks.map(
      ({ at, label }) =>
        html`<text x="${percent(at)}" y="13" text-anchor="${at > 0.94 ? 'end' : at === 0 ? 'start' : 'middle'}">${label}</text>`,
    )}
  </svg>`;
  const rows = timeline.lanes.map((lane, index) => laneRow(lane, timeline, `lane-${timeline.run}-${index}`, ticks, t));
  return html`<div
    class="wide"
    tabindex="0"
    role="region"
    aria-label="${isStageId(timeline.batch) ? t('Timeline of run {0} of stage {1}', timeline.number, timeline.batch) : t('Timeline of run {0} of batch {1}', timeline.number, timeline.batch)}"
  >
    <div class="lanes"><span></span>${axis}${rows}</div>
  </div>`;
}

function laneRow(lane: TimelineLane, run: RunTimeline, id: string, ticks: readonly Tick[], t: Translate): Html {
  const at = (time: number) => percent(share(time, run));
  const grid = ticks.map(tick => html`<line class="grid" x1="${percent(tick.at)}" x2="${percent(tick.at)}" y1="0" y2="${height}" />`);
  const bars = lane.bars.map(bar => {
    const width = Math.max(0.6, (share(bar.end, run) - share(bar.start, run)) * 100);
    return html`<rect class="bar ${bar.outcome ?? 'running'}" x="${at(bar.start)}" y="5" width="${width.toFixed(2)}%" height="14" rx="3"
      ><title>${barText(bar, t)}</title></rect
    >`;
  });
  const waits = lane.marks
    .filter(({ kind }) => kind === 'waiting')
    .map(mark => {
      const width = Math.max(0.6, (share(mark.end, run) - share(mark.start, run)) * 100);
      return html`<rect class="wait" x="${at(mark.start)}" y="20" width="${width.toFixed(2)}%" height="3" />`;
    });
  const marks = placed(lane.marks, run).map(
    ({ mark, place }) =>
      html`<svg class="mark ${mark.kind}" x="${place.toFixed(2)}%" y="33" overflow="visible">
        <title>${markText(mark, t)}</title>
        ${shapeAtOrigin(markShapes[mark.kind])}
      </svg>`,
  );
  return html`<span class="lane-name"><span class="id">${lane.thread}</span> ${words(lane.name)}</span>
    <svg class="lane" width="100%" height="${height}" role="img" aria-labelledby="${id}-title ${id}-text">
      <title id="${id}-title">${t('Thread {0}', lane.thread)}</title>
      <desc id="${id}-text">${laneText(lane, t)}</desc>
      ${grid}${bars}${waits}${marks}
    </svg>`;
}

/** Everything in a lane as sentences. */
function laneText({ bars, marks }: TimelineLane, t: Translate): string {
  return [...bars.map(bar => barText(bar, t)), ...marks.map(mark => markText(mark, t))].map(text => `${text}.`).join(' ');
}

export function barText({ attempt, agent, start, end, outcome }: TimelineBar, t: Translate): string {
  return t('Attempt {0} by @{1}: {2} after {3}', attempt, agent, outcome ?? t('running'), formatDuration(end - start));
}

export const markText = ({ kind, text }: TimelineMark, t: Translate) => (text === '' ? markWord(kind, t) : `${markWord(kind, t)}: ${text}`);

/** Where marks stand so that none hides another: in order, each at its time or as soon after it as there is room. */
function placed(marks: readonly TimelineMark[], run: RunTimeline): readonly { readonly mark: TimelineMark; readonly place: number }[] {
  const places: number[] = [];
  for (const { kind, start, end } of marks) {
    const wanted = share(kind === 'waiting' ? start : end, run) * 100;
    places.push(Math.max(1, wanted, (places.at(-1) ?? -least) + least));
  }
  for (let index = places.length - 1, most = 99; index >= 0; index--, most -= least) places[index] = Math.min(places[index] ?? 0, most);
  return marks.map((mark, index) => ({ mark, place: places[index] ?? 0 }));
}

const share = (time: number, { start, end }: RunTimeline) => (end <= start ? 0 : Math.min(1, Math.max(0, (time - start) / (end - start))));
const percent = (part: number) => `${(part * 100).toFixed(2)}%`;

type Tick = { readonly at: number; readonly label: string };

const seconds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

/** At most six round times from the start of a run. */
function ticksOf(length: number): readonly Tick[] {
  const step = (seconds.find(size => length / (size * 1000) <= 6) ?? Math.ceil(length / 6000)) * 1000;
  const count = length <= 0 ? 0 : Math.floor(length / step);
  return Array.from({ length: count + 1 }, (_, index) => ({
    at: length <= 0 ? 0 : (index * step) / length,
    label: formatDuration(index * step),
  }));
}
