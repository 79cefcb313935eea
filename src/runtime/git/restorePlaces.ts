import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { isServerWorktree } from '../../domain/worktrees/serverWorktree';
import type { Git } from './git';
import { isBelow, isSamePath, realPathOf } from './paths';
import type { Snapshot } from './snapshotRecord';
import { branchHolders, listWorktrees } from './worktreeList';

/** `name`, then `name-restored`, `name-restored-2`, … */
function* names(name: string): Generator<string> {
  yield name;
  yield `${name}-restored`;
  for (let number = 2; ; number++) yield `${name}-restored-${number}`;
}

/** Where a worktree comes back: where it was, or beside it; in `directory` when it was elsewhere. */
export async function freePlace(git: Git, { worktree }: Snapshot, directory: string): Promise<string> {
  const was = await realPathOf(worktree);
  const isOurs = isBelow(was, await realPathOf(directory)) || isServerWorktree(was);
  const wanted = isOurs ? worktree : path.join(directory, path.basename(worktree));
  const listed = await listWorktrees(git);
  for (const place of names(wanted)) {
    const isTaken = await lstat(place).then(
      () => true,
      () => false,
    );
    const real = await realPathOf(place);
    if (!isTaken && !listed.some(info => isSamePath(info.path, place) || isSamePath(info.path, real))) return place;
  }
  throw new Error('unreachable');
}

/** The branch it comes back on: its own when that is free or still where it was and nobody works on it, else a new name; none of `refused`. */
export async function freeBranch(
  git: Git,
  { branch, head }: Snapshot,
  refused: ReadonlySet<string> = new Set(),
): Promise<{ readonly name: string; readonly exists: boolean } | undefined> {
  if (branch === null) return undefined;
  for (const name of names(branch)) {
    if (refused.has(name)) continue;
    const tip = await git.resolve(`refs/heads/${name}`);
    if (tip === undefined) return { name, exists: false };
    if (tip === head && (await branchHolders(git, name)).length === 0) return { name, exists: true };
  }
  throw new Error('unreachable');
}
