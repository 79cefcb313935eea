import { stateFilePathspecs } from '../../domain/files/stateFiles';
import { changes, pathChanges } from './changes';
import { commitMessage, type Trailers } from './commitMessage';
import type { Git } from './git';
import { GitError } from './gitError';

export type CommitRequest = {
  /** First line: the title. Anything is safe here. */
  readonly message: string;
  readonly trailers?: Trailers | undefined;
  /** The branch that HEAD must be on, short name; not looked at when absent. */
  readonly branch?: string | undefined;
};

export type CommitResult = {
  /** Absent when there was nothing to commit. */
  readonly commit?: string | undefined;
  /** Changed state files of `work/`, which stay as they are on disk. */
  readonly leftOut: readonly string[];
  /** Repositories inside the worktree, refused: of their files git would keep nothing. */
  readonly nested: readonly string[];
};

const anyCase = stateFilePathspecs.map(spec => spec.replace(':(top,glob)', ':(top,glob,icase)'));
const withoutStateFiles = anyCase.map(spec => spec.replace(':(top,', ':(top,exclude,'));

/**
 * Commits everything in `worktree` that git does not ignore, as the user, without hooks or signature; state files of `work/` and
 * nested repositories are left out and named. Commits that are there already stay.
 * @throws {GitError} `wrong-branch`, `conflict` when files of a merge are unresolved, `locked`, `no-identity`; then nothing was committed.
 */
export async function commitAll(git: Git, worktree: string, { message, trailers, branch }: CommitRequest): Promise<CommitResult> {
  const head = await git.head(worktree);
  if (branch !== undefined && head.branch !== branch) {
    const where = head.branch === undefined ? 'a detached HEAD' : `branch ${head.branch}`;
    throw new GitError(
      'wrong-branch',
      `${worktree} is on ${where} instead of branch ${branch}. Its work is there; switch it back with: git switch ${branch}`,
    );
  }
  if (head.sha === undefined) throw new GitError('no-commit', `${worktree} has no commit to build on.`);
  const { nested, unmerged } = await changes(git, worktree);
  if (unmerged.length > 0) {
    throw new GitError(
      'conflict',
      `A merge in ${worktree} is not resolved: ${unmerged.join(', ')}. Resolve it and commit, or run "git merge --abort" there.`,
    );
  }
  const leftOut = await pathChanges(git, worktree, anyCase);
  await unstage(git, worktree, leftOut.length > 0 ? anyCase : [], nested);
  const kept = [':(top)', ...withoutStateFiles, ...nested.map(name => `:(top,exclude,literal)${name}`)];
  // A line ending that cannot survive is a warning for people, not a reason to lose an agent's work.
  const add = ['-c', 'core.safecrlf=false', 'add', '--all', '--sparse', '--pathspec-from-file=-', '--pathspec-file-nul'];
  await git.whileLocked(() => git.input(add, terminated(kept), { cwd: worktree }));
  const commit = (await hasSomethingToCommit(git, worktree))
    ? await commitIndex(git, worktree, commitMessage(message, trailers))
    : undefined;
  return { commit, leftOut: leftOut.map(({ path }) => path).sort(), nested };
}

/** Takes out of the index what the agent may have put there itself; the files stay. */
async function unstage(git: Git, worktree: string, specs: readonly string[], nested: readonly string[]): Promise<void> {
  const paths = [...specs, ...nested.map(name => `:(top,literal)${name}`)];
  if (paths.length === 0) return;
  const reset = ['reset', '--quiet', '--pathspec-from-file=-', '--pathspec-file-nul', 'HEAD'];
  await git.whileLocked(() => git.input(reset, terminated(paths), { cwd: worktree }));
}

/** A merge that the agent resolved counts, even when it changes nothing. */
async function hasSomethingToCommit(git: Git, worktree: string): Promise<boolean> {
  const { exitCode } = await git.run(['diff', '--cached', '--quiet', '--ignore-submodules=none', 'HEAD'], {
    cwd: worktree,
    allowExit: [1],
  });
  return exitCode === 1 || (await git.resolve('MERGE_HEAD', worktree)) !== undefined;
}

async function commitIndex(git: Git, worktree: string, message: string): Promise<string> {
  const args = ['commit', '--quiet', '--no-verify', '--no-status', '--cleanup=whitespace', '--file=-'];
  await git.whileLocked(() => git.input(args, message, { cwd: worktree }));
  return (await git.run(['rev-parse', 'HEAD'], { cwd: worktree })).stdout.trim();
}

const terminated = (paths: readonly string[]) => paths.map(path => `${path}\0`).join('');
