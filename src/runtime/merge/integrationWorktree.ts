import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from '../../common/logger';
import { integrationWorktreeName } from '../../domain/names';
import { pathChanges } from '../git/changes';
import type { Git } from '../git/git';
import { GitError, isGitError } from '../git/gitError';
import { unlockWorktree } from '../git/lockWorktree';
import { Removal } from '../git/removal';
import { isThere, isUnchanged } from '../git/removalDemands';
import { SnapshotError } from '../git/snapshotError';
import { Snapshots } from '../git/snapshots';
import type { WorktreeInfo } from '../git/worktreeList';
import type { Worktrees } from '../git/worktrees';

/** In the worktree's own refs: the commit that we checked out there last. */
const ours = 'refs/worktree/work-candidate';

/** Where a task's id stands in the names of other snapshots. */
const snapshotName = 'integration';

/**
 * The worktree in which candidates are checked out, HEAD detached, to be merged and validated. It is ours alone: what others
 * leave in it is kept as a snapshot and cleared away, but not without a word.
 */
export class IntegrationWorktree {
  private readonly name: string;
  private readonly snapshots: Snapshots;
  private readonly removal: Removal;

  constructor(
    private readonly git: Git,
    private readonly worktrees: Worktrees,
    private readonly logger: Logger,
    private readonly streamId: string,
  ) {
    this.name = integrationWorktreeName(streamId);
    this.snapshots = new Snapshots(git);
    this.removal = new Removal(git, this.snapshots, { directory: worktrees.directory, logger });
  }

  /**
   * Has exactly `commit` checked out in it, ignored files aside, and gives its path. Made when absent, made anew when broken.
   * @throws {GitError} `dirty` when it holds something that cannot be kept; then it stays as it is.
   */
  async at(commit: string, signal: AbortSignal | undefined): Promise<string> {
    const place = this.worktrees.pathOf(this.name);
    const state = await this.inspect(place);
    if (state === 'absent') return this.add(commit);
    if (state === 'broken') return this.renew(commit, 'it was never finished, or its folder is gone');
    try {
      await this.clear(place, commit, signal);
      return place;
    } catch (error) {
      signal?.throwIfAborted();
      if (!isGitError(error)) throw error;
      return this.renew(commit, error.message);
    }
  }

  private async inspect(place: string): Promise<'absent' | 'broken' | 'usable'> {
    const listed = await this.listed(place);
    if (!listed) return 'absent';
    // An addition that was cut off leaves a lock of git's own and a worktree in which every file seems deleted.
    return listed.locked === 'initializing' || listed.prunable !== undefined ? 'broken' : 'usable';
  }

  private async listed(place: string): Promise<WorktreeInfo | undefined> {
    const wanted = await realpath(place).catch(() => place);
    return (await this.worktrees.list()).find(
      worktree => path.relative(worktree.path, wanted) === '' || path.relative(worktree.path, place) === '',
    );
  }

  private async add(commit: string): Promise<string> {
    const { path: place } = await this.worktrees.addDetached({ name: this.name, commit });
    await this.remember(place, commit);
    return place;
  }

  private async clear(place: string, commit: string, signal: AbortSignal | undefined): Promise<void> {
    const isChanged = await this.keep(place, signal);
    await this.remember(place, commit);
    // Forced, because a merge that was left there would refuse; detached, because no branch may move with it.
    await this.git.whileLocked(() => this.git.run(['checkout', '--quiet', '--force', '--detach', commit], { cwd: place, signal }), signal);
    if (isChanged) await this.git.run(['clean', '-f', '-d', '--quiet'], { cwd: place, signal });
    const left = await pathChanges(this.git, place);
    if (left.length > 0) throw new GitError('dirty', `${left.map(({ path: name }) => name).join(', ')} cannot be cleared away`);
  }

  /** Takes a snapshot when clearing would lose anything; resolves to whether files were changed. */
  private async keep(place: string, signal: AbortSignal | undefined): Promise<boolean> {
    const isChanged = !(await isUnchanged(this.git, place));
    if (!isChanged && (await this.isHeadKnown(place))) return false;
    const { ref } = await this.orRefuse(() => this.snapshots.take({ worktree: place, stream: this.streamId, task: snapshotName, signal }));
    const names = (await pathChanges(this.git, place)).map(({ path: name }) => name);
    const shown = `${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}`;
    const what = names.length > 0 ? `it held changes: ${shown}` : 'it held commits of its own';
    this.logger.warn(`${place} is cleared for the next merge; ${what}. All of it is kept in ${ref}.`);
    return isChanged;
  }

  /** A commit that is on no branch may be a candidate of ours, which is made again from its parents, or somebody's work. */
  private async isHeadKnown(place: string): Promise<boolean> {
    const { sha, branch } = await this.git.head(place);
    if (sha === undefined || branch !== undefined) return true;
    if ((await this.git.resolve(ours, place)) === sha) return true;
    const { stdout } = await this.git.run(['for-each-ref', '--count=1', `--contains=${sha}`]);
    return stdout !== '';
  }

  private async remember(place: string, commit: string): Promise<void> {
    await this.git.run(['update-ref', ours, commit], { cwd: place });
  }

  private async renew(commit: string, why: string): Promise<string> {
    const place = this.worktrees.pathOf(this.name);
    this.logger.warn(`${place} is made anew: ${why}`);
    const listed = await this.listed(place);
    // The lock of an addition that was cut off, which git itself never takes away; other locks are somebody's.
    if (listed?.locked === 'initializing') await unlockWorktree(this.git, listed.path);
    const { snapshot, finished } = await this.orRefuse(() =>
      this.removal.remove({ worktree: place, stream: this.streamId, task: snapshotName }),
    );
    if (snapshot !== undefined) this.logger.warn(`What was in ${place} is kept in ${snapshot}.`);
    if (!finished && (await isThere(place))) {
      throw new GitError('dirty', `${place} is in use and could not be made anew. Close what uses it.`);
    }
    return this.add(commit);
  }

  /** Nobody can be asked in the middle of a merge: what cannot be kept is left alone, and named. */
  private async orRefuse<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof SnapshotError)) throw error;
      throw new GitError('dirty', `Nothing can be merged while the integration worktree holds what cannot be kept: ${error.message}`, {
        cause: error,
      });
    }
  }
}
