import { stat } from 'node:fs/promises';
import type { Move } from '../../domain/delivery/delivery';
import type { Git } from './git';
import { GitError, isGitError } from './gitError';
import { lookHalfWay, putBack } from './halfWay';
import { staysTheSame, lookAt, setLeftoverLockAside } from './leftoverLock';
import { placeOf } from './bytePath';
import { pathDifferences, type PathDifference } from './pathDifferences';
import { indexLock } from './unfinishedWorktree';

/** A branch that is brought from one commit to the other, with the checkout that has it, if one has. */
export type BranchMove = {
  /** Forwards to a descendant, or back from one. */
  readonly action: Move;
  /** Short name. */
  readonly branch: string;
  /** Absolute; null where the branch is checked out nowhere. */
  readonly checkout: string | null;
  readonly before: string;
  readonly after: string;
};

/** What could not be put back after a move was cut off: `files` are a person's. */
export class HalfWayError extends Error {
  override readonly name = 'HalfWayError';

  constructor(
    message: string,
    readonly files: readonly string[],
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/**
 * Moves the branch, and the files of its checkout with it, keeping everything there that differs from HEAD elsewhere. git refuses
 * what would be overwritten; a move that fails in the middle is put back.
 * @throws {GitError} when nothing moved; {HalfWayError} when something is left that cannot be put back without a person
 */
export async function moveBranch(git: Git, move: BranchMove): Promise<void> {
  const { branch, checkout, before, after, action } = move;
  const ref = `refs/heads/${branch}`;
  if (checkout === null) return git.updateRef(ref, after, before, `work: ${action}`);
  try {
    await git.whileLocked(() => (action === 'deliver' ? forward(git, checkout, after) : back(git, move, checkout)));
  } catch (error) {
    const wasKilled = isGitError(error) && error.exitCode === undefined && error.reason === 'failed';
    if (wasKilled) await clearKilledMove(git, move);
    if ((await git.resolve(ref)) === after) return; // the ref is what moves last
    await undoHalfWay(git, move, error);
    throw error;
  }
}

/**
 * Puts back what a cut-off move left in its checkout; does nothing where it left nothing.
 * @throws {HalfWayError} when a person's files are among it, or it cannot be put back; then nothing of it was touched
 */
export async function undoHalfWay(git: Git, { branch, checkout, before, after }: BranchMove, cause?: unknown): Promise<boolean> {
  if (checkout === null) return false;
  const differences = await pathDifferences(git, before, after);
  const { leftOver, foreign } = await lookHalfWay(git, checkout, differences);
  if (leftOver.length === 0) return false;
  if (foreign.length > 0) {
    throw new HalfWayError(
      `Bringing ${branch} from ${before.slice(0, 10)} to ${after.slice(0, 10)} was cut off, and files that it was about to write were changed since`,
      foreign,
      cause,
    );
  }
  try {
    await putBack(git, checkout, leftOver);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new HalfWayError(`Bringing ${branch} to ${after.slice(0, 10)} was cut off and cannot be put back: ${why}`, [], error);
  }
  return true;
}

/** How often one looks whether whoever holds a lock is at work, for about two seconds each time. */
const looksAtLock = 15;

/**
 * Takes away the lock of a git that was killed in the middle of the move, once it is sure that none is at work there any more: the
 * lock and every file of the move stay as they are for a while. The driver may be dead and the git that it started not.
 */
export async function clearKilledMove(git: Git, { checkout, before, after }: BranchMove): Promise<void> {
  if (checkout === null) return;
  const lock = await indexLock(git, checkout);
  const differences = await pathDifferences(git, before, after);
  for (let looks = 0; looks < looksAtLock && (await isThere(lock)); looks++) {
    if (await staysTheSame(() => lookAtAll(checkout, differences))) await setLeftoverLockAside(git, checkout);
  }
}

async function forward(git: Git, checkout: string, after: string): Promise<void> {
  const options = ['--ff-only', '--no-overwrite-ignore', '--no-autostash', '--no-verify-signatures', '--no-stat', '--quiet'];
  await git.run(['merge', ...options, after], { cwd: checkout });
}

/**
 * As `reset --keep`, which would forget what is staged elsewhere: reads the older tree over the newer one, then moves the branch by
 * compare-and-swap.
 */
async function back(git: Git, { branch, before, after }: BranchMove, checkout: string): Promise<void> {
  // What only looks changed (copied, touched) would be refused.
  await git.run(['update-index', '-q', '--refresh'], { cwd: checkout, allowExit: [1] });
  await git.run(['read-tree', '-m', '-u', '--no-recurse-submodules', before, after], { cwd: checkout });
  await git.updateRef(`refs/heads/${branch}`, after, before, 'work: undo');
}

async function lookAtAll(checkout: string, differences: readonly PathDifference[]): Promise<string> {
  const looks = await Promise.all(differences.map(({ path }) => lookAt(placeOf(checkout, path))));
  return looks.join('\n');
}

const isThere = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );

/** @throws {GitError} `locked` while another git command changes the checkout's index, after waiting for it a while */
export async function refuseLocked(git: Git, checkout: string): Promise<void> {
  const lock = await indexLock(git, checkout);
  await git.whileLocked(async () => {
    if (!(await isThere(lock))) return;
    throw new GitError(
      'locked',
      `Another git command is at work: ${lock} exists. Wait for it; if no git command is running, delete that file.`,
    );
  });
}
