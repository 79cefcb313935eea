import { isWithin } from '../ids';
import { scopeTitle } from '../run/runScope';
import type { JournalEvent } from './events';
import { eventSubject } from './eventSubject';
import { describeEvent } from './eventWords';
import { describeIgnored, type IgnoredLine } from './ignoredLine';

export type TimelineEntry = {
  /** ISO time as it was written, for people: a clock that was set back makes it go back, the order stays. */
  readonly at: string;
  /** The attempt, task, thread, batch or stage it is about; undefined: the workstream. */
  readonly about: string | undefined;
  /** What happened, with its evidence, in one line of readable text. */
  readonly text: string;
  /** The number of the driver that wrote it. */
  readonly driver: number;
};

/** One run of a batch; `batch` undefined: what happened between runs. */
export type TimelineSection = {
  readonly batch: string | undefined;
  /** There is a `run.finished`, or this is no run. */
  readonly isEnded: boolean;
  readonly entries: readonly TimelineEntry[];
};

export type Timeline = { readonly sections: readonly TimelineSection[]; readonly ignored: readonly string[] };

/**
 * A journal for people: what happened, in the order of its lines, one section for each run.
 * `only`: a stage, batch, thread or task; what is about something else is left out.
 */
export function timelineOf(events: Iterable<JournalEvent>, ignored: readonly IgnoredLine[], only?: string): Timeline {
  const sections: { batch: string | undefined; isEnded: boolean; entries: TimelineEntry[] }[] = [];
  let inRun = false;
  for (const event of events) {
    const begins = event.kind === 'run.started' || event.kind === 'run.resumed';
    const last = sections.at(-1);
    const section =
      last !== undefined && !begins && (inRun || last.batch === undefined) ? last : { batch: undefined, isEnded: true, entries: [] };
    if (section !== last) sections.push(section);
    if (begins) Object.assign(section, { batch: event.batch, isEnded: false });
    inRun = begins || (inRun && event.kind !== 'run.finished');
    if (event.kind === 'run.finished') section.isEnded = true;
    const about = eventSubject(event);
    if (only !== undefined && !concerns(about, only)) continue;
    section.entries.push({ at: event.at, about, text: describeEvent(event), driver: event.epoch });
  }
  return { sections: sections.filter(({ entries }) => entries.length > 0), ignored: ignored.map(describeIgnored) };
}

/** The timeline as plain text, ready for an editor or a terminal. `title`: one line; `file`: where the journal is. */
export function timelineText(title: string, file: string, { sections, ignored }: Timeline): string {
  const parts = [`${title}\n${file}`];
  for (const section of sections) {
    const heading =
      section.batch === undefined
        ? 'Between runs'
        : `Run of ${scopeTitle(section.batch).toLowerCase()}${section.isEnded ? '' : ' (not ended)'}`;
    parts.push(
      [`${heading}, ${dayOf(section.entries[0]?.at)}`, ...section.entries.flatMap(entryLines(dayOf(section.entries[0]?.at)))].join('\n'),
    );
  }
  if (sections.length === 0) parts.push('Nothing was recorded yet.');
  if (ignored.length > 0) parts.push(['Lines that are passed over', ...ignored.map(line => `  ${line}`)].join('\n'));
  return `${parts.join('\n\n')}\n`;
}

/** A new driver and a new day are said when they come. */
function entryLines(firstDay: string): (entry: TimelineEntry, index: number, all: readonly TimelineEntry[]) => readonly string[] {
  return ({ at, about, text, driver }, index, all) => {
    const before = all[index - 1];
    const day = dayOf(at);
    return [
      ...(before && before.driver !== driver ? [`  -- driver ${driver} goes on --`] : []),
      ...(day === (before ? dayOf(before.at) : firstDay) ? [] : [`  -- ${day} --`]),
      `  ${at.slice(11, 19).padEnd(8)}  ${about === undefined ? '' : `${about}  `}${text}`,
    ];
  };
}

const dayOf = (at = '') => at.slice(0, 10);

function concerns(about: string | undefined, only: string): boolean {
  if (about === undefined) return false;
  const id = about.replace(/#.*$/, '');
  return isWithin(id, only) || isWithin(only, id);
}
