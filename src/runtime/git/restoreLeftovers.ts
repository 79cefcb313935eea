import path from 'node:path';
import type { Logger } from '../../common/logger';
import { parseLockReason } from '../../domain/worktrees/lockReason';
import type { Git } from './git';
import { lookAt, removeLeftoverRefLock, staysTheSame } from './leftoverLock';
import { isAtWork } from './noteFolder';
import { foreignContent } from './restoredPart';
import { clearRestoration, readRestorations, restoringPurpose, type Restoration } from './restorations';
import { isThere } from './removalDemands';
import { storedFiles } from './restoreFiles';
import { nameSome } from './snapshotError';
import { readExtras } from './snapshotExtras';
import { listSnapshots } from './snapshotRecord';
import { findListed, takeAway } from './unfinishedWorktree';
import { branchHolders, listWorktrees } from './worktreeList';

/** Milliseconds; a git that outlived the restoration it was run for has ended by then. */
const patience = 1000;

/**
 * Takes away what restorations that were cut off have left: half a worktree, of which every byte is in the snapshot. Where
 * something else is in it, it stays, and that is told each time.
 */
export async function clearRestorations(git: Git, logger: Logger): Promise<void> {
  for (const restoration of await cutOff(git)) {
    const { worktree, ref } = restoration;
    try {
      if (await clearRestorationLeftovers(git, restoration)) {
        logger.warn(`The restoration of ${worktree} was cut off; what it left was taken away. ${ref} still holds all of it.`);
      }
    } catch (error) {
      logger.warn(`${worktree} is half restored and stays: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/**
 * Takes away what there is of one restored worktree, the branch that was made for it included, unless it came to its end.
 * @returns whether it did not
 * @throws when something is there that the snapshot does not hold; then it stays
 */
export async function clearRestorationLeftovers(git: Git, restoration: Restoration): Promise<boolean> {
  const isCutOff = !(await isWhole(git, restoration));
  if (isCutOff) {
    await refuseForeign(git, restoration);
    await takeAway(git, restoration.worktree);
    if (restoration.created) await deleteCreated(git, restoration.created);
  }
  await clearRestoration(git, restoration);
  return isCutOff;
}

async function deleteCreated(git: Git, { branch, head }: NonNullable<Restoration['created']>): Promise<void> {
  const ref = `refs/heads/${branch}`;
  await removeLeftoverRefLock(git, ref);
  if ((await git.resolve(ref)) === head && (await branchHolders(git, branch)).length === 0) await git.deleteRef(ref, head);
}

/** Those that were noted, and those whose git made the worktree only after they had been cleared up. */
async function cutOff(git: Git): Promise<readonly Restoration[]> {
  const noted = await readRestorations(git);
  const locked = (await listWorktrees(git)).flatMap(({ path: worktree, locked: reason }) => {
    const lock = reason === undefined ? undefined : parseLockReason(reason);
    const ref = lock && restoringPurpose.parse(lock.purpose);
    return lock && ref !== undefined ? [{ version: 1 as const, ref, worktree, pid: lock.pid }] : [];
  });
  const known = new Set(noted.map(({ worktree }) => path.resolve(worktree)));
  return [...noted, ...locked.filter(({ worktree }) => !known.has(worktree))].filter(each => !isAtWork(each));
}

/** Whether it came to its end, which is that our lock is gone. Waits for a git that outlived the program that ran it. */
async function isWhole(git: Git, { worktree }: Restoration): Promise<boolean> {
  const gitFile = path.join(worktree, '.git');
  const look = async () => `${(await lookAt(gitFile)) ?? ''} ${(await findListed(git, worktree))?.locked ?? 'unlocked'}`;
  const isOurs = (reason: string | undefined) => reason !== undefined && parseLockReason(reason) !== undefined;
  const before = await findListed(git, worktree);
  if (!isOurs(before?.locked)) for (let left = 5; left > 0 && !(await staysTheSame(look, patience)); left--);
  const listed = await findListed(git, worktree);
  if (!listed || listed.prunable !== undefined || isOurs(listed.locked) || listed.locked === 'initializing') return false;
  // A lock without a reason is somebody's, or one that git was writing when it was killed, before it wrote anything else.
  return listed.locked !== '' || (await isThere(gitFile));
}

/** @throws when what is there may be somebody's */
async function refuseForeign(git: Git, { ref, worktree }: Restoration): Promise<void> {
  if (!(await isThere(worktree))) return;
  const snapshot = (await listSnapshots(git)).find(each => each.ref === ref);
  if (!snapshot) throw new Error(`${ref} is gone, so nobody can say whether all of it is kept. Look at it, then delete the folder.`);
  const { submodules } = await readExtras(git, snapshot.extras);
  const rewritten = new Set(submodules.flatMap(name => [`${name}/.git/config`, `${name}/.git/config.lock`]));
  const foreign = await foreignContent(git, worktree, await storedFiles(git, snapshot), rewritten);
  if (foreign.length > 0) throw new Error(`there is something in it that is not of ${ref}: ${nameSome(foreign)}. Move that away.`);
}
