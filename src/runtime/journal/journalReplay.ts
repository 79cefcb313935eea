import type { JournalEvent } from '../../domain/journal/events';
import { parseJournalLine } from '../../domain/journal/journalLine';
import type { JournalState } from '../../domain/journal/journalState';
import { emptyJournalState, foldJournal } from '../../domain/journal/reduce';

export type IgnoredLine = {
  /** 1-based. */
  readonly line: number;
  /** `unknown`: of a newer program; `superseded`: of a driver that had been replaced; `unreadable`: not ours, or damaged. */
  readonly reason: 'unknown' | 'superseded' | 'unreadable';
};

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
        this.ignored.push({ line: this.lines, reason: parsed.kind === 'event' ? 'superseded' : parsed.kind });
        if (parsed.kind === 'unknown') this.highest = Math.max(this.highest, parsed.seq);
      }
    }
    this.folded = foldJournal(events, this.folded);
    return events;
  }
}
