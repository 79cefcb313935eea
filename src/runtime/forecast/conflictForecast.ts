import { setTimeout as sleep } from 'node:timers/promises';
import { isAbortError } from '../../common/abort';
import type { Disposable } from '../../common/event';
import type { Logger } from '../../common/logger';
import { sameForecast, type ForeseenConflict } from '../../domain/merge/foreseen';
import { integrationBranch } from '../../domain/names';
import type { Git } from '../git/git';
import { mergeTrees } from '../git/mergeTrees';
import { presentCommit } from '../git/presentCommit';

/** A thread whose work is not in yet, and where it is. */
export type ThreadPlace = { readonly thread: string; readonly worktree: string };

export type ForecastSources = {
  readonly git: Git;
  readonly streamId: string;
  readonly logger: Logger;
  /** The threads that are at work or wait for their merge, in plan order. */
  readonly places: () => readonly ThreadPlace[];
  /** What was foreseen last, and where a forecast that differs from it goes. */
  readonly known: () => readonly ForeseenConflict[];
  readonly tell: (conflicts: readonly ForeseenConflict[]) => void;
};

/** Milliseconds from one look to the next while nothing happens. */
const pace = 60_000;
/** How many times as long as a look took the next one waits. */
const share = 3;
/** With more threads than this, what is foreseen would cost more than it is worth. */
const mostPlaces = 16;

type Side = ThreadPlace & { readonly commit: string };

/**
 * Foresees conflicts while agents are still at work: the present states of their worktrees are merged on trial, two by two and each
 * with the integration branch. Only objects are written, no ref moves, nothing waits for it, and its failures are only logged.
 */
export class ConflictForecast implements Disposable {
  private readonly stopped = new AbortController();
  private readonly timer: NodeJS.Timeout;
  /** By the two commits: what conflicts between them never changes. */
  private pairs = new Map<string, readonly string[]>();
  private running: Promise<void> | undefined;
  private isWanted = false;

  constructor(private readonly sources: ForecastSources) {
    this.timer = setInterval(() => void this.look(), pace).unref();
  }

  /** Looks now, or once more after the look that is under way. Never rejects. */
  look(): Promise<void> {
    this.isWanted = true;
    this.running ??= this.lookWhileWanted().finally(() => (this.running = undefined));
    return this.running;
  }

  /** Stops looking; resolves when nothing of it is under way. */
  async stop(): Promise<void> {
    this.dispose();
    await this.running;
  }

  dispose(): void {
    clearInterval(this.timer);
    this.stopped.abort();
  }

  private async lookWhileWanted(): Promise<void> {
    const { known, tell, logger } = this.sources;
    const { signal } = this.stopped;
    while (this.isWanted && !signal.aborted) {
      this.isWanted = false;
      const begun = performance.now();
      try {
        const foreseen = await this.foresee(signal);
        signal.throwIfAborted();
        if (!sameForecast(foreseen, known())) tell(foreseen);
        // However often tasks end, most of the machine is left to the agents.
        await sleep(share * (performance.now() - begun), undefined, { signal, ref: false });
      } catch (error) {
        if (!isAbortError(error)) logger.warn(`Conflicts could not be foreseen: ${String(error)}`);
      }
    }
  }

  private async foresee(signal: AbortSignal): Promise<readonly ForeseenConflict[]> {
    const { git, streamId, places } = this.sources;
    const sides: Side[] = [];
    for (const place of places().slice(0, mostPlaces)) {
      const commit = await this.commitOf(place, signal);
      if (commit !== undefined) sides.push({ ...place, commit });
    }
    const branch = await git.resolve(`refs/heads/${integrationBranch(streamId)}`);
    const before = this.pairs;
    this.pairs = new Map();
    const foreseen: ForeseenConflict[] = [];
    for (const [index, side] of sides.entries()) {
      const others = [
        ...(branch === undefined ? [] : [{ thread: null, commit: branch }]),
        ...sides.slice(index + 1).map(({ thread, commit }) => ({ thread, commit })),
      ];
      for (const { thread: other, commit } of others) {
        const key = `${commit} ${side.commit}`;
        const files = before.get(key) ?? (await this.conflicts(side, commit, signal));
        this.pairs.set(key, files);
        if (files.length > 0) foreseen.push({ thread: side.thread, other, files: [...files] });
      }
    }
    const stillThere = new Set(places().map(({ thread }) => thread)); // one may have landed while this one looked
    return foreseen.filter(({ thread, other }) => stillThere.has(thread) && (other === null || stillThere.has(other)));
  }

  private async conflicts({ commit: theirs, worktree: cwd }: Side, onto: string, signal: AbortSignal): Promise<readonly string[]> {
    return (await mergeTrees(this.sources.git, { onto, theirs, cwd, signal })).conflicts;
  }

  /** A worktree that is being made, or is gone, says nothing. */
  private async commitOf({ worktree, thread }: ThreadPlace, signal: AbortSignal): Promise<string | undefined> {
    try {
      return await presentCommit(this.sources.git, worktree, signal);
    } catch (error) {
      signal.throwIfAborted();
      this.sources.logger.debug(`The worktree of thread ${thread} says nothing about conflicts now: ${String(error)}`);
      return undefined;
    }
  }
}
