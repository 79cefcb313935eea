import { watch, type FSWatcher } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Emitter, type Disposable } from '../../common/event';
import { silentLogger, type Logger } from '../../common/logger';
import type { JournalEvent } from '../../domain/journal/events';
import type { JournalState } from '../../domain/journal/journalState';
import { JournalReplay } from './journalReplay';
import { replayFile } from './readJournal';

export type WatchOptions = {
  /** Milliseconds between looks at the file, for file systems that announce nothing. */
  readonly interval?: number;
  readonly logger?: Logger;
};

/** Follows a journal that somebody else writes, reading only what is new. The file and its folders need not exist yet. */
export async function watchJournal(file: string, options: WatchOptions = {}): Promise<JournalWatcher> {
  const watcher = new JournalWatcher(file, options); // disposed by the caller
  await watcher.refresh();
  return watcher;
}

export class JournalWatcher implements Disposable {
  private readonly changed = new Emitter<readonly JournalEvent[]>();
  private readonly logger: Logger;
  private readonly timer: NodeJS.Timeout;
  private folderWatcher: FSWatcher | undefined;
  private replay = new JournalReplay();
  private end = 0;
  private inode: number | undefined;
  private reading: Promise<void> | undefined;
  private wanted = false;
  private isDisposed = false;

  /** The events that came; all events again when the file was replaced. The state has taken them in. */
  readonly onDidChange = this.changed.event;

  constructor(
    readonly file: string,
    { interval = 1000, logger = silentLogger }: WatchOptions = {},
  ) {
    this.logger = logger;
    this.timer = setInterval(() => this.look(), interval).unref();
    this.watchFolder();
  }

  get state(): JournalState {
    return this.replay.state;
  }

  /** Resolves when everything that was in the file at the call has been taken in. Calls that overlap share their reads. */
  refresh(): Promise<void> {
    this.wanted = true;
    this.reading ??= this.readWhileWanted().finally(() => (this.reading = undefined));
    return this.reading;
  }

  dispose(): void {
    this.isDisposed = true;
    clearInterval(this.timer);
    this.folderWatcher?.close();
    this.changed.dispose();
  }

  private async readWhileWanted(): Promise<void> {
    while (this.wanted && !this.isDisposed) {
      this.wanted = false;
      await this.readNew();
    }
  }

  private async readNew(): Promise<void> {
    const found = await stat(this.file).catch(() => undefined);
    const replaced = this.inode !== undefined && (found?.ino !== this.inode || found.size < this.end);
    if (replaced) {
      this.replay = new JournalReplay();
      this.end = 0;
      this.folderWatcher?.close(); // the folder may be another one by now
      this.folderWatcher = undefined;
    }
    this.inode = found?.ino;
    const events: JournalEvent[] = [];
    if (found && found.size > this.end) this.end = await replayFile(this.file, this.replay, added => events.push(...added), this.end);
    if (replaced || events.length > 0) this.changed.fire(events);
  }

  private look(): void {
    if (this.isDisposed) return;
    this.watchFolder();
    this.refresh().catch((error: unknown) => this.logger.warn(`${this.file} cannot be followed: ${String(error)}`));
  }

  private watchFolder(): void {
    if (this.folderWatcher) return;
    try {
      const watcher = watch(path.dirname(this.file), { persistent: false }, (_, name) => {
        if (name === null || name === path.basename(this.file)) this.look();
      });
      watcher.on('error', () => this.forget(watcher));
      this.folderWatcher = watcher;
    } catch {
      // the folder is not there yet: the next look tries again
    }
  }

  private forget(watcher: FSWatcher): void {
    watcher.close();
    if (this.folderWatcher === watcher) this.folderWatcher = undefined;
  }
}
