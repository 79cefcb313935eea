import { oneLine, truncate } from '../../common/text';

/** A line of a journal that changes nothing; it is kept where it is. */
export type IgnoredLine = {
  /** 1-based. */
  readonly line: number;
  /** `unknown`: of a newer program; `superseded`: of a driver that had been replaced; `unreadable`: not ours, or damaged. */
  readonly reason: 'unknown' | 'superseded' | 'unreadable';
  /** The kind of the event, where the line says one. */
  readonly event?: string;
};

/** One ignored line in a sentence without its full stop. */
export function describeIgnored({ line, reason, event = '' }: IgnoredLine): string {
  const kind = truncate(oneLine(event), 40);
  switch (reason) {
    case 'unknown':
      return `line ${line} (${kind}) is of a newer version of Workstreams: it is kept and passed over`;
    case 'superseded':
      return `line ${line} (${kind}) was written by a driver that had been replaced: it does not count`;
    case 'unreadable':
      return `line ${line} cannot be read: it is damaged, or not ours; it is kept and passed over`;
  }
}

/** What the user should know before a journal with such lines is written on; undefined when nothing. */
export function ignoredWarning(ignored: readonly IgnoredLine[]): string | undefined {
  const newer = ignored.filter(({ reason }) => reason === 'unknown');
  const damaged = ignored.filter(({ reason }) => reason === 'unreadable');
  const sentences = [
    ...(newer.length > 0
      ? [`The journal has ${lines(newer)} of a newer version of Workstreams. They are kept, but not understood here: update this program.`]
      : []),
    ...(damaged.length > 0 ? [`The journal has ${lines(damaged)} that cannot be read. They are kept and passed over.`] : []),
  ];
  return sentences.length > 0 ? `${sentences.join(' ')} Show Journal lists them.` : undefined;
}

function lines(ignored: readonly IgnoredLine[]): string {
  const numbers = ignored.slice(0, 5).map(({ line }) => line);
  const more = ignored.length > numbers.length ? ' …' : '';
  return `${ignored.length} ${ignored.length === 1 ? 'line' : 'lines'} (${numbers.join(', ')}${more})`;
}
