import type { Settings } from '../../domain/settings/settings';
import { ancestorId } from '../../domain/ids';
import type { WorkstreamSnapshot } from '../../domain/tree/nodes';
import type { WorkFiles } from '../files/workFiles';
import type { OpencodeRuntime } from '../opencode/opencodeRuntime';
import { readAgentPlan } from './agentPlan';
import { barringProblems } from './checkRequest';
import { DriverError } from './driver';
import { notReviewed, reviewStage } from './reviewStage';
import { RunBudgets } from './runBudgets';
import type { Runs } from './runs';
import { UpdateError } from './updateIntegration';

export type GateReviewServices = {
  readonly root: string;
  readonly files: WorkFiles;
  readonly opencode: OpencodeRuntime;
  readonly runs: Runs;
  readonly settings: () => Settings;
  readonly isTrusted: () => boolean;
  /** `AGENT` in a process that an agent started. */
  readonly role: string | undefined;
  readonly snapshot: (stream?: string) => Promise<WorkstreamSnapshot>;
};

/** The review of a stage that a person brought to its gate, without a run that would let it be reviewed at its end. */
export class GateReview {
  constructor(private readonly services: GateReviewServices) {}

  /** There is an agent to review it, and the stage of this part of the plan is at its gate. */
  async isDue(streamId: string, id: string): Promise<boolean> {
    const { root, role, settings, isTrusted, snapshot } = this.services;
    const { review, isolation, allowedRoots } = settings();
    if (review.agent === undefined || isolation === 'none' || role === 'AGENT' || !isTrusted()) return false;
    if ((await barringProblems(root, allowedRoots)).length > 0) return false;
    const { stages } = await snapshot(streamId);
    return stages.some(stage => stage.id === ancestorId(id, 'stage') && stage.atGate);
  }

  /**
   * Reviews the stage of this part of the plan as a run does at its end: once for each state of the integration branch, and never in
   * the way of anything. What keeps it from being done is said, and thrown to nobody; a run that goes on does it itself.
   */
  async review(streamId: string, id: string, signal: AbortSignal): Promise<void> {
    if (!(await this.isDue(streamId, id))) return;
    const { root, files, opencode, runs, snapshot } = this.services;
    const stage = ancestorId(id, 'stage');
    try {
      await runs.betweenRuns(
        streamId,
        ({ context, lost }) => {
          const stop = AbortSignal.any([signal, lost]);
          const agents = () => readAgentPlan(files, opencode, root, stop);
          const budgets = new RunBudgets(context, 'review');
          return reviewStage(context, { batch: stage, agents, budgets, snapshot: () => snapshot(streamId) }, stop);
        },
        `Stage ${stage} of ${streamId} is being reviewed`,
      );
    } catch (error) {
      if (!(error instanceof DriverError || error instanceof UpdateError)) throw error;
      if (!runs.runningBatches.has(streamId)) notReviewed(runs.news.observer(streamId), stage, error.message);
    }
  }
}
