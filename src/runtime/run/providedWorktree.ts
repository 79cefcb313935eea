import { serverBranch } from '../../domain/names';
import { discardUnfinishedWorktree, isFreshWorktree } from '../git/unfinishedWorktree';
import { listWorktrees } from '../git/worktreeList';
import type { RunContext } from './runContext';

/** A worktree that the opencode server is to make; it chooses the folder, and another name when this one is taken. */
export type ProvidedIntent = { readonly name: string; readonly base: string };

export type MadeWorktree = { readonly path: string; readonly branch: string };

/**
 * Has the server make the worktree, and puts its branch from where the server begins, the main checkout's HEAD, to `base`. Takes no
 * signal: it lasts about a second, and a worktree cut off from its maker is one that nobody knows.
 * @throws {OpencodeError} when the server cannot; {GitError}
 */
export async function addProvided({ git, provided }: RunContext, { name, base }: ProvidedIntent): Promise<MadeWorktree> {
  const { directory, branch } = await provided.create(git.root, name);
  await git.whileLocked(() => git.run(['reset', '--hard', '--quiet', base], { cwd: directory }));
  return { path: directory, branch };
}

/**
 * The worktree of an intent whose driver died, when it was made to its end; whatever else there is of it is taken away.
 * @throws {GitError} `exists` when its branch holds something that we did not put there; then it is kept.
 */
export async function settleProvided({ git }: RunContext, { name, base }: ProvidedIntent): Promise<MadeWorktree | undefined> {
  const wanted = serverBranch(name);
  let made: MadeWorktree | undefined;
  for (const { path, branch, head, isMain } of await listWorktrees(git)) {
    if (isMain || branch === undefined || head === undefined || (branch !== wanted && !branch.startsWith(`${wanted}-`))) continue;
    if (!made && (await isFreshWorktree(git, { path, branch, base }))) made = { path, branch };
    // The server began it at the main checkout's HEAD.
    else await discardUnfinishedWorktree(git, { path, branch, base: (await git.isAncestor(head, 'HEAD')) ? head : base });
  }
  return made;
}
