import type { Disposable } from '../../common/event';
import type { Logger } from '../../common/logger';
import type { JournalState } from '../../domain/journal/journalState';
import { emptyJournalState } from '../../domain/journal/reduce';
import { journalFile, journalFolder } from '../journal/journalPaths';
import { JournalWatcher } from '../journal/journalWatcher';

/** Follows the journal of one workstream at a time. */
export class JournalOfStream implements Disposable {
  private streamId: string | undefined;
  private watcher: JournalWatcher | undefined;
  private isDisposed = false;

  constructor(
    private readonly logger: Logger,
    private readonly onChange: () => void,
  ) {}

  get state(): JournalState {
    return this.watcher?.state ?? emptyJournalState;
  }

  /** Takes in everything that is in the workstream's journal at the call. @throws {JournalError} when it cannot be read. */
  async follow(commonDir: string | undefined, streamId: string | undefined): Promise<void> {
    if (this.streamId === streamId && this.watcher) return this.watcher.refresh();
    this.watcher?.dispose();
    this.watcher = undefined;
    this.streamId = streamId;
    if (commonDir === undefined || streamId === undefined || this.isDisposed) return;
    const watcher = new JournalWatcher(journalFile(journalFolder(commonDir, streamId)), { logger: this.logger }); // disposed here
    this.watcher = watcher;
    try {
      await watcher.refresh();
    } finally {
      watcher.onDidChange(this.onChange);
    }
  }

  dispose(): void {
    this.isDisposed = true;
    this.watcher?.dispose();
    this.watcher = undefined;
  }
}
