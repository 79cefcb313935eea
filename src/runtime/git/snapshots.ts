import { systemClock, type Clock } from '../../common/clock';
import { silentLogger, type Logger } from '../../common/logger';
import { Sequencer } from '../../common/sequencer';
import { snapshotRef } from '../../domain/names';
import { tellingDiskFaults } from './diskFault';
import { noCommit, type Git } from './git';
import { GitError, isGitError } from './gitError';
import { removeLeftoverRefLock } from './leftoverLock';
import { differencesFromDisk } from './proveSnapshot';
import { readRestorations } from './restorations';
import { clearRestorations } from './restoreLeftovers';
import { restoreSnapshot, type RestoredWorktree } from './restoreSnapshot';
import { SnapshotError } from './snapshotError';
import { listSnapshots, onNoBranch, type Snapshot } from './snapshotRecord';
import { clearTemporaryIndexes } from './temporaryIndex';
import { readTombstones } from './tombstones';
import { commitSnapshot, type SizeLimits, type SnapshotRequest } from './takeSnapshot';

export type SnapshotsOptions = { readonly clock?: Clock; readonly limits?: SizeLimits; readonly logger?: Logger | undefined };

/** One at a time in each repository: numbers are given out, and disks are read from end to end. */
const queue = new Sequencer();

/** The worktrees' contents that are kept below `refs/work/snapshots`. */
export class Snapshots {
  private readonly clock: Clock;
  private readonly logger: Logger;

  constructor(
    private readonly git: Git,
    private readonly options: SnapshotsOptions = {},
  ) {
    this.clock = options.clock ?? systemClock;
    this.logger = options.logger ?? silentLogger;
  }

  /** Newest first. */
  list(): Promise<readonly Snapshot[]> {
    return listSnapshots(this.git);
  }

  /** @throws {SnapshotError} `unknown-snapshot` */
  async get(ref: string): Promise<Snapshot> {
    const found = (await this.list()).find(snapshot => snapshot.ref === ref);
    if (!found) throw new SnapshotError('unknown-snapshot', `There is no snapshot ${ref}.`);
    return found;
  }

  /**
   * Keeps every byte that is in the worktree and not ignored, the repositories inside it with their history among it. When it
   * resolves, the ref is there and was proved against the disk. Index, HEAD and files stay as they are.
   * @throws {SnapshotError} `unreadable`, `too-large`, `changing`, `damaged`; {GitError} `no-space`, `read-only`; then there is no new ref.
   */
  async take(request: SnapshotRequest): Promise<Snapshot> {
    return queue.run(await this.git.commonDir(), () => tellingDiskFaults(() => this.takeAlone(request)));
  }

  private async takeAlone(request: SnapshotRequest): Promise<Snapshot> {
    const { id, ...record } = await commitSnapshot(this.git, request, { takenAt: this.clock.now(), limits: this.options.limits });
    const ref = await this.keep(id, record.stream, record.task);
    const lost = await onNoBranch(this.git, record.head === null ? [] : [record.head]);
    return { ...record, ref, id, unmerged: record.head === null || lost.has(record.head) };
  }

  /** What of the worktree is not in the snapshot, or otherwise; empty when every byte is. */
  differences(snapshot: Snapshot, worktree: string): Promise<readonly string[]> {
    return differencesFromDisk(this.git, snapshot, worktree);
  }

  /**
   * Brings a worktree back where it was, or beside that; in `directory` (absolute) when it was elsewhere. The snapshot stays.
   * @throws {SnapshotError} `unknown-snapshot`, `damaged`; {GitError} `no-space`, `read-only`; then nothing was made.
   */
  async restore(ref: string, directory: string): Promise<RestoredWorktree> {
    return queue.run(await this.git.commonDir(), () =>
      tellingDiskFaults(async () => restoreSnapshot(this.git, await this.get(ref), directory, this.logger)),
    );
  }

  /** Takes away what snapshots and restorations left that were cut off. */
  async finish(): Promise<void> {
    await queue.run(await this.git.commonDir(), async () => {
      await clearTemporaryIndexes(this.git);
      await clearRestorations(this.git, this.logger);
    });
  }

  /**
   * Forgets snapshots for good, each if it is still the one that was listed; git drops what only they held, in its own time.
   * @throws {SnapshotError} `unknown-snapshot`; {GitError} `locked` when a removal or a restoration that did not end needs one. Then
   * it and those after it are kept.
   */
  async forget(snapshots: readonly Pick<Snapshot, 'ref' | 'id'>[]): Promise<void> {
    const needed = new Set([
      ...(await readTombstones(this.git)).map(({ snapshot }) => snapshot),
      ...(await readRestorations(this.git)).map(({ ref }) => ref),
    ]);
    for (const { ref, id } of snapshots) {
      if (needed.has(ref)) throw new GitError('locked', `${ref} was kept: a removal or a restoration that did not end needs it.`);
      try {
        await this.git.deleteRef(ref, id);
      } catch (error) {
        if (!isGitError(error, 'ref-moved')) throw error;
        throw new SnapshotError('unknown-snapshot', `${ref} is gone, or another snapshot now.`, [], error);
      }
    }
  }

  private async keep(id: string, stream: string, task: string): Promise<string> {
    const below = snapshotRef(stream, task, 0).replace(/0$/, '');
    for (;;) {
      const { stdout } = await this.git.run(['for-each-ref', '--format=%(refname)', below]);
      const taken = stdout.split('\n').map(ref => Number(ref.slice(below.length)) || 0);
      const ref = snapshotRef(stream, task, Math.max(0, ...taken) + 1);
      try {
        await this.git.updateRef(ref, id, noCommit);
        return ref;
      } catch (error) {
        if (isGitError(error, 'ref-moved')) continue; // another program was first with this number
        // Nobody else writes below our refs, and nobody of us takes this long.
        if (!isGitError(error, 'locked') || !(await removeLeftoverRefLock(this.git, ref))) throw error;
      }
    }
  }
}
