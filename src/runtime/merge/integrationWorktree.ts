import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from '../../common/logger';
import { integrationWorktreeName } from '../../domain/names';
import { pathChanges } from '../git/changes';
import type { Git } from '../git/git';
import { GitError, isGitError } from '../git/gitError';
import type { Worktrees } from '../git/worktrees';

/**
 * The worktree in which candidates are checked out, HEAD detached, to be merged and validated. It is ours alone: what others
 * leave in it is cleared away, but not without a word.
 */
export class IntegrationWorktree {
  private readonly name: string;

  constructor(
    private readonly git: Git,
    private readonly worktrees: Worktrees,
    private readonly logger: Logger,
    streamId: string,
  ) {
    this.name = integrationWorktreeName(streamId);
  }

  /** Has exactly `commit` checked out in it, ignored files aside, and gives its path. Made when absent, made anew when broken. */
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
    const wanted = await realpath(place).catch(() => place);
    const listed = (await this.worktrees.list()).find(
      worktree => path.relative(worktree.path, wanted) === '' || path.relative(worktree.path, place) === '',
    );
    if (!listed) return 'absent';
    // An addition that was cut off leaves a lock of git's own and a worktree in which every file seems deleted.
    return listed.locked === 'initializing' || listed.prunable !== undefined ? 'broken' : 'usable';
  }

  private async add(commit: string): Promise<string> {
    return (await this.worktrees.addDetached({ name: this.name, commit })).path;
  }

  private async clear(place: string, commit: string, signal: AbortSignal | undefined): Promise<void> {
    const found = await pathChanges(this.git, place);
    if (found.length > 0) {
      const names = found.slice(0, 10).map(({ path: name }) => name);
      this.logger.warn(
        `${place} is cleared for the next merge; it held changes: ${names.join(', ')}${found.length > names.length ? ', …' : ''}`,
      );
    }
    // Forced, because a merge that was left there would refuse; detached, because no branch may move with it.
    await this.git.whileLocked(() => this.git.run(['checkout', '--quiet', '--force', '--detach', commit], { cwd: place, signal }), signal);
    if (found.length > 0) await this.git.run(['clean', '-f', '-d', '--quiet'], { cwd: place, signal });
    const left = await pathChanges(this.git, place);
    if (left.length > 0) throw new GitError('dirty', `${left.map(({ path: name }) => name).join(', ')} cannot be cleared away`);
  }

  private async renew(commit: string, why: string): Promise<string> {
    const place = this.worktrees.pathOf(this.name);
    this.logger.warn(`${place} is made anew: ${why}`);
    await this.git.run(['worktree', 'remove', '--force', '--force', place]);
    return this.add(commit);
  }
}
