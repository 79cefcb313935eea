import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { silentLogger, type Logger } from '../../common/logger';
import { Sequencer } from '../../common/sequencer';
import { tellingDiskFaults } from './diskFault';
import type { Git } from './git';
import { GitError, isGitError } from './gitError';
import { removeLeftoverRefLock } from './leftoverLock';
import { unlockWorktree } from './lockWorktree';
import { isAtWork } from './noteFolder';
import { isSamePath } from './paths';
import { isUnchanged, isThere, removableWorktree } from './removalDemands';
import type { Snapshot } from './snapshotRecord';
import type { Snapshots } from './snapshots';
import { clearTombstone, readTombstones, writeTombstone, type Tombstone } from './tombstones';
import { branchHolders, listWorktrees } from './worktreeList';

export type RemovalRequest = {
  /** Absolute. */
  readonly worktree: string;
  readonly stream: string;
  readonly task: string;
  readonly attempt?: string | undefined;
  /** Short name of the branch to delete with it, when nothing of it is lost by that. */
  readonly branch?: string | undefined;
  /** The ref that may hold the branch already. */
  readonly mergedInto?: string | undefined;
  /** A snapshot that was taken for this removal; taken anew when the worktree changed since. */
  readonly snapshot?: string | undefined;
  readonly consent?: { readonly largeFiles: boolean } | undefined;
};

export type RemovalResult = {
  /** The ref to restore it from; absent when there was nothing that commits on branches do not hold. */
  readonly snapshot?: string | undefined;
  readonly branchDeleted: boolean;
  /** False when files were in use: the rest is deleted by `finish`, at the next start. */
  readonly finished: boolean;
};

/** What is done to the disk, so that tests can play a system that holds on to open files. */
export type RemovalDisk = { rename(from: string, to: string): Promise<void>; rm(folder: string): Promise<void> };

const realDisk: RemovalDisk = { rename, rm: folder => rm(folder, { recursive: true, force: true }) };
const pauses: readonly number[] = [20, 100, 300];
const tries = 3;

/** One at a time in each repository: what one has begun, another would take for cut off. */
const queue = new Sequencer();

/**
 * Removes worktrees of ours without losing a byte: what is in one is proved to be in commits or in a snapshot, the folder is
 * moved aside, proved again where nobody finds it any more, and only then deleted.
 */
export class Removal {
  private readonly disk: RemovalDisk;
  private readonly logger: Logger;

  constructor(
    private readonly git: Git,
    private readonly snapshots: Snapshots,
    private readonly options: {
      /** Absolute; only worktrees below it are removed, and those that the opencode server made. */
      readonly directory: string;
      readonly disk?: RemovalDisk;
      readonly logger?: Logger;
    },
  ) {
    this.disk = options.disk ?? realDisk;
    this.logger = options.logger ?? silentLogger;
  }

  /**
   * @throws {GitError} `outside`, `checked-out`, `locked`, `dirty` when it never rests
   * @throws {SnapshotError} what cannot be kept, with its paths. In both cases nothing was removed.
   */
  async remove(request: RemovalRequest): Promise<RemovalResult> {
    return queue.run(await this.git.commonDir(), () => tellingDiskFaults(() => this.removeAlone(request)));
  }

  private async removeAlone(request: RemovalRequest): Promise<RemovalResult> {
    const { worktree } = request;
    await this.bringBack(worktree);
    const listed = await removableWorktree(this.git, this.options.directory, worktree);
    let tombstone = this.tombstoneOf(request, listed.path);
    if (!(await isThere(worktree))) return this.finishMoved(tombstone);
    if (listed.locked !== undefined) await unlockWorktree(this.git, listed.path);
    for (let attempt = 1; attempt <= tries; attempt++) {
      const snapshot = await this.keep({ ...request, snapshot: tombstone.snapshot });
      tombstone = { ...tombstone, snapshot: snapshot?.ref };
      await writeTombstone(this.git, tombstone);
      if (!(await this.patiently(() => this.disk.rename(worktree, tombstone.trash)))) {
        await writeTombstone(this.git, { ...tombstone, pid: undefined });
        return { snapshot: tombstone.snapshot, branchDeleted: false, finished: false };
      }
      if (await this.isKept(tombstone.trash, snapshot)) return this.finishMoved(tombstone);
      await this.disk.rename(tombstone.trash, worktree);
      await clearTombstone(this.git, tombstone);
    }
    throw new GitError('dirty', `${worktree} was kept: something goes on changing it.`);
  }

  /**
   * For whoever deletes a worktree with its branch by other means: demands what a removal demands, and keeps what would be lost.
   * @throws {GitError} and {SnapshotError} as `remove` does
   */
  async prove(request: RemovalRequest): Promise<Snapshot | undefined> {
    await removableWorktree(this.git, this.options.directory, request.worktree);
    const { branch } = await this.git.head(request.worktree);
    return this.keep({ ...request, branch });
  }

  /** A snapshot of what would be lost with the worktree; undefined when nothing would. The one of the request, when it still holds all. */
  async keep(request: RemovalRequest): Promise<Snapshot | undefined> {
    const { worktree, snapshot: ref } = request;
    if ((await isUnchanged(this.git, worktree)) && (await this.commitsAreSafe(request))) return undefined;
    const known = ref === undefined ? undefined : (await this.snapshots.list()).find(each => each.ref === ref);
    if (known && (await this.snapshots.differences(known, worktree)).length === 0) return known;
    return this.snapshots.take(request);
  }

  /** The latest snapshot of an attempt's worktree, if one was taken. */
  async taken(attempt: string): Promise<{ readonly snapshot: string } | undefined> {
    const found = (await this.snapshots.list()).find(snapshot => snapshot.attempt === attempt);
    return found && { snapshot: found.ref };
  }

  /** Whether nothing is left of the worktree, neither its folder nor git's memory of it. */
  async isGone(worktree: string): Promise<boolean> {
    return !(await isThere(worktree)) && !(await listWorktrees(this.git)).some(({ path: place }) => isSamePath(place, worktree));
  }

  /**
   * Ends removals that were cut off or met files in use; those it cannot end yet stay for the next time. Takes away what snapshots
   * and restorations left that were cut off.
   */
  async finish(): Promise<void> {
    await this.snapshots.finish();
    await queue.run(await this.git.commonDir(), () => this.finishAlone());
  }

  private async finishAlone(): Promise<void> {
    for (const tombstone of await readTombstones(this.git)) {
      const { worktree, state } = tombstone;
      if (isAtWork(tombstone)) continue;
      try {
        if (tombstone.branch !== undefined) await removeLeftoverRefLock(this.git, `refs/heads/${tombstone.branch}`);
        if (state === 'proved') await this.finishMoved(tombstone);
        else await this.removeAlone(tombstone);
      } catch (error) {
        this.logger.warn(`The removal of ${worktree} could not be finished: ${error instanceof Error ? error.message : String(error)}`);
        if (isGitError(error, 'outside', 'checked-out')) await clearTombstone(this.git, tombstone); // it is no longer what it was
      }
    }
  }

  /** A removal that was cut off before its last proof never happened. */
  private async bringBack(worktree: string): Promise<void> {
    for (const tombstone of await readTombstones(this.git)) {
      if (tombstone.worktree !== worktree || tombstone.state !== 'begun') continue;
      if (isAtWork(tombstone)) throw new GitError('locked', `${worktree} was kept: process ${tombstone.pid ?? 0} is removing it.`);
      if (!(await isThere(worktree)) && (await isThere(tombstone.trash))) await this.disk.rename(tombstone.trash, worktree);
      await clearTombstone(this.git, tombstone);
    }
  }

  private tombstoneOf({ worktree, stream, task, attempt, branch, mergedInto, snapshot }: RemovalRequest, place: string): Tombstone {
    const trash = path.join(path.dirname(place), `.removing-${randomUUID().slice(0, 8)}-${path.basename(place)}`);
    return { version: 1, worktree, trash, state: 'begun', pid: process.pid, stream, task, attempt, branch, mergedInto, snapshot };
  }

  private async isKept(trash: string, snapshot: Snapshot | undefined): Promise<boolean> {
    if (snapshot) return (await this.snapshots.differences(snapshot, trash)).length === 0;
    return isUnchanged(this.git, trash);
  }

  /** Everything from here on can be repeated: the folder is out of the way and all that was in it is kept. */
  private async finishMoved(tombstone: Tombstone): Promise<RemovalResult> {
    const { worktree, trash, snapshot, branch } = tombstone;
    await writeTombstone(this.git, { ...tombstone, state: 'proved', pid: process.pid });
    const listed = (await listWorktrees(this.git)).find(({ path: place }) => isSamePath(place, worktree));
    if (listed && !(await isThere(worktree))) {
      await this.git.whileLocked(() => this.git.run(['worktree', 'remove', '--force', '--force', listed.path]));
    }
    const branchDeleted = branch !== undefined && (await this.deleteBranch(branch, tombstone));
    const finished = await this.patiently(() => this.disk.rm(trash));
    if (finished) await clearTombstone(this.git, tombstone);
    else await writeTombstone(this.git, { ...tombstone, state: 'proved', pid: undefined });
    return { snapshot, branchDeleted, finished };
  }

  /** Whether the commits of the worktree, and of the branch that goes with it, are on a branch that stays. */
  private async commitsAreSafe({ worktree, branch, mergedInto }: RemovalRequest): Promise<boolean> {
    const head = await this.git.head(worktree);
    if (head.sha === undefined) return false;
    if (mergedInto !== undefined && (await this.isHeld(head.sha, mergedInto))) return true;
    if (head.branch !== undefined) return head.branch !== branch;
    const { stdout } = await this.git.run(['for-each-ref', '--count=2', `--contains=${head.sha}`, '--format=%(refname)']);
    return stdout.split('\n').some(ref => ref !== '' && ref !== `refs/heads/${branch ?? ''}`);
  }

  private async deleteBranch(branch: string, { mergedInto, snapshot }: Tombstone): Promise<boolean> {
    const tip = await this.git.resolve(`refs/heads/${branch}`);
    if (tip === undefined || (await branchHolders(this.git, branch)).length > 0) return false;
    const holders = [...(mergedInto === undefined ? [] : [mergedInto]), ...(snapshot === undefined ? [] : [snapshot])];
    const held = await Promise.all(holders.map(holder => this.isHeld(tip, holder)));
    if (!held.includes(true)) return false;
    await this.git.deleteRef(`refs/heads/${branch}`, tip);
    return true;
  }

  private async isHeld(commit: string, by: string): Promise<boolean> {
    const holder = await this.git.resolve(by);
    return holder !== undefined && this.git.isAncestor(commit, holder);
  }

  /** False when the system holds on to a file for longer than we wait. */
  private async patiently(act: () => Promise<void>): Promise<boolean> {
    for (let attempt = 0; ; attempt++) {
      try {
        await act();
        return true;
      } catch (error) {
        if (!['EBUSY', 'EPERM', 'EACCES', 'ENOTEMPTY', 'EMFILE'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
        const wait = pauses[attempt];
        if (wait === undefined) {
          this.logger.warn(`Files are in use; their removal is finished later: ${(error as Error).message}`);
          return false;
        }
        await pause(wait);
      }
    }
  }
}
