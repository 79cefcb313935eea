import { watch, type FSWatcher } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { Emitter, type Disposable } from '../../common/event';

/** Milliseconds in which reports are gathered: one commit makes a dozen. */
const gather = 400;

/** What tells that a worktree came or went, that its index or HEAD changed, or that a branch moved. */
const telling = /^(?:worktrees|HEAD|ORIG_HEAD|MERGE_HEAD|index|packed-refs|locked|gitdir)$/;

/**
 * Tells that worktrees of a repository may have changed, by git's own folders: never by a watch on the working trees, which are as
 * many files again for every agent. What nobody reports (an edit that git was not told of) the next look sees.
 */
export class WorktreeWatcher implements Disposable {
  private readonly changed = new Emitter<undefined>();
  readonly onDidChange = this.changed.event;
  private readonly watchers = new Map<string, FSWatcher>();
  private gathering: NodeJS.Timeout | undefined;
  private isDisposed = false;

  constructor(private readonly commonDir: string) {}

  /** Watches the folders that are there now; call it again after each look. */
  async arm(): Promise<void> {
    const parent = path.join(this.commonDir, 'worktrees');
    const names = await readdir(parent).catch(() => []);
    if (this.isDisposed) return;
    const wanted = new Set([this.commonDir, parent, ...names.map(name => path.join(parent, name))]);
    for (const [folder, watcher] of this.watchers) {
      if (wanted.has(folder)) continue;
      watcher.close();
      this.watchers.delete(folder);
    }
    for (const folder of wanted) if (!this.watchers.has(folder)) this.watch(folder, folder === parent);
  }

  dispose(): void {
    this.isDisposed = true;
    clearTimeout(this.gathering);
    for (const watcher of this.watchers.values()) watcher.close();
    this.watchers.clear();
    this.changed.dispose();
  }

  private watch(folder: string, everything: boolean): void {
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (name === null || everything || telling.test(name)) this.noticed();
      });
      watcher.on('error', () => {
        watcher.close();
        if (this.watchers.get(folder) === watcher) this.watchers.delete(folder);
      });
      this.watchers.set(folder, watcher);
    } catch {
      // It is not there (yet), or the system watches no more: looks come by themselves too.
    }
  }

  private noticed(): void {
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined;
      this.changed.fire(undefined);
    }, gather).unref();
  }
}
