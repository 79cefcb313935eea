import { silentLogger, type Logger } from '../../common/logger';
import { Sequencer } from '../../common/sequencer';
import type { RoundTally } from '../../domain/merge/prefixSearch';
import type { MergeStrategy } from '../git/candidates';
import type { Git } from '../git/git';
import type { Worktrees } from '../git/worktrees';
import { ensureIntegrationBranch, type IntegrationBranchState } from './integrationBranch';
import { IntegrationWorktree } from './integrationWorktree';
import type { MergeOutcome, MergeRequest, ValidateCandidate } from './mergeRequest';
import { MergeRound, type WaitingMerge } from './mergeRound';

export type MergeQueueOptions = {
  readonly git: Git;
  readonly worktrees: Worktrees;
  readonly streamId: string;
  readonly strategy: MergeStrategy;
  /** How many waiting threads are checked together at most; 1 when it is not given. */
  readonly limit?: number | undefined;
  readonly logger?: Logger | undefined;
};

/**
 * Brings finished threads into one workstream's integration branch. Those that wait at the same time and are checked the same way
 * are tried together, in plan order (`MergeRound`); the others go one at a time. The branch is checked out nowhere and moves only
 * by compare-and-swap to a finished, validated commit; the user's checkout is never touched.
 */
export class MergeQueue {
  private readonly order = new Sequencer();
  private readonly worktree: IntegrationWorktree;
  private readonly logger: Logger;
  private readonly waiting: WaitingMerge[] = [];
  private before: RoundTally | undefined;

  constructor(private readonly options: MergeQueueOptions) {
    this.logger = options.logger ?? silentLogger;
    this.worktree = new IntegrationWorktree(options.git, options.worktrees, this.logger, options.streamId);
  }

  /** Creates the branch at `base` (a commit's id) or fast-forwards it there; see `IntegrationBranchState`. */
  ensureIntegrationBranch({ base }: { readonly base: string }): Promise<IntegrationBranchState> {
    return this.order.run(this.options.streamId, () => ensureIntegrationBranch(this.options.git, this.options.streamId, base));
  }

  /**
   * Merges one thread. The same request after it landed gives the same outcome and changes nothing. A candidate is checked by
   * `validate`, and once more before its thread is held back; the same function means the same checks.
   * @throws {GitError} `unknown-revision` when branch or tip do not exist, `checked-out` when somebody stands on the branch.
   */
  merge<R = never>(request: MergeRequest, signal: AbortSignal, validate?: ValidateCandidate<R>): Promise<MergeOutcome<R>> {
    return new Promise<MergeOutcome<R>>((resolve, reject) => {
      // The reason of a rejection comes from this request's own `validate`, so that it is an R.
      this.waiting.push({ request, signal, validate, resolve: outcome => resolve(outcome as MergeOutcome<R>), reject });
      void this.order.run(this.options.streamId, () => this.settleWaiting());
    });
  }

  /** Gives the folder in which exactly `commit` is checked out, until the next merge. @throws {GitError} `dirty` */
  checkOut(commit: string, signal: AbortSignal): Promise<string> {
    return this.order.run(this.options.streamId, () => this.worktree.at(commit, signal));
  }

  private async settleWaiting(): Promise<void> {
    const { limit = 1 } = this.options;
    const [first] = inPlanOrder(this.waiting);
    if (!first) return; // settled together with others
    const sameChecks = inPlanOrder(this.waiting).filter(({ validate }) => validate === first.validate);
    const taken = first.validate === undefined ? [first] : sameChecks.slice(0, limit);
    for (const waiting of taken) this.waiting.splice(this.waiting.indexOf(waiting), 1);
    const { options, worktree, logger, before } = this;
    this.before = await new MergeRound({ ...options, worktree, logger, limit, before }, taken).run();
  }
}

function inPlanOrder(waiting: readonly WaitingMerge[]): readonly WaitingMerge[] {
  return [...waiting].sort((left, right) => (left.request.position ?? 0) - (right.request.position ?? 0));
}
