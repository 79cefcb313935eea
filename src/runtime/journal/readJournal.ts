import type { JournalEvent } from '../../domain/journal/events';
import type { IgnoredLine } from '../../domain/journal/ignoredLine';
import type { JournalState } from '../../domain/journal/journalState';
import { JournalError } from './journalError';
import { JournalReplay } from './journalReplay';
import { readLines } from './readLines';

export type JournalContent = {
  readonly events: readonly JournalEvent[];
  readonly state: JournalState;
  readonly ignored: readonly IgnoredLine[];
};

/**
 * Reads a journal without taking part in it: safe beside the driver that writes it. An absent file is an empty journal.
 * @throws {JournalError} `inaccessible`
 */
export async function readJournal(file: string): Promise<JournalContent> {
  const replay = new JournalReplay();
  const events: JournalEvent[] = [];
  await replayFile(file, replay, added => events.push(...added));
  return { events, state: replay.state, ignored: replay.ignored };
}

/** Feeds the file's whole lines from byte `from` to the replay; gives the byte after the last of them. An absent file has none. */
export async function replayFile(
  file: string,
  replay: JournalReplay,
  onEvents: (events: readonly JournalEvent[]) => void = () => undefined,
  from = 0,
): Promise<number> {
  let end = from;
  try {
    for await (const chunk of readLines(file, from)) {
      onEvents(replay.add(chunk.lines));
      end = chunk.end;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return end;
    throw new JournalError('inaccessible', file, `${file} cannot be read: ${String(error)}`, error);
  }
  return end;
}
