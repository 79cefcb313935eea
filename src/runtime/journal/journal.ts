import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { isoTime, type Clock } from '../../common/clock';
import { Emitter } from '../../common/event';
import type { Logger } from '../../common/logger';
import { Sequencer } from '../../common/sequencer';
import type { JournalEvent, NewJournalEvent } from '../../domain/journal/events';
import { formatJournalLine, parseJournalLine } from '../../domain/journal/journalLine';
import type { JournalState } from '../../domain/journal/journalState';
import { reduce } from '../../domain/journal/reduce';
import { describeIgnored, type IgnoredLine } from '../../domain/journal/ignoredLine';
import { versionOf } from '../../domain/journal/versions';
import { Appender, type Write } from './appender';
import { moveAside, readNotes, removeNote } from './inbox';
import { JournalError } from './journalError';
import { inboxFolder } from './journalPaths';
import { JournalReplay } from './journalReplay';
import { replayFile } from './readJournal';
import { setTornTailAside } from './tornTail';

export type JournalOptions = {
  readonly clock: Clock;
  /** The driver's number, never lower than that of a driver before it. */
  readonly epoch: number;
  readonly logger: Logger;
  readonly write?: Write;
  /** Called before every append; throws when this process is not the driver any more. */
  readonly guard?: () => void;
};

/** What the driver decided and did in one workstream: a file of lines that only grows, and what they add up to. */
export class Journal {
  private readonly appended = new Emitter<JournalEvent>();
  private readonly folding = new Sequencer();
  private current: JournalState;
  private lastSeq: number;

  /** The lines that were there when it was opened and that say nothing to this program. They stay where they are. */
  readonly ignored: readonly IgnoredLine[];
  /** The event as it was written, right after the state has taken it in. */
  readonly onDidAppend = this.appended.event;

  private constructor(
    readonly file: string,
    private readonly appender: Appender,
    replay: JournalReplay,
    private readonly options: JournalOptions,
  ) {
    this.ignored = replay.ignored;
    this.current = replay.state;
    this.lastSeq = replay.lastSeq;
  }

  /**
   * Reads the journal (an absent one is made) and makes it ready for its one writer. A torn last line is set aside.
   * @throws {JournalError} `inaccessible`, or `superseded` when a driver with a higher number has written.
   */
  static async open(file: string, options: JournalOptions): Promise<Journal> {
    const replay = new JournalReplay();
    try {
      const folder = path.dirname(file);
      await mkdir(folder, { recursive: true });
      const end = await replayFile(file, replay);
      for (const ignored of replay.ignored) options.logger.warn(`${file}: ${describeIgnored(ignored)}`);
      refuseOlderDriver(file, replay.state.epoch, options.epoch);
      const aside = await setTornTailAside(file, end);
      if (aside !== undefined) options.logger.warn(`The last line of ${file} had not been written whole; it is kept in ${aside}.`);
      const appender = new Appender(file, options.logger, options.write, bytes => isOfOlderDriver(bytes, options.epoch));
      await syncFolder(folder);
      return new Journal(file, appender, replay, options);
    } catch (error) {
      if (error instanceof JournalError) throw error;
      const advice = 'Check the permissions of its folder and the free space of its disk.';
      throw new JournalError('inaccessible', file, `${file} cannot be opened for writing: ${String(error)}. ${advice}`, error);
    }
  }

  get state(): JournalState {
    return this.current;
  }

  get inboxFolder(): string {
    return inboxFolder(path.dirname(this.file));
  }

  /**
   * Writes one event to the disk and folds it in. It has happened when this returns, and not at all when it throws.
   * @throws {JournalError} After a failed write every further append is refused with the same error.
   * @throws What the guard throws.
   */
  append(event: NewJournalEvent): JournalEvent {
    const { clock, epoch, guard } = this.options;
    guard?.();
    const line = formatJournalLine({ v: versionOf(event.kind), seq: this.lastSeq + 1, at: isoTime(clock.now()), epoch, ...event });
    const parsed = parseJournalLine(line);
    if (parsed.kind !== 'event') throw new JournalError('invalid-event', this.file, `Not an event of the journal: ${line.trimEnd()}`);
    this.appender.append(Buffer.from(line));
    this.lastSeq = parsed.event.seq;
    this.current = reduce(this.current, parsed.event);
    this.appended.fire(parsed.event);
    return parsed.event;
  }

  /**
   * Appends the notes that others left, oldest first, and gives them. A note is removed after its line is on the disk, so a
   * crash in between folds it a second time. What is not a note is kept aside and logged.
   */
  foldInbox(): Promise<readonly NewJournalEvent[]> {
    return this.folding.run('inbox', async () => {
      const folded: NewJournalEvent[] = [];
      for (const found of await readNotes(this.inboxFolder)) {
        if (found.kind === 'note') {
          this.append(found.note);
          folded.push(found.note);
          await removeNote(found.file);
        } else if (found.kind === 'unreadable') {
          this.options.logger.warn(`A note for the journal cannot be understood; it is kept in ${await moveAside(found.file)}.`);
        } else {
          this.options.logger.warn(`The note ${found.file} cannot be read now: ${String(found.cause)}`);
        }
      }
      return folded;
    });
  }

  /** Idempotent. Nothing can be appended afterwards. */
  close(): void {
    this.appended.dispose();
    this.appender.close();
  }
}

/** A driver that is replaced between its look at the claims and its write leaves one line more; readers pass over it. */
function isOfOlderDriver(bytes: Buffer, epoch: number): boolean {
  const text = bytes.toString('utf8');
  const lines = text.split('\n').slice(0, -1).map(parseJournalLine);
  return text.endsWith('\n') && lines.every(line => line.kind === 'event' && line.event.epoch < epoch);
}

function refuseOlderDriver(file: string, seen: number, ours: number): void {
  if (seen <= ours) return;
  throw new JournalError('superseded', file, `${file} was written by driver ${seen}, and this is driver ${ours}: it must not go on.`);
}

/** Makes a new file's name survive a power cut; Windows does it by itself and refuses to open folders. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
