import { isStateFile } from '../../domain/files/stateFiles';
import { commitMessage, type Trailers } from './commitMessage';
import { keepOurs } from './candidateTree';
import type { Git } from './git';
import { gitFailure } from './gitError';

export type MergeStrategy = 'no-ff' | 'squash';

export type CandidateRequest = {
  /** The commit to build on; becomes the first parent. */
  readonly onto: string;
  /** The commit to bring in; becomes the second parent, unless squashed. */
  readonly theirs: string;
  readonly strategy: MergeStrategy;
  readonly message: string;
  readonly trailers: Trailers;
  /** Milliseconds since the epoch: author's and committer's time, so that the same intent gives the same commit. */
  readonly date: number;
  /** A worktree that has `onto` checked out: its `.gitattributes` decide how files merge. */
  readonly cwd: string;
  readonly signal?: AbortSignal | undefined;
};

export type Candidate =
  | {
      readonly kind: 'clean';
      readonly commit: string;
      readonly tree: string;
      /** Changes that were not taken. */ readonly leftOut: readonly string[];
    }
  | { readonly kind: 'empty'; readonly leftOut: readonly string[] }
  | { readonly kind: 'conflict'; readonly files: readonly string[] };

/**
 * Merges two commits into a third without moving a ref or touching a file. State files of `work/` and repositories that an agent
 * committed by their id alone stay as they are in `onto`.
 * @throws {GitError} `unknown-revision`; `failed` when the two have no common history.
 */
export async function buildCandidate(git: Git, request: CandidateRequest): Promise<Candidate> {
  const { onto, theirs, cwd, signal } = request;
  if (await git.isAncestor(theirs, onto)) return { kind: 'empty', leftOut: [] };
  const merged = await mergeTrees(git, request);
  const files = merged.conflicts.filter(file => !isStateFile(file));
  if (files.length > 0) return { kind: 'conflict', files };
  const { tree, leftOut } = await keepOurs(git, { merged: merged.tree, onto, cwd, signal });
  if (tree === (await treeOf(git, onto))) return { kind: 'empty', leftOut };
  return { kind: 'clean', commit: await commitTree(git, request, tree), tree, leftOut };
}

/** As trailer of a squashed merge: the commit whose work it holds, which its parents no longer tell. */
export const squashedTrailer = 'Squashed';

async function mergeTrees(
  git: Git,
  { onto, theirs, cwd, signal }: CandidateRequest,
): Promise<{ readonly tree: string; readonly conflicts: readonly string[] }> {
  const args = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', onto, theirs];
  const { stdout, stderr, exitCode } = await git.run(args, { cwd, allowExit: [1], signal });
  const [tree = '', ...conflicts] = stdout.split('\0').filter(field => field !== '');
  // git 2.39 answers a revision it does not know like a conflict, but without a tree.
  if (!/^[0-9a-f]{40,64}$/.test(tree)) throw gitFailure(args, cwd, exitCode, stderr);
  return { tree, conflicts: [...new Set(conflicts)] };
}

async function treeOf(git: Git, commit: string): Promise<string> {
  return (await git.run(['rev-parse', '--verify', `${commit}^{tree}`])).stdout.trim();
}

async function commitTree(
  git: Git,
  { onto, theirs, strategy, message, trailers, date, signal }: CandidateRequest,
  tree: string,
): Promise<string> {
  const time = `@${Math.floor(date / 1000)} +0000`;
  const parents = strategy === 'squash' ? [onto] : [onto, theirs];
  const text = commitMessage(message, strategy === 'squash' ? { ...trailers, [squashedTrailer]: theirs } : trailers);
  const { stdout } = await git.input(['commit-tree', tree, ...parents.flatMap(parent => ['-p', parent])], text, {
    env: { GIT_AUTHOR_DATE: time, GIT_COMMITTER_DATE: time },
    signal,
  });
  return stdout.trim();
}
