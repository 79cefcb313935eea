import type { JournalEvent } from '../../domain/journal/events';
import { parseJournalLine, type ParsedLine } from '../../domain/journal/journalLine';
import type { IgnoredLine } from '../../domain/journal/ignoredLine';
import type { JournalState } from '../../domain/journal/journalState';
import { emptyJournalState, foldJournal } from '../../domain/journal/reduce';

/** Turns a journal's lines into its state, whatever is among them. */
export class JournalReplay {
  readonly ignored: IgnoredLine[] = [];
  private lines = 0;
  private folded = emptyJournalState;
  private highest = 0;

  get state(): JournalState {
    return this.folded;
  }

  /** The highest place that any line has, those of unknown kinds included. */
  get lastSeq(): number {
    return Math.max(this.highest, this.folded.lastSeq);
  }

  /** Adds the next lines and gives the events that counted. */
  add(lines: readonly string[]): readonly JournalEvent[] {
    const events: JournalEvent[] = [];
    let epoch = this.folded.epoch;
    for (const line of lines) {
      this.lines++;
      const parsed = parseJournalLine(line);
      if (parsed.kind === 'event' && parsed.event.epoch >= epoch) {
        epoch = parsed.event.epoch;
        events.push(parsed.event);
      } else {
        this.ignored.push({ line: this.lines, ...ignoredBecause(parsed) });
        if (parsed.kind === 'unknown') this.highest = Math.max(this.highest, parsed.seq);
      }
    }
    this.folded = foldJournal(events, this.folded);
    return events;
  }
}

function ignoredBecause(parsed: ParsedLine): Omit<IgnoredLine, 'line'> {
  switch (parsed.kind) {
    case 'event':
      return { reason: 'superseded', event: parsed.event.kind };
    case 'unknown':
      return { reason: 'unknown', event: parsed.event };
    case 'unreadable':
      return { reason: 'unreadable' };
  }
}
