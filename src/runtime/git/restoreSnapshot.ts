import { mkdir } from 'node:fs/promises';
import type { Logger } from '../../common/logger';
import { lockReason } from '../../domain/worktrees/lockReason';
import { bytesOf, placeOf, type BytePath } from './bytePath';
import { excludeFolder } from './excludeFolder';
import { noCommit, type Git } from './git';
import { isGitError } from './gitError';
import { unlockWorktree } from './lockWorktree';
import { clearRestoration, restoringPurpose, writeRestoration, type Restoration } from './restorations';
import { missingFiles, storedFiles, writeFiles } from './restoreFiles';
import { clearRestorationLeftovers, clearRestorations } from './restoreLeftovers';
import { freeBranch, freePlace } from './restorePlaces';
import { readExtras, type SnapshotExtras } from './snapshotExtras';
import { SnapshotError, nameSome } from './snapshotError';
import type { Snapshot } from './snapshotRecord';

export type RestoredWorktree = {
  readonly worktree: string;
  /** Short name; absent when HEAD was detached. */
  readonly branch?: string | undefined;
};

/**
 * Makes the worktree anew: files by their bytes and not by a checkout, which would filter them; branch, HEAD and index as they
 * were; repositories inside it with their history. A submodule comes back with its commits inside itself.
 * @throws {SnapshotError} `damaged` when a byte is missing; then what was begun is taken away again.
 */
export async function restoreSnapshot(git: Git, snapshot: Snapshot, directory: string, logger: Logger): Promise<RestoredWorktree> {
  await clearRestorations(git, logger);
  const extras = await readExtras(git, snapshot.extras);
  const files = await storedFiles(git, snapshot);
  const place = await freePlace(git, snapshot, directory);
  await mkdir(directory, { recursive: true });
  await excludeFolder(git, directory);
  let restoration: Restoration = { version: 1, ref: snapshot.ref, worktree: place, pid: process.pid };
  const note = async (created: Restoration['created']) => {
    restoration = { ...restoration, created };
    await writeRestoration(git, restoration);
  };
  await note(undefined);
  const reason = lockReason(restoringPurpose.of(snapshot.ref), process.pid);
  const add = ['worktree', 'add', '--quiet', '--no-checkout', '--detach', '--lock', '--reason', reason];
  try {
    await git.whileLocked(() => git.run([...add, place, snapshot.head ?? snapshot.id]));
    await writeFiles(git, place, files);
    for (const name of extras.emptyFolders) await mkdir(placeOf(place, name), { recursive: true });
    const missing = await missingFiles(git, place, files);
    if (missing.length > 0) throw new SnapshotError('damaged', `${place} did not come back whole: ${nameSome(missing)}.`, missing);
    await restoreSubmodules(git, place, extras.submodules);
    await restoreIndex(git, place, snapshot.index, extras);
    const branch = await restoreBranch(git, place, snapshot, note);
    await unlockWorktree(git, place);
    await clearRestoration(git, restoration);
    return { worktree: place, branch };
  } catch (error) {
    await clearRestorationLeftovers(git, restoration).catch(() => false); // the reason it failed counts; what stays is told next time
    throw error;
  }
}

/** Its commits were in the removed worktree's git folder, which told it where its files are. */
async function restoreSubmodules(git: Git, place: string, submodules: readonly BytePath[]): Promise<void> {
  for (const name of submodules) {
    const config = placeOf(place, `${name}/.git/config`).toString();
    await git.run(['config', '--file', config, '--unset', 'core.worktree'], { allowExit: [5] });
  }
}

async function restoreIndex(git: Git, place: string, index: string, { skipWorktree, assumeUnchanged }: SnapshotExtras): Promise<void> {
  await git.run(['read-tree', index], { cwd: place });
  await git.run(['update-index', '-q', '--refresh'], { cwd: place, allowExit: [1] }); // 1: something differs, as it did
  for (const [option, names] of [
    ['--skip-worktree', skipWorktree],
    ['--assume-unchanged', assumeUnchanged],
  ] as const) {
    const input = Buffer.concat(names.flatMap(name => [bytesOf(name), Buffer.from('\0')]));
    if (names.length > 0) await git.input(['update-index', option, '-z', '--stdin'], input, { cwd: place });
  }
}

async function restoreBranch(
  git: Git,
  place: string,
  snapshot: Snapshot,
  note: (created: Restoration['created']) => Promise<void>,
): Promise<string | undefined> {
  const refused = new Set<string>();
  for (;;) {
    const branch = await freeBranch(git, snapshot, refused);
    if (!branch) return undefined;
    try {
      if (!branch.exists && snapshot.head !== null) {
        await note({ branch: branch.name, head: snapshot.head });
        await git.updateRef(`refs/heads/${branch.name}`, snapshot.head, noCommit);
      }
    } catch (error) {
      // Another program was first, or one was killed while it held the lock on this name: the next name is as good.
      if (!isGitError(error, 'ref-moved', 'locked', 'name-taken')) throw error;
      refused.add(branch.name);
      continue;
    }
    await git.run(['symbolic-ref', 'HEAD', `refs/heads/${branch.name}`], { cwd: place });
    return branch.name;
  }
}
