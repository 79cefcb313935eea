import { integrationBranch } from '../../domain/names';
import { noCommit, type Git } from '../git/git';
import { GitError } from '../git/gitError';
import { branchHolders } from '../git/worktreeList';

/** Where the integration branch is, seen from the commit a run starts at. */
export type IntegrationBranchState =
  | { readonly kind: 'created' | 'unchanged' | 'ahead'; readonly tip: string }
  | { readonly kind: 'forwarded'; readonly tip: string; readonly before: string }
  /** Both have commits the other lacks: nothing was moved. */
  | { readonly kind: 'diverged'; readonly tip: string; readonly base: string };

export const integrationRef = (streamId: string) => `refs/heads/${integrationBranch(streamId)}`;

/**
 * Creates the integration branch at `base`, or moves it there when it only lags behind.
 * @throws {GitError} `no-commit` without a base, `name-taken`, `checked-out` when it must move but somebody stands on it.
 */
export async function ensureIntegrationBranch(git: Git, streamId: string, base: string): Promise<IntegrationBranchState> {
  if (base === '') {
    throw new GitError('no-commit', 'This repository has no commit yet. Commit something first, so that there is something to build on.');
  }
  const ref = integrationRef(streamId);
  const tip = await git.resolve(ref);
  if (tip === undefined) {
    await git.updateRef(ref, base, noCommit, 'work: start');
    return { kind: 'created', tip: base };
  }
  if (tip === base) return { kind: 'unchanged', tip };
  if (await git.isAncestor(base, tip)) return { kind: 'ahead', tip };
  if (!(await git.isAncestor(tip, base))) return { kind: 'diverged', tip, base };
  await refuseHeld(git, streamId);
  await git.updateRef(ref, base, tip, 'work: fast-forward');
  return { kind: 'forwarded', tip: base, before: tip };
}

/** A checkout of the branch would show every later merge as its own changes. @throws {GitError} `checked-out` */
export async function refuseHeld(git: Git, streamId: string): Promise<void> {
  const [holder] = await branchHolders(git, integrationBranch(streamId));
  if (!holder) return;
  const branch = integrationBranch(streamId);
  const how = { checkout: 'checked out', rebase: 'being rebased', bisect: 'being bisected' }[holder.by];
  throw new GitError(
    'checked-out',
    `Branch ${branch} is ${how} in ${holder.path}, so nothing can be merged into it. Switch to another branch there.`,
  );
}
