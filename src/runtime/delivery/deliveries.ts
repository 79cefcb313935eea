import type { DeliveryResult } from '../../domain/delivery/deliveryWords';
import type { Move } from '../../domain/delivery/delivery';
import type { Settings } from '../../domain/settings/settings';
import type { StageNode, WorkstreamSnapshot } from '../../domain/tree/nodes';
import { GateError } from '../gate/gate';
import type { Git } from '../git/git';
import { journalFile, journalFolder } from '../journal/journalPaths';
import { readJournal } from '../journal/readJournal';
import type { ReadDriver } from '../model/driverPresence';
import { DriverError } from '../run/driver';
import type { Runs } from '../run/runs';
import { UpdateError } from '../run/updateIntegration';
import type { DeliveryContext } from './carryOut';
import type { DeliverOptions } from './checkMerged';
import { deliverStage, undoDelivery } from './deliverStage';
import { settleDelivery, unsettledDelivery } from './settleDelivery';

export type DeliveryServices = {
  readonly git: Git;
  readonly runs: Pick<Runs, 'betweenRuns' | 'isDriving'>;
  readonly settings: () => Settings;
  /** `AGENT` for a process that an agent started: agents deliver nothing. */
  readonly role: string | undefined;
  readonly isTrusted: () => boolean;
  /** Who drives the repository, if anybody does. */
  readonly readDriver: ReadDriver;
  snapshot(streamId?: string): Promise<WorkstreamSnapshot>;
};

/** Brings approved work into the user's branch, and takes it out again. What cannot be done is a result with a reason, never half done. */
export class Deliveries {
  constructor(private readonly services: DeliveryServices) {}

  /** What approving the stage brings with it: a delivery where `work.delivery` asks for one then. */
  async afterApproval(streamId: string, stageNumber: number, options?: DeliverOptions): Promise<DeliveryResult | undefined> {
    return this.services.settings().delivery === 'onApproval' ? this.deliver(streamId, stageNumber, options) : undefined;
  }

  /** What completing the workstream brings with it: the delivery of everything, where `work.delivery` asks for one then. */
  async beforeCompletion(streamId: string, options?: DeliverOptions): Promise<DeliveryResult | undefined> {
    const stream = await this.services.snapshot(streamId);
    const last = stream.stages.at(-1);
    return last && this.services.settings().delivery === 'onCompletion' ? this.bring(stream.id, last, options) : undefined;
  }

  /**
   * Delivers what is merged of this stage and those before it, or of the last approved one.
   * @throws {GateError} `no-such-stage`, `stage-open` when it is not approved, `not-a-person` from an agent's session
   */
  async deliver(streamId: string, stageNumber?: number, options?: DeliverOptions): Promise<DeliveryResult> {
    const stream = await this.services.snapshot(streamId);
    const stage = stageNumber === undefined ? lastApproved(stream) : stageOf(stream, stageNumber);
    if (stage.approval !== 'approved') {
      throw new GateError('stage-open', `Stage ${Number(stage.id)} is not approved: approving it delivers it.`);
    }
    return this.bring(stream.id, stage, options);
  }

  /** Takes the last delivery back while nothing came after it; with a stage, only if it is that one's. @throws {GateError} `not-a-person` */
  async undo(streamId: string, stageNumber?: number): Promise<DeliveryResult> {
    const stream = await this.services.snapshot(streamId);
    const stage = stageNumber === undefined ? undefined : stageOf(stream, stageNumber).id;
    return this.move('undo', stream.id, stage ?? '', async context => {
      const settled = await settleDelivery(context);
      return settled?.kind === 'refused' ? settled : undoDelivery(context, stage);
    });
  }

  /**
   * Ends deliveries that were cut off with an earlier driver, of these workstreams: put back by content, then done again. Nothing
   * while anybody drives, or in workspaces that are not trusted.
   */
  async finish(streamIds: readonly string[]): Promise<readonly DeliveryResult[]> {
    const { git, runs, isTrusted, readDriver } = this.services;
    if (!isTrusted()) return [];
    const commonDir = await git.commonDir().catch(() => undefined); // not a repository: nothing was ever delivered here
    if (commonDir === undefined) return [];
    const results: DeliveryResult[] = [];
    for (const streamId of streamIds) {
      const { state } = await readJournal(journalFile(journalFolder(commonDir, streamId)));
      const left = unsettledDelivery(state);
      if (!left || runs.isDriving || (await readDriver()) !== undefined) continue;
      const { action, stage } = left.intent;
      const result = await this.move(action, streamId, stage, settleDelivery);
      if (result) results.push(result);
    }
    return results;
  }

  private bring(streamId: string, stage: StageNode, options: DeliverOptions = {}): Promise<DeliveryResult> {
    return this.move('deliver', streamId, stage.id, async (context, signal) => {
      const settled = await settleDelivery(context);
      return settled?.kind === 'refused' ? settled : deliverStage(context, stage, { ...options, signal });
    });
  }

  private async move<R extends DeliveryResult | undefined>(
    action: Move,
    streamId: string,
    stage: string,
    work: (context: DeliveryContext, lost: AbortSignal) => Promise<R>,
  ): Promise<R | DeliveryResult> {
    const { role, runs, isTrusted } = this.services;
    if (role === 'AGENT') {
      throw new GateError('not-a-person', 'Agents do not deliver work. A person does it, in the editor or with work deliver.');
    }
    const refused = (reason: string) => ({ kind: 'refused', action, stage, branch: null, reason, files: [] }) as const;
    if (!isTrusted()) return refused('This workspace is not trusted: nothing is delivered.');
    try {
      return await runs.betweenRuns(streamId, async ({ context, lost }) => {
        await context.journal.foldInbox(); // the approval first, then what it brought
        return work(context, lost);
      });
    } catch (error) {
      if (error instanceof DriverError || error instanceof UpdateError) return refused(error.message);
      throw error;
    }
  }
}

function stageOf(stream: WorkstreamSnapshot, stageNumber: number): StageNode {
  const stage = stream.stages.find(({ id }) => Number(id) === stageNumber);
  if (!stage) {
    throw new GateError(
      'no-such-stage',
      `Stage ${stageNumber} not found. Available: ${stream.stages.map(({ id }) => Number(id)).join(', ')}`,
    );
  }
  return stage;
}

function lastApproved(stream: WorkstreamSnapshot): StageNode {
  const stage = stream.stages.findLast(({ approval }) => approval === 'approved');
  if (!stage) throw new GateError('stage-open', 'No stage is approved yet: approving one delivers it.');
  return stage;
}
