import type { Logger } from '../../common/logger';
import { afterVerdict, beginSearch, nextStep, nextTry, type RoundTally } from '../../domain/merge/prefixSearch';
import { candidateRef } from '../../domain/names';
import { GitError, isGitError } from '../git/gitError';
import { buildChain, resolveWork, tipOf, type ChainLink, type ChainSources } from './candidateChain';
import { integrationRef, refuseHeld } from './integrationBranch';
import { findLandedMerge } from './landedMerge';
import type { MergeOutcome, MergeRequest, ValidateCandidate } from './mergeRequest';

/** A merge that somebody waits for. */
export type WaitingMerge = {
  readonly request: MergeRequest;
  readonly signal: AbortSignal;
  readonly validate: ValidateCandidate<unknown> | undefined;
  resolve(outcome: MergeOutcome<unknown>): void;
  reject(reason: unknown): void;
};

export type RoundSources = ChainSources & {
  readonly logger: Logger;
  /** How many threads are tried together at most. */
  readonly limit: number;
  /** How the round before this one went. */
  readonly before: RoundTally | undefined;
};

/** The first `landing` links of a chain may land; of the one behind them it may be known why not. */
type Finding = { readonly landing: number; readonly culprit: { readonly commit: string; readonly reason: unknown } | undefined };

const tries = 2;

/**
 * Settles threads that waited at the same time: merged on trial one on top of the other, checked together, and halved while that is
 * red. What is green lands at once, by one compare-and-swap to the very commit that was checked; so every commit that ever was the
 * branch's tip was found green itself. The price: threads that land together share one commit on the branch, and their merges stand
 * behind its second parent, where each can still be shown and reverted by itself.
 */
export class MergeRound {
  private tally: RoundTally;
  private pending: readonly WaitingMerge[];
  private readonly moves = new Map<WaitingMerge, number>();
  private readonly pins = new Set<string>();
  private readonly settled: (() => void)[] = [];

  constructor(
    private readonly sources: RoundSources,
    waiting: readonly WaitingMerge[],
  ) {
    this.pending = waiting;
    this.tally = { taken: waiting.length, heldBack: 0, isOneByOne: false };
  }

  /** Never rejects: whatever happens is told to those who wait. */
  async run(): Promise<RoundTally> {
    await this.settleLanded();
    await this.tell();
    while (this.stillWaiting().length > 0) {
      const { together, onlyWhole } = nextTry(this.sources.limit, this.tally, this.sources.before);
      const tried = this.pending.slice(0, together);
      try {
        await this.settleSome(tried, onlyWhole);
      } catch (error) {
        this.fail(tried, error);
      }
      await this.tell();
    }
    await this.tell();
    return this.tally;
  }

  /** Of what a program that was cut off landed, nothing is done again. */
  private async settleLanded(): Promise<void> {
    const { git } = this.sources;
    for (const waiting of this.pending) {
      try {
        waiting.signal.throwIfAborted();
        const landed = await findLandedMerge(git, await resolveWork(git, waiting.request), await this.branchTip());
        if (landed) this.settle(waiting, { kind: 'landed', ...landed, leftOut: [], byRule: [] });
      } catch (error) {
        this.refuse(waiting, error);
      }
    }
  }

  private async settleSome(tried: readonly WaitingMerge[], onlyWhole: boolean): Promise<void> {
    const { git, streamId } = this.sources;
    const before = await this.branchTip();
    await refuseHeld(git, streamId);
    const signal = anyOf(tried);
    const chain = await buildChain(
      this.sources,
      before,
      tried.map(({ request }) => request),
      signal,
    );
    const [first] = tried;
    if (!first) return;
    if (chain.kind !== 'links') {
      this.settle(first, chain);
      return;
    }
    const { landing, culprit } = await this.search(chain.links, tried, onlyWhole);
    if (landing > 0 && !(await this.land(chain.links.slice(0, landing), tried.slice(0, landing)))) return; // built anew
    const held = tried[landing];
    if (culprit && held) {
      this.tally = { ...this.tally, heldBack: this.tally.heldBack + 1 };
      this.settle(held, { kind: 'rejected', ...culprit });
    } else if (landing === 0) {
      this.tally = { ...this.tally, isOneByOne: true };
    }
  }

  private async search(links: readonly ChainLink[], tried: readonly WaitingMerge[], onlyWhole: boolean): Promise<Finding> {
    let search = beginSearch(links.length, onlyWhole);
    let red: Finding['culprit'];
    let step = nextStep(search);
    for (; step.kind !== 'found'; step = nextStep(search)) {
      const isConfirmation = step.kind === 'confirm';
      const { commit, reason } = await this.check(links.slice(0, step.prefix), tried.slice(0, step.prefix), isConfirmation);
      if (reason !== undefined && isConfirmation) red = { commit, reason };
      search = afterVerdict(search, reason === undefined);
    }
    return { landing: step.landing, culprit: step.hasCulprit ? red : undefined };
  }

  /** Why the commit that would land with these threads may not; it is checked out, and pinned until those who wait for it are told. */
  private async check(
    links: readonly ChainLink[],
    tried: readonly WaitingMerge[],
    isConfirmation: boolean,
  ): Promise<{ readonly commit: string; readonly reason: unknown }> {
    const { git, streamId, worktree } = this.sources;
    const signal = anyOf(tried);
    signal.throwIfAborted();
    const commit = await tipOf(this.sources, links, signal);
    const requests = links.map(({ request }) => request);
    const pin = candidateRef(streamId, requests.at(-1)?.thread ?? '');
    this.pins.add(pin);
    await git.updateRef(pin, commit);
    const place = await worktree.at(commit, signal);
    const candidate = { commit, before: links[0]?.before ?? '', worktree: place, requests, isConfirmation };
    return { commit, reason: await tried[0]?.validate?.(candidate, signal) };
  }

  /** False when the branch was moved in the meantime and those who wait may try again. */
  private async land(links: readonly ChainLink[], tried: readonly WaitingMerge[]): Promise<boolean> {
    const { git, streamId, logger } = this.sources;
    const signal = anyOf(tried);
    const before = links[0]?.before ?? '';
    const names = links.map(({ request }) => request.thread).join(', ');
    const commit = await tipOf(this.sources, links, signal);
    signal.throwIfAborted();
    try {
      await git.updateRef(integrationRef(streamId), commit, before, `work: merge ${names}`);
    } catch (error) {
      if (!isGitError(error, 'ref-moved')) throw error;
      logger.warn(`${integrationRef(streamId)} was moved while ${names} was merged into it`);
      const actual = await git.resolve(integrationRef(streamId));
      for (const waiting of tried) {
        const moves = (this.moves.get(waiting) ?? 0) + 1;
        this.moves.set(waiting, moves);
        if (moves >= tries) this.settle(waiting, { kind: 'moved', expected: before, actual });
      }
      return false;
    }
    for (const [index, { commit: own, before: onto, leftOut, byRule }] of links.entries()) {
      const waiting = tried[index];
      if (waiting) this.settle(waiting, { kind: 'landed', commit: own, before: onto, leftOut, byRule });
    }
    return true;
  }

  private async branchTip(): Promise<string> {
    const { git, streamId } = this.sources;
    const tip = await git.resolve(integrationRef(streamId));
    if (tip !== undefined) return tip;
    throw new GitError(
      'unknown-revision',
      `The integration branch of ${streamId} does not exist. Run the batch again; it is made when a run starts.`,
    );
  }

  /** What git does not do for several is tried for each alone, so that only those hear of it whom it concerns. */
  private fail(tried: readonly WaitingMerge[], error: unknown): void {
    if (tried.some(({ signal }) => signal.aborted)) return; // they are dropped, and the others are tried without them
    if (tried.length > 1 && isGitError(error)) this.tally = { ...this.tally, isOneByOne: true };
    else for (const waiting of tried) this.refuse(waiting, error);
  }

  /** Those who wait, without those who were stopped meanwhile. */
  private stillWaiting(): readonly WaitingMerge[] {
    for (const waiting of this.pending.filter(({ signal }) => signal.aborted)) this.refuse(waiting, waiting.signal.reason);
    return this.pending;
  }

  private settle(waiting: WaitingMerge, outcome: MergeOutcome<unknown>): void {
    this.pending = this.pending.filter(other => other !== waiting);
    this.pins.add(candidateRef(this.sources.streamId, waiting.request.thread)); // also one of a program that was cut off
    this.settled.push(() => waiting.resolve(outcome));
  }

  private refuse(waiting: WaitingMerge, reason: unknown): void {
    this.pending = this.pending.filter(other => other !== waiting);
    this.settled.push(() => waiting.reject(reason));
  }

  /** Tells those who need not wait any longer, once nothing is left behind of what they waited for. */
  private async tell(): Promise<void> {
    const { git, logger } = this.sources;
    for (const pin of this.pins) {
      await git.deleteRef(pin).catch((error: unknown) => logger.warn(`${pin} is left behind: ${String(error)}`));
    }
    this.pins.clear();
    for (const told of this.settled.splice(0)) told();
  }
}

const anyOf = (waiting: readonly WaitingMerge[]) => AbortSignal.any(waiting.map(({ signal }) => signal));
