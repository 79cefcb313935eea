import { stat } from 'node:fs/promises';
import * as z from 'zod';
import type { AttemptState } from '../../domain/journal/journalState';
import { assignedWorktreeName } from '../../domain/names';
import { cloneBranch } from '../git/cloneBranch';
import { Git } from '../git/git';
import { isSamePath, realPathOf } from '../git/paths';
import { findListed, takeAway } from '../git/unfinishedWorktree';
import { listWorktrees } from '../git/worktreeList';
import type { AssignedThread } from './assignments';
import { AttemptError } from './attemptError';
import type { RunContext } from './runContext';
import { refuseGone, runSetup, type PlannedWorkplace, type Workplace } from './workplace';

const placed = z.strictObject({ path: z.string(), branch: z.string(), base: z.string() });

/** The same for every attempt of a thread, so that each goes on where the one before it stopped. */
export function planAssigned({ worktrees, streamId }: RunContext, { branch, issue }: AssignedThread): PlannedWorkplace {
  const name = assignedWorktreeName(streamId, issue);
  return { name, place: { branch, path: worktrees.pathOf(name) } };
}

/**
 * The commit at which an assigned thread begins: where its branch is, here or (as far as it was fetched) at origin; else where the
 * default branch is. `head`: where the user is, for a repository that knows no default branch.
 */
export async function assignedBase({ git }: Pick<RunContext, 'git'>, branch: string, head: string): Promise<string> {
  for (const ref of [`refs/heads/${branch}`, `refs/remotes/origin/${branch}`, 'refs/remotes/origin/HEAD']) {
    const commit = await git.resolve(ref);
    if (commit !== undefined) return commit;
  }
  return head;
}

/**
 * Checks the thread's own branch out where its attempts work, and makes the branch where it is missing. All of it may be done again.
 * Nothing that is there is ever deleted.
 * @throws {AttemptError} `branch-in-use`; {GitError} `exists`, and when a clone fails
 */
export async function prepareAssigned(
  context: RunContext,
  attempt: string,
  assigned: AssignedThread,
  base: string,
  signal: AbortSignal,
): Promise<Workplace> {
  const { path, branch } = planAssigned(context, assigned).place ?? { path: '', branch: '' };
  const act = async () => {
    if (assigned.isolation === 'worktree') return { path, branch, base: await checkOut(context, path, branch, base) };
    return {
      path,
      branch,
      base: await cloneBranch(context.git, {
        branch,
        path,
        logger: context.logger,
        signal,
        limit: context.settings.multitask.clone * 1000,
        env: { WORK_ATTEMPT: attempt, WORK_STREAM: context.streamId, WORK_ROOT: context.root },
      }),
    };
  };
  const settle = async () => {
    await context.endProcesses(attempt); // a clone goes on without the driver that began it
    return undefined;
  };
  const made = await context.effects.run('worktree', `${attempt}/worktree`, { path, branch, base }, act, { schema: placed, settle });
  signal.throwIfAborted();
  await refuseGone(gitOf(context, assigned.thread, path), path, branch);
  await runSetup(context, attempt, path, signal);
  return { directory: path, branch, base: made.base };
}

/** The repository that a thread's commits are in: a clone is one of its own. */
export function gitOf({ assigned, git, logger }: Pick<RunContext, 'assigned' | 'git' | 'logger'>, thread: string, directory: string): Git {
  return assigned.get(thread)?.isolation === 'clone' ? new Git(directory, { logger }) : git;
}

/** Where an attempt began, in the repository that its commits are in. */
export function placedBase({ journal }: Pick<RunContext, 'journal'>, { id, base }: AttemptState): string {
  return placed.safeParse(journal.state.effects.get(`${id}/worktree`)?.evidence).data?.base ?? base;
}

/** Gives the commit that the worktree is at. */
async function checkOut(context: RunContext, path: string, branch: string, base: string): Promise<string> {
  const { git, worktrees } = context;
  const listed = await findListed(git, path);
  const isThere = listed !== undefined && listed.locked !== 'initializing' && listed.prunable === undefined;
  if (isThere && listed.branch === branch) return listed.head ?? base;
  if (isThere) {
    const on = listed.branch ?? 'no branch';
    throw new AttemptError('branch-in-use', `${path} is on ${on} instead of ${branch}. Switch it back, then run this again.`);
  }
  if (listed) await takeAway(git, listed.path); // an addition that was cut off, or a folder that somebody deleted
  await refuseInUse(context, path, branch);
  const local = await git.resolve(`refs/heads/${branch}`);
  const name = assignedNameOf(path);
  if (local === undefined) await worktrees.add({ name, branch, base });
  else await worktrees.addOn({ name, branch });
  return local ?? base;
}

async function refuseInUse({ git }: RunContext, path: string, branch: string): Promise<void> {
  const other = (await listWorktrees(git)).find(info => info.branch === branch);
  if (other && !isSamePath(await realPathOf(other.path), await realPathOf(path))) {
    throw new AttemptError(
      'branch-in-use',
      `Branch ${branch} is checked out in ${other.path}. Switch that checkout to another branch, then run this again.`,
    );
  }
  if (await stat(path).catch(() => undefined)) {
    throw new AttemptError(
      'branch-in-use',
      `${path} is there already and is no worktree of this repository. Move it away, then run this again.`,
    );
  }
}

const assignedNameOf = (path: string) => path.split(/[\\/]/).at(-1) ?? path;
