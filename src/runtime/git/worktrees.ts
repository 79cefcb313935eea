import { mkdir } from 'node:fs/promises';
import { silentLogger, type Logger } from '../../common/logger';
import { Sequencer } from '../../common/sequencer';
import { excludeFolder } from './excludeFolder';
import type { Git } from './git';
import { GitError } from './gitError';
import { copyIncludedFiles } from './includedFiles';
import { childPath } from './paths';
import { listWorktrees, type WorktreeInfo } from './worktreeList';

export type NewWorktree = {
  /** One path segment. */
  readonly name: string;
  /** The branch to create, short name. */
  readonly branch: string;
  /** Anything that names a commit. */
  readonly base: string;
};

/** One at a time in each repository: parallel additions gain nothing and fight for git's locks. */
const queue = new Sequencer();

/** The worktrees that are ours: those below one directory. */
export class Worktrees {
  /** Absolute. */
  readonly directory: string;
  private readonly logger: Logger;

  constructor(
    private readonly git: Git,
    options: { readonly directory: string; readonly logger?: Logger | undefined },
  ) {
    this.directory = options.directory;
    this.logger = options.logger ?? silentLogger;
  }

  /** Where a worktree of that name is or would be. @throws {GitError} `outside` when the name is not one path segment. */
  pathOf(name: string): string {
    return childPath(this.directory, name);
  }

  /**
   * Adds a worktree on a new branch.
   * @throws {GitError} `unknown-revision` for the base, `exists` for branch or folder, `name-taken` when another branch's name is in the way.
   */
  add({ name, branch, base }: NewWorktree): Promise<{ readonly path: string }> {
    return this.addIn(name, base, async (path, commit, attempt) => {
      // A try that met a lock may have made the branch before it failed; the first try would have refused one that was there.
      const isOurs = attempt > 0 && (await this.git.resolve(`refs/heads/${branch}`)) === commit;
      return isOurs ? [path, branch] : ['--no-track', '-b', branch, path, commit];
    });
  }

  /** Adds a worktree on a branch that is there. @throws {GitError} `exists`, also when the branch is checked out elsewhere */
  addOn({ name, branch }: Pick<NewWorktree, 'name' | 'branch'>): Promise<{ readonly path: string }> {
    return this.addIn(name, `refs/heads/${branch}`, path => Promise.resolve([path, branch]));
  }

  /** Adds a worktree whose HEAD is detached at `commit`. */
  addDetached({ name, commit }: { readonly name: string; readonly commit: string }): Promise<{ readonly path: string }> {
    return this.addIn(name, commit, (path, resolved) => Promise.resolve(['--detach', path, resolved]));
  }

  /** All worktrees of the repository, ours or not; the main one first. */
  list(): Promise<readonly WorktreeInfo[]> {
    return listWorktrees(this.git);
  }

  /** Copies the ignored files that `.worktreeinclude` names; resolves to their paths, relative, with `/`. */
  copyIncluded(worktree: string): Promise<readonly string[]> {
    return copyIncludedFiles(this.git, worktree, this.logger);
  }

  private async addIn(
    name: string,
    base: string,
    argumentsFor: (path: string, commit: string, attempt: number) => Promise<readonly string[]>,
  ): Promise<{ readonly path: string }> {
    const path = this.pathOf(name);
    return queue.run(await this.git.commonDir(), async () => {
      const commit = await this.git.resolve(base);
      if (commit === undefined) {
        throw new GitError('unknown-revision', `"${base}" names no commit of ${this.git.root}, so no worktree can start from it.`);
      }
      await excludeFolder(this.git, this.directory);
      await mkdir(this.directory, { recursive: true });
      await this.git.whileLocked(async attempt => {
        await this.git.run(['worktree', 'add', '--quiet', ...(await argumentsFor(path, commit, attempt))]);
      });
      return { path };
    });
  }
}
