import { buildCandidate, joinCandidates, type MergeStrategy } from '../git/candidates';
import type { Git } from '../git/git';
import { GitError } from '../git/gitError';
import type { RuledFile } from '../git/mergeTrees';
import type { IntegrationWorktree } from './integrationWorktree';
import type { MergeRequest } from './mergeRequest';

/** A thread's merge on top of the one before it. */
export type ChainLink = {
  readonly request: MergeRequest;
  readonly commit: string;
  readonly before: string;
  readonly leftOut: readonly string[];
  readonly byRule: readonly RuledFile[];
};

/** `links` of the first threads that merge one on top of the other; without any, what stands against the first of all. */
export type Chain =
  | { readonly kind: 'links'; readonly links: readonly ChainLink[] }
  | { readonly kind: 'empty'; readonly leftOut: readonly string[] }
  | { readonly kind: 'conflict'; readonly files: readonly string[]; readonly ours: string; readonly theirs: string };

export type ChainSources = {
  readonly git: Git;
  readonly worktree: IntegrationWorktree;
  readonly streamId: string;
  readonly strategy: MergeStrategy;
};

/**
 * Merges threads on trial, each on top of the one before, as if all of them were to land. It ends before the first that conflicts,
 * or changes nothing: whether it does once those before it are settled is found out then.
 * @throws {GitError} `unknown-revision` when the work of one is gone.
 */
export async function buildChain(
  { git, worktree, strategy }: ChainSources,
  before: string,
  requests: readonly MergeRequest[],
  signal: AbortSignal,
): Promise<Chain> {
  const links: ChainLink[] = [];
  let cwd = await worktree.at(before, signal);
  for (const request of requests) {
    const { message, trailers, intentDate: date, resolved } = request;
    const onto = links.at(-1)?.commit ?? before;
    const theirs = await resolveWork(git, request);
    const candidate = await buildCandidate(git, { onto, theirs, strategy, message, trailers, date, cwd, signal, resolved });
    if (candidate.kind !== 'clean') {
      if (links.length > 0) break;
      return candidate.kind === 'empty' ? candidate : { kind: 'conflict', files: candidate.files, ours: before, theirs: candidate.theirs };
    }
    const { commit, leftOut, byRule } = candidate;
    links.push({ request, commit, before: onto, leftOut, byRule });
    // git reads attributes from the checkout it merges in, and not from the commits.
    if (links.length < requests.length && (await changesAttributes(git, onto, commit))) cwd = await worktree.at(commit, signal);
  }
  return { kind: 'links', links };
}

/** The last commit of a thread's work. @throws {GitError} `unknown-revision` when it is gone. */
export async function resolveWork(git: Git, { thread, tip }: MergeRequest): Promise<string> {
  const theirs = await git.resolve(tip);
  if (theirs !== undefined) return theirs;
  throw new GitError('unknown-revision', `The work of thread ${thread} is gone: commit ${tip} does not exist.`);
}

/** The commit that the branch moves to when the first threads of a chain land: the merge itself, or one that joins several. */
export async function tipOf({ git, streamId }: ChainSources, links: readonly ChainLink[], signal: AbortSignal): Promise<string> {
  const [first] = links;
  const last = links.at(-1);
  if (!first || !last) throw new Error('a chain without links has no tip');
  if (first === last) return last.commit;
  return joinCandidates(git, {
    onto: first.before,
    last: last.commit,
    threads: links.map(({ request }) => request.thread),
    trailers: { Workstream: streamId },
    date: last.request.intentDate,
    signal,
  });
}

async function changesAttributes(git: Git, before: string, after: string): Promise<boolean> {
  const { exitCode } = await git.run(['diff', '--quiet', before, after, '--', ':(top,glob)**/.gitattributes'], { allowExit: [1] });
  return exitCode === 1;
}
