import { mkdir } from 'node:fs/promises';
import { hasProcess } from '../../common/hasProcess';
import { lockReason, parseLockReason } from '../../domain/worktrees/lockReason';
import { bytesOf, placeOf, type BytePath } from './bytePath';
import { excludeFolder } from './excludeFolder';
import { noCommit, type Git } from './git';
import { missingFiles, writeFiles, type StoredFile } from './restoreFiles';
import { freeBranch, freePlace } from './restorePlaces';
import { extrasFile, readExtras, unescapeGitNames, type SnapshotExtras } from './snapshotExtras';
import { SnapshotError, nameSome } from './snapshotError';
import type { Snapshot } from './snapshotRecord';
import { readTree } from './snapshotTrees';
import { listWorktrees } from './worktreeList';

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
export async function restoreSnapshot(git: Git, snapshot: Snapshot, directory: string): Promise<RestoredWorktree> {
  const purpose = `restores ${snapshot.ref}`;
  await clearLeftovers(git, purpose);
  const extras = await readExtras(git, snapshot.extras);
  const files = await filesOf(git, snapshot);
  const place = await freePlace(git, snapshot, directory);
  await mkdir(directory, { recursive: true });
  await excludeFolder(git, directory);
  const base = snapshot.head ?? snapshot.id;
  const add = ['worktree', 'add', '--quiet', '--no-checkout', '--detach', '--lock', '--reason', lockReason(purpose, process.pid)];
  await git.whileLocked(() => git.run([...add, place, base]));
  try {
    await writeFiles(git, place, files);
    for (const name of extras.emptyFolders) await mkdir(placeOf(place, name), { recursive: true });
    const missing = await missingFiles(git, place, files);
    if (missing.length > 0) throw new SnapshotError('damaged', `${place} did not come back whole: ${nameSome(missing)}.`, missing);
    await restoreSubmodules(git, place, extras.submodules);
    await restoreIndex(git, place, snapshot.index, extras);
    const branch = await restoreBranch(git, place, snapshot);
    await git.run(['worktree', 'unlock', place]);
    return { worktree: place, branch };
  } catch (error) {
    await git.run(['worktree', 'remove', '--force', '--force', place]).catch(() => undefined); // the reason it failed counts
    throw error;
  }
}

/** What a restoration that was cut off has left: half a worktree, of which every byte is in the snapshot. */
async function clearLeftovers(git: Git, purpose: string): Promise<void> {
  for (const { path, locked } of await listWorktrees(git)) {
    const lock = locked === undefined ? undefined : parseLockReason(locked);
    if (lock?.purpose === purpose && !hasProcess(lock.pid)) await git.run(['worktree', 'remove', '--force', '--force', path]);
  }
}

async function filesOf(git: Git, { id, extras }: Snapshot): Promise<readonly StoredFile[]> {
  const inside = (await readTree(git, extras)).filter(({ path }) => path !== extrasFile);
  return [...(await readTree(git, id)), ...inside.map(file => ({ ...file, path: unescapeGitNames(file.path) }))];
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

async function restoreBranch(git: Git, place: string, snapshot: Snapshot): Promise<string | undefined> {
  const branch = await freeBranch(git, snapshot);
  if (!branch) return undefined;
  if (!branch.exists && snapshot.head !== null) await git.updateRef(`refs/heads/${branch.name}`, snapshot.head, noCommit);
  await git.run(['symbolic-ref', 'HEAD', `refs/heads/${branch.name}`], { cwd: place });
  return branch.name;
}
