import { commitMessage, type Trailers } from './commitMessage';
import { keepOurs } from './candidateTree';
import type { Git } from './git';
import { mergeTrees, type MergedTrees, type RuledFile } from './mergeTrees';

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
  /** The merge as a person resolved it: the tree they left, of `theirs` merged onto `ours`. */
  readonly resolved?: { readonly ours: string; readonly theirs: string; readonly tree: string } | undefined;
};

export type Candidate =
  | {
      readonly kind: 'clean';
      readonly commit: string;
      readonly tree: string;
      /** Changes that were not taken. */ readonly leftOut: readonly string[];
      /** Conflicts that a rule resolved. */ readonly byRule: readonly RuledFile[];
    }
  | { readonly kind: 'empty'; readonly leftOut: readonly string[] }
  /** `theirs` is the commit that conflicts with `onto`: the request's, or what a person made of it. */
  | { readonly kind: 'conflict'; readonly files: readonly string[]; readonly theirs: string };

/**
 * Merges two commits into a third without moving a ref or touching a file. State files of `work/` and repositories that an agent
 * committed by their id alone stay as they are in `onto`.
 * @throws {GitError} `unknown-revision`; `failed` when the two have no common history.
 */
export async function buildCandidate(git: Git, request: CandidateRequest): Promise<Candidate> {
  const { onto, theirs, cwd, signal } = request;
  if (await git.isAncestor(theirs, onto)) return { kind: 'empty', leftOut: [] };
  const { theirs: merging, ...merged } = await mergedTree(git, request);
  if (merged.conflicts.length > 0) return { kind: 'conflict', files: merged.conflicts, theirs: merging };
  const { tree, leftOut } = await keepOurs(git, { merged: merged.tree, onto, cwd, signal });
  if (tree === (await treeOf(git, onto))) return { kind: 'empty', leftOut };
  const { byRule } = merged;
  const commit = await commitTree(git, request, tree, { ...request.trailers, ...ruleTrailer(byRule) });
  return { kind: 'clean', commit, tree, leftOut, byRule };
}

/** Both merged; where a person resolved it, what they made of it, once more onto what the branch got since. */
async function mergedTree(git: Git, request: CandidateRequest): Promise<MergedTrees & { readonly theirs: string }> {
  const { resolved, onto, theirs } = request;
  if (!resolved) return { ...(await mergeTrees(git, request)), theirs };
  if (resolved.ours === onto) return { tree: resolved.tree, conflicts: [], byRule: [], theirs };
  const resolution = await commitTree(git, { ...request, ...resolved, onto: resolved.ours, strategy: 'no-ff' }, resolved.tree);
  return { ...(await mergeTrees(git, { ...request, theirs: resolution })), theirs: resolution };
}

/** As trailer of a squashed merge: the commit whose work it holds, which its parents no longer tell. */
export const squashedTrailer = 'Squashed';

/** As trailer of a merge: the conflicts in it that a rule resolved. */
const ruleTrailer = (byRule: readonly RuledFile[]): Trailers =>
  byRule.length === 0 ? {} : { 'Resolved-By-Rule': byRule.map(({ path, rule }) => `${path} (${rule})`).join(', ') };

async function treeOf(git: Git, commit: string): Promise<string> {
  return (await git.run(['rev-parse', '--verify', `${commit}^{tree}`])).stdout.trim();
}

function commitTree(git: Git, request: CandidateRequest, tree: string, given = request.trailers): Promise<string> {
  const { onto, theirs, strategy } = request;
  const isSquash = strategy === 'squash';
  const parents = isSquash ? [onto] : [onto, theirs];
  const trailers = isSquash ? { ...given, [squashedTrailer]: theirs } : given;
  return writeCommit(git, { ...request, tree, parents, trailers });
}

type CommitRequest = Pick<CandidateRequest, 'message' | 'trailers' | 'date' | 'signal'> & {
  readonly tree: string;
  readonly parents: readonly string[];
};

async function writeCommit(git: Git, { tree, parents, message, trailers, date, signal }: CommitRequest): Promise<string> {
  const time = `@${Math.floor(date / 1000)} +0000`;
  const { stdout } = await git.input(
    ['commit-tree', tree, ...parents.flatMap(parent => ['-p', parent])],
    commitMessage(message, trailers),
    { env: { GIT_AUTHOR_DATE: time, GIT_COMMITTER_DATE: time }, signal },
  );
  return stdout.trim();
}

/** As trailer of the commit that brings in several merges at once: how many, one on top of the other behind its second parent. */
export const togetherTrailer = 'Merged-Together';

export type TogetherRequest = Pick<CandidateRequest, 'onto' | 'trailers' | 'date' | 'signal'> & {
  /** The last of the merges; its files are taken as they are. */
  readonly last: string;
  readonly threads: readonly string[];
};

/**
 * One commit that brings a chain of merges, one for each thread, into the branch at `onto`. Seen along first parents the chain's inner
 * commits, of which none was checked alone, do not stand on the branch: only this one does.
 */
export async function joinCandidates(git: Git, { onto, last, threads, trailers, date, signal }: TogetherRequest): Promise<string> {
  return writeCommit(git, {
    tree: await treeOf(git, last),
    parents: [onto, last],
    message: `Merge ${threads.length} threads: ${threads.join(', ')}`,
    trailers: { ...trailers, [togetherTrailer]: String(threads.length) },
    date,
    signal,
  });
}
