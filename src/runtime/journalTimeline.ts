import type { Disposable } from '../common/event';
import type { Logger } from '../common/logger';
import { timelineOf, timelineText } from '../domain/journal/timeline';
import { journalFile, journalFolder } from './journal/journalPaths';
import { watchJournal } from './journal/journalWatcher';
import { readJournal } from './journal/readJournal';

/** What the timeline of a journal is read from. */
export type TimelineSources = { readonly commonDir: () => Promise<string>; readonly logger: Logger };

/**
 * The journal of a workstream as text for people; `only`: what concerns this stage, batch, thread or task.
 * @throws {JournalError} when it cannot be read; {GitError} when this is no repository.
 */
export async function readTimeline({ commonDir }: TimelineSources, streamId: string, only?: string): Promise<string> {
  const file = journalFile(journalFolder(await commonDir(), streamId));
  const { events, ignored } = await readJournal(file);
  const title = only === undefined ? `Journal of ${streamId}` : `Journal of ${streamId}: ${only}`;
  return timelineText(title, file, timelineOf(events, ignored, only));
}

/** Calls back whenever the journal has grown, whoever wrote it. */
export async function followTimeline({ commonDir, logger }: TimelineSources, streamId: string, onChange: () => void): Promise<Disposable> {
  const watcher = await watchJournal(journalFile(journalFolder(await commonDir(), streamId)), { logger }); // disposed by the caller
  watcher.onDidChange(onChange);
  return watcher;
}
