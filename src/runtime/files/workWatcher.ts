import { watch, type FSWatcher } from 'node:fs';
import path from 'node:path';
import { Emitter, type Disposable, type Event } from '../../common/event';
import { silentLogger, type Logger } from '../../common/logger';
import { changedPaths, emptyScan, isDeep, isPassing, scanFolder, withDeepOf, type FolderScan } from './folderScan';

/** Absolute paths of files and folders that are new, changed or gone. */
export type FilesChange = { readonly files: readonly string[] };

/** Milliseconds: how long changes are gathered, and how often state files are looked at where the system reports nothing. */
const gather = 100;
const interval = 800;

/**
 * Tells what changes in `work/`, whoever changes it. Folders are watched, not files, since files are replaced; what the system
 * reports only starts a look, and looks come by themselves too (for state files; for prompts and reports after a report only).
 */
export class WorkWatcher implements Disposable {
  /** Settles when changes from now on will be told. */
  readonly ready: Promise<void>;
  private readonly changed = new Emitter<FilesChange>();
  readonly onDidChange: Event<FilesChange> = this.changed.event;
  private readonly watchers = new Map<string, { readonly watcher: FSWatcher; readonly identity: string }>();
  private readonly logger: Logger;
  private readonly touched = new Set<string>();
  private known: FolderScan = emptyScan;
  private looking: Promise<void> = Promise.resolve();
  private gathering: NodeJS.Timeout | undefined;
  private waiting: NodeJS.Timeout | undefined;
  private isDisposed = false;
  private isComplaining = false;

  /** `work`: the folder, which need not exist yet. */
  constructor(
    private readonly work: string,
    { logger = silentLogger }: { readonly logger?: Logger } = {},
  ) {
    this.logger = logger;
    this.ready = this.start();
  }

  /** Looks at everything now; changes are told before this settles. */
  refresh(): Promise<void> {
    return this.queue(true);
  }

  dispose(): void {
    this.isDisposed = true;
    clearTimeout(this.gathering);
    clearTimeout(this.waiting);
    for (const { watcher } of this.watchers.values()) watcher.close();
    this.watchers.clear();
    this.changed.dispose();
  }

  private async start(): Promise<void> {
    const first = await scanFolder(this.work, true);
    this.known = first;
    this.arm(first);
    this.poll();
    // What changed while the watchers were armed.
    await this.refresh();
  }

  private poll(): void {
    if (this.isDisposed) return;
    this.waiting = setTimeout(() => {
      void this.queue(false).then(() => this.poll());
    }, interval);
    this.waiting.unref();
  }

  private queue(deep: boolean): Promise<void> {
    this.looking = this.looking
      .then(() => this.look(deep))
      .catch((error: unknown) => this.logger.error(`${this.work} cannot be looked at`, error));
    return this.looking;
  }

  private async look(deep: boolean): Promise<void> {
    if (this.isDisposed) return;
    const touched = [...this.touched];
    this.touched.clear();
    const seen = await scanFolder(this.work, deep);
    // Disposed while it looked.
    if (this.isStopped()) return;
    const now = deep ? seen : withDeepOf(this.work, seen, this.known);
    const changes = new Set(changedPaths(this.known, now));
    // Two writes within one tick of the file system's clock leave the same marks.
    for (const file of touched) if (now.files.has(file)) changes.add(file);
    const foldersChanged = [...changes].some(file => this.known.folders.has(file) || now.folders.has(file));
    this.known = now;
    this.arm(now);
    if (changes.size > 0) this.changed.fire({ files: [...changes] });
    if (foldersChanged && !deep) await this.look(true);
  }

  private isStopped(): boolean {
    return this.isDisposed;
  }

  private arm({ folders }: FolderScan): void {
    if (this.isDisposed) return;
    for (const [folder, { watcher, identity }] of this.watchers) {
      if (folders.get(folder) === identity) continue;
      watcher.close();
      this.watchers.delete(folder);
    }
    for (const [folder, identity] of folders) {
      if (!this.watchers.has(folder)) this.watch(folder, identity);
    }
  }

  private watch(folder: string, identity: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (name === null || !isPassing(name)) this.noticed(name === null ? undefined : path.join(folder, name));
      });
      // A folder that goes away: the next look sees it.
      watcher.on('error', () => {
        watcher.close();
        if (this.watchers.get(folder)?.watcher === watcher) this.watchers.delete(folder);
        this.noticed(undefined);
      });
      this.watchers.set(folder, { watcher, identity });
    } catch (error) {
      if (!this.isComplaining) this.logger.warn(`${folder} cannot be watched, it is looked at instead: ${String(error)}`);
      this.isComplaining = true;
    }
  }

  private noticed(file: string | undefined): void {
    if (this.isDisposed) return;
    if (file !== undefined && !isDeep(this.work, file)) this.touched.add(file);
    if (this.gathering) return;
    this.gathering = setTimeout(() => {
      this.gathering = undefined;
      void this.refresh();
    }, gather);
    this.gathering.unref();
  }
}
