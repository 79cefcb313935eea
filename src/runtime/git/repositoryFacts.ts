import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Git } from './git';
import { isBelow, realPathOf } from './paths';
import { coversFolder, workspacePackages } from './workspacePackages';
import { branchHolders, type BranchHolder } from './worktreeList';

/** What must be known of a repository before anything is run in it. */
export type RepositoryFacts = {
  readonly gitVersion: string;
  /** At least 2.38: merging without a working tree. */
  readonly gitIsNewEnough: boolean;
  readonly hasCommit: boolean;
  /** The commit HEAD is at. */
  readonly commit?: string | undefined;
  /** The user's branch; absent when HEAD is detached. */
  readonly branch?: string | undefined;
  /** `Name <address>`; absent when git would refuse to commit. */
  readonly identity?: string | undefined;
  /** Branches whose names leave no room for `work/…` and `task/…`. */
  readonly refsInTheWay: readonly string[];
  /** Who has `integrationBranch` checked out, if that was asked for. */
  readonly integrationHeldBy: readonly BranchHolder[];
  /** Package managers may look into, or out of, worktrees inside this repository. */
  readonly hasWorkspacePackages: boolean;
  /** The declared packages even include the worktrees' folder, if that was asked for. */
  readonly packagesCoverWorktrees: boolean;
  readonly hasSubmodules: boolean;
  readonly isSparse: boolean;
};

export type FactsRequest = {
  /** Short name. */
  readonly integrationBranch?: string | undefined;
  /** Absolute. */
  readonly worktreesDirectory?: string | undefined;
};

/** @throws {GitError} `not-a-repository`, `not-found`, `no-folder`; all else is a fact. */
export async function readRepositoryFacts(
  git: Git,
  { integrationBranch, worktreesDirectory }: FactsRequest = {},
): Promise<RepositoryFacts> {
  const version = await git.version();
  const gitIsNewEnough = version.major > 2 || (version.major === 2 && version.minor >= 38);
  const { sha, branch } = await git.head();
  const workspaces = await workspacePackages(git.root);
  const folder = worktreesDirectory === undefined ? undefined : await folderInside(git.root, worktreesDirectory);
  return {
    gitVersion: version.text,
    gitIsNewEnough,
    hasCommit: sha !== undefined,
    commit: sha,
    branch,
    identity: await git.identity(),
    refsInTheWay: await refsInTheWay(git, integrationBranch),
    integrationHeldBy: integrationBranch === undefined || !gitIsNewEnough ? [] : await branchHolders(git, integrationBranch),
    hasWorkspacePackages: workspaces !== undefined,
    packagesCoverWorktrees: workspaces !== undefined && folder !== undefined && coversFolder(workspaces, folder),
    hasSubmodules: await hasSubmodules(git),
    isSparse: await isSet(git, 'core.sparseCheckout'),
  };
}

/** A branch named `work` makes `work/…` impossible, and `work/001-x/y` makes `work/001-x` impossible. */
async function refsInTheWay(git: Git, integrationBranch: string | undefined): Promise<readonly string[]> {
  const ignoreCase = (await isSet(git, 'core.ignoreCase')) ? ['--ignore-case'] : [];
  const { stdout } = await git.run(['for-each-ref', ...ignoreCase, '--format=%(refname:lstrip=2)', 'refs/heads/work', 'refs/heads/task']);
  const isInTheWay = (name: string) =>
    /^(?:work|task)$/i.test(name) || (integrationBranch !== undefined && name.startsWith(`${integrationBranch}/`));
  return stdout.split('\n').filter(name => name !== '' && isInTheWay(name));
}

async function isSet(git: Git, key: string): Promise<boolean> {
  const { stdout } = await git.run(['config', '--type=bool', '--get', key], { allowExit: [1, 128] });
  return stdout.trim() === 'true';
}

async function hasSubmodules(git: Git): Promise<boolean> {
  const content = await readFile(path.join(git.root, '.gitmodules'), 'utf8').catch(() => '');
  return /^\s*\[submodule /m.test(content);
}

/** The directory relative to the root, with `/`; undefined when it is elsewhere. */
async function folderInside(root: string, directory: string): Promise<string | undefined> {
  const [outer, inner] = await Promise.all([realPathOf(root), realPathOf(directory)]);
  return isBelow(inner, outer) ? path.relative(outer, inner).split(path.sep).join('/') : undefined;
}
