import { silentLogger, type Logger } from '../../common/logger';
import { Sequencer } from '../../common/sequencer';
import { candidateRef } from '../../domain/names';
import { buildCandidate, type CandidateRequest, type MergeStrategy } from '../git/candidates';
import type { Trailers } from '../git/commitMessage';
import type { Git } from '../git/git';
import { GitError, isGitError } from '../git/gitError';
import type { Worktrees } from '../git/worktrees';
import type { RuledFile } from '../git/mergeTrees';
import { ensureIntegrationBranch, integrationRef, refuseHeld, type IntegrationBranchState } from './integrationBranch';
import { IntegrationWorktree } from './integrationWorktree';
import { findLandedMerge } from './landedMerge';

export type MergeRequest = {
  readonly thread: string;
  /** The last commit of the thread's work. */
  readonly tip: string;
  readonly message: string;
  readonly trailers: Trailers;
  /** Milliseconds since the epoch; the same intent must give the same time, so that it gives the same commit. */
  readonly intentDate: number;
  /** The merge as a person resolved it, instead of the one that git makes. */
  readonly resolved?: CandidateRequest['resolved'];
};

/** A commit that would land, checked out at `worktree`. */
export type MergeCandidate = { readonly commit: string; readonly before: string; readonly worktree: string };

/** Says why a candidate may not land; undefined when it may. */
export type ValidateCandidate<R> = (candidate: MergeCandidate, signal: AbortSignal) => Promise<R | undefined>;

/** `leftOut` are paths whose changes were not taken: state files of `work/`, and repositories an agent committed by their id. */
export type MergeOutcome<R = never> =
  | {
      readonly kind: 'landed';
      readonly commit: string;
      readonly before: string;
      readonly leftOut: readonly string[];
      /** Conflicts that a rule resolved; of a merge that landed earlier they are in its message. */
      readonly byRule: readonly RuledFile[];
    }
  | { readonly kind: 'empty'; readonly leftOut: readonly string[] }
  /** `ours` and `theirs` are the two commits. */
  | { readonly kind: 'conflict'; readonly files: readonly string[]; readonly ours: string; readonly theirs: string }
  /** Somebody else moved the integration branch, twice, while we were at it. */
  | { readonly kind: 'moved'; readonly expected: string; readonly actual: string | undefined }
  | ([R] extends [never] ? never : { readonly kind: 'rejected'; readonly commit: string; readonly reason: R });

export type MergeQueueOptions = {
  readonly git: Git;
  readonly worktrees: Worktrees;
  readonly streamId: string;
  readonly strategy: MergeStrategy;
  readonly logger?: Logger | undefined;
};

const tries = 2;

/**
 * Brings finished threads into one workstream's integration branch, one at a time, in the order they were given. The branch is
 * checked out nowhere and moves only by compare-and-swap to a finished, validated commit; the user's checkout is never touched.
 */
export class MergeQueue {
  private readonly order = new Sequencer();
  private readonly worktree: IntegrationWorktree;
  private readonly logger: Logger;

  constructor(private readonly options: MergeQueueOptions) {
    this.logger = options.logger ?? silentLogger;
    this.worktree = new IntegrationWorktree(options.git, options.worktrees, this.logger, options.streamId);
  }

  /** Creates the branch at `base` (a commit's id) or fast-forwards it there; see `IntegrationBranchState`. */
  ensureIntegrationBranch({ base }: { readonly base: string }): Promise<IntegrationBranchState> {
    return this.order.run(this.options.streamId, () => ensureIntegrationBranch(this.options.git, this.options.streamId, base));
  }

  /**
   * Merges one thread. The same request after it landed gives the same outcome and changes nothing.
   * @throws {GitError} `unknown-revision` when branch or tip do not exist, `checked-out` when somebody stands on the branch.
   */
  merge<R = never>(request: MergeRequest, signal: AbortSignal, validate?: ValidateCandidate<R>): Promise<MergeOutcome<R>> {
    return this.order.run(this.options.streamId, () => this.land(request, signal, validate), signal);
  }

  private async land<R>(request: MergeRequest, signal: AbortSignal, validate: ValidateCandidate<R> | undefined): Promise<MergeOutcome<R>> {
    const { git, streamId } = this.options;
    const pin = candidateRef(streamId, request.thread);
    let expected = '';
    try {
      for (let attempt = 0; attempt < tries; attempt++) {
        signal.throwIfAborted();
        expected = await this.tip();
        const outcome = await this.tryToLand(request, expected, pin, signal, validate);
        if (outcome) return outcome;
        this.logger.warn(`${integrationRef(streamId)} was moved while thread ${request.thread} was merged into it`);
      }
      return { kind: 'moved', expected, actual: await git.resolve(integrationRef(streamId)) };
    } finally {
      await git.deleteRef(pin).catch((error: unknown) => this.logger.warn(`${pin} is left behind: ${String(error)}`));
    }
  }

  private async tip(): Promise<string> {
    const { git, streamId } = this.options;
    const tip = await git.resolve(integrationRef(streamId));
    if (tip === undefined) {
      throw new GitError(
        'unknown-revision',
        `The integration branch of ${streamId} does not exist. Run the batch again; it is made when a run starts.`,
      );
    }
    return tip;
  }

  /** Undefined when the branch was moved in the meantime. */
  private async tryToLand<R>(
    { tip, message, trailers, intentDate, thread, resolved }: MergeRequest,
    before: string,
    pin: string,
    signal: AbortSignal,
    validate: ValidateCandidate<R> | undefined,
  ): Promise<MergeOutcome<R> | undefined> {
    const { git, streamId, strategy } = this.options;
    const theirs = await git.resolve(tip);
    if (theirs === undefined) throw new GitError('unknown-revision', `The work of thread ${thread} is gone: commit ${tip} does not exist.`);
    const landed = await findLandedMerge(git, theirs, before);
    if (landed) return { kind: 'landed', ...landed, leftOut: [], byRule: [] };
    await refuseHeld(git, streamId);
    const cwd = await this.worktree.at(before, signal);
    const candidate = await buildCandidate(git, {
      onto: before,
      theirs,
      strategy,
      message,
      trailers,
      date: intentDate,
      cwd,
      signal,
      resolved,
    });
    if (candidate.kind === 'conflict') return { kind: 'conflict', files: candidate.files, ours: before, theirs: candidate.theirs };
    if (candidate.kind === 'empty') return candidate;
    const { commit, leftOut, byRule } = candidate;
    await git.updateRef(pin, commit);
    const worktree = await this.worktree.at(commit, signal);
    const reason = await validate?.({ commit, before, worktree }, signal);
    // The condition on R cannot be followed here: without `validate` there is no reason.
    if (reason !== undefined) return { kind: 'rejected', commit, reason } as MergeOutcome<R>;
    signal.throwIfAborted();
    try {
      await git.updateRef(integrationRef(streamId), commit, before, `work: merge thread ${thread}`);
      return { kind: 'landed', commit, before, leftOut, byRule };
    } catch (error) {
      if (isGitError(error, 'ref-moved')) return undefined;
      throw error;
    }
  }
}
