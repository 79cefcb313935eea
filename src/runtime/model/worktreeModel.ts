import { isDeepStrictEqual } from 'node:util';
import { isAbortError } from '../../common/abort';
import { DisposableStore } from '../../common/disposables';
import { Emitter, type Disposable, type Event } from '../../common/event';
import type { RepositoryWorktrees } from '../../domain/worktrees/worktreeFacts';
import { folderSize, type FolderSize } from '../files/folderSize';
import { readWorktrees, type WorktreeSources } from './worktreeReader';
import { WorktreeWatcher } from './worktreeWatcher';

export type WorktreeModelSources = WorktreeSources & {
  /** Says that a journal of this repository grew, or that a run of this process began or ended. */
  readonly onDidRun: Event<unknown>;
};

/** Milliseconds between a report of a change and the look that follows: agents report all the time. */
const delay = 500;

/**
 * The worktrees of one repository. It looks only while somebody watches (`setActive`) or when it is asked to: each look is a git
 * process for every worktree.
 */
export class WorktreeModel implements Disposable {
  private readonly owned = new DisposableStore();
  private readonly lifetime = new AbortController();
  private readonly changed = this.owned.add(new Emitter<undefined>());
  readonly onDidChange = this.changed.event;
  private readonly sizes = new Map<string, FolderSize>();
  private watcher: WorktreeWatcher | undefined;
  private current: RepositoryWorktrees | undefined;
  private reading: Promise<void> | undefined;
  private wanted = false;
  private isActive = false;
  private isStale = true;
  private waiting: NodeJS.Timeout | undefined;

  constructor(private readonly sources: WorktreeModelSources) {
    this.owned.add(sources.onDidRun(() => this.mayHaveChanged()));
  }

  /** undefined until somebody looked. */
  get snapshot(): RepositoryWorktrees | undefined {
    return this.current;
  }

  /** Looks now if something may have changed, and again whenever it may have, until it is no longer wanted. */
  setActive(active: boolean): void {
    this.isActive = active;
    if (active && this.isStale) void this.refresh();
  }

  /** Resolves when what was there at the call is in the snapshot. Calls that overlap share their looks. */
  refresh(): Promise<void> {
    this.wanted = true;
    this.reading ??= this.readWhileWanted().then(() => {
      this.reading = undefined;
      return this.wanted && !this.isDisposed() ? this.refresh() : undefined; // asked for after the last look
    });
    return this.reading;
  }

  /** What a worktree takes on the disk, if somebody measured it. */
  sizeOf(worktree: string): FolderSize | undefined {
    return this.sizes.get(worktree);
  }

  /** Measures a worktree, without the others inside it; rejects when the signal is aborted. The answer is kept for `sizeOf`. */
  async measure(worktree: string, signal?: AbortSignal): Promise<FolderSize> {
    const except = (this.current?.worktrees ?? []).map(({ path }) => path).filter(path => path !== worktree);
    const size = await folderSize(worktree, { except, signal });
    this.sizes.set(worktree, size);
    return size;
  }

  /** Measures all of them, one after the other, and tells each answer. */
  async measureAll(signal: AbortSignal): Promise<void> {
    for (const { path, condition } of this.current?.worktrees ?? []) {
      if (condition.kind === 'missing') continue;
      await this.measure(path, signal);
      this.changed.fire(undefined);
    }
  }

  dispose(): void {
    this.lifetime.abort();
    clearTimeout(this.waiting);
    this.watcher?.dispose();
    this.owned.dispose();
  }

  private isDisposed(): boolean {
    return this.lifetime.signal.aborted;
  }

  private mayHaveChanged(): void {
    this.isStale = true;
    if (!this.isActive) return;
    this.waiting ??= setTimeout(() => {
      this.waiting = undefined;
      void this.refresh();
    }, delay).unref();
  }

  private async readWhileWanted(): Promise<void> {
    while (this.wanted && !this.isDisposed()) {
      this.wanted = false;
      this.isStale = false;
      await this.watch();
      const before = this.current;
      this.current = await this.read();
      for (const measured of this.sizes.keys()) {
        if (!this.current.worktrees.some(({ path }) => path === measured)) this.sizes.delete(measured);
      }
      if (!isDeepStrictEqual(before, this.current) && !this.isDisposed()) this.changed.fire(undefined);
    }
  }

  private async read(): Promise<RepositoryWorktrees> {
    const { root } = this.sources.files;
    try {
      return await readWorktrees(this.sources, this.lifetime.signal);
    } catch (error) {
      if (!isAbortError(error)) this.sources.logger.error(`the worktrees of ${root} cannot be listed`, error);
      return { root, worktrees: [], deleted: [], problem: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Before the look, so that nothing changes unnoticed between them. */
  private async watch(): Promise<void> {
    const commonDir = await this.sources.git.commonDir().catch(() => undefined);
    if (commonDir === undefined || this.isDisposed()) return;
    if (!this.watcher) {
      this.watcher = new WorktreeWatcher(commonDir); // disposed with us
      this.watcher.onDidChange(() => this.mayHaveChanged());
    }
    await this.watcher.arm();
  }
}
