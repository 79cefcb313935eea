import { withEscalations } from '../coordinator/escalations';
import { deliveryOf } from '../delivery/delivery';
import { readOnlyReason, type Era } from '../files/era';
import type { StreamRecord, TaskRecord, ThreadRecord } from '../files/records';
import { levelOf, parseId } from '../ids';
import type { JournalState } from '../journal/journalState';
import { implicitTaskId } from '../names';
import type { ParsedPlan } from '../plan/planDocument';
import { addCounts, countTasks, percentDone } from '../status/counts';
import { nextIncompleteBatch } from '../status/nextBatch';
import { noCoordination, type CoordinationFacts } from '../reservations/threadCoordination';
import { reviewOf } from '../review/stageVerdict';
import { groupStatus, streamStatus } from '../status/rollUp';
import { LiveRuns } from './liveRuns';
import type { Ask, BatchNode, FileProblem, StageNode, ThreadNode, WorkstreamSnapshot } from './nodes';
import { nameOr, outline, type OutlineBatch, type OutlineStage } from './outline';
import type { HealthFacts } from './taskHealth';
import { threadNode, type ThreadContext } from './threadNodes';
import { withWaits } from './waits';

export type WorkstreamInput = {
  readonly record: Pick<StreamRecord, 'id' | 'name' | 'status' | 'current_batch' | 'approval'>;
  /** Absolute path of `work/<id>`. */
  readonly folder: string;
  readonly plan: ParsedPlan;
  /** SHA-256 of `PLAN.md`, hexadecimal. */
  readonly planHash: string | undefined;
  readonly tasks: readonly TaskRecord[];
  readonly threads: readonly ThreadRecord[];
  readonly era: Era;
  readonly journal: JournalState;
  /** A process is carrying out batches of this repository now. */
  readonly isDriven: boolean;
  readonly asks: readonly Ask[];
  readonly health: HealthFacts;
  /** None where nobody looked. */
  readonly coordination?: CoordinationFacts;
  readonly problems: readonly FileProblem[];
};

/** Joins everything that is known of a workstream into what its views show. */
export function buildWorkstream(input: WorkstreamInput): WorkstreamSnapshot {
  const { record, plan, tasks, era, journal, asks, health, coordination = noCoordination } = input;
  const threadsAreTasks = era === 'threads';
  const context = {
    streamId: record.id,
    asks,
    health,
    coordination,
    approval: record.approval,
    runs: new LiveRuns(journal, input.isDriven),
    records: new Map(input.threads.map(thread => [thread.threadId, thread])),
  };
  const nodes = outline({ plan: plan.plan, tasks, threadsAreTasks }).map(stage => stageNode(stage, context));
  const stages = withEscalations(withWaits(nodes, context.runs));
  const threads = stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads));
  const statuses = tasks.map(task => task.status);
  const counts = countTasks(statuses);
  // Where threads are tasks, each of them stands for the one task it would have.
  const batchTasks = threadsAreTasks
    ? tasks.map(({ id, status }) => ({ id: levelOf(id) === 'thread' ? implicitTaskId(id) : id, status }))
    : tasks;
  const planned = threads.filter(thread => !thread.orphan);
  const { approval } = record;
  return {
    id: record.id,
    name: record.name,
    folder: input.folder,
    title: plan.plan?.title ?? record.name,
    status: streamStatus(
      record.status,
      statuses,
      planned.some(thread => thread.counts.total === 0),
    ),
    isEnded: record.status === 'completed',
    counts,
    percent: percentDone(counts),
    nextBatch: nextIncompleteBatch(
      batchTasks,
      planned.map(thread => thread.id),
      planned.filter(thread => thread.awaitsMerge).map(thread => thread.id),
    ),
    currentBatch: record.current_batch,
    runningScope: context.runs.scope,
    planModifiedSinceApproval:
      approval?.status === 'approved' &&
      approval.plan_hash !== undefined &&
      input.planHash !== undefined &&
      approval.plan_hash !== input.planHash,
    approval: approval?.status ?? 'draft',
    diagnostics: plan.diagnostics,
    problems: input.problems,
    readOnly: readOnlyReason(era),
    validation: plan.plan?.validation ?? [],
    stages,
  };
}

type StageContext = ThreadContext & { readonly approval: StreamRecord['approval'] };

function stageNode(stage: OutlineStage, context: StageContext): StageNode {
  const { id, line } = stage;
  const batches = stage.batches.map(batch => batchNode(batch, stage, context));
  const threads = batches.flatMap(batch => batch.threads);
  const status = groupStatus(threads.map(thread => thread.status));
  const approval = context.approval?.stages?.[String(parseId(id)?.[0])]?.status ?? 'draft';
  return {
    kind: 'stage',
    id,
    name: nameOr(stage.name, `Stage ${id}`),
    status,
    counts: countAll(threads),
    approval,
    atGate: status === 'completed' && approval !== 'approved' && !threads.some(thread => thread.awaitsMerge),
    review: reviewOf(id, context.runs.journal.reviews),
    delivery: deliveryOf(id, context.runs.journal.deliveries),
    line,
    batches,
  };
}

function batchNode(batch: OutlineBatch, stage: OutlineStage, context: ThreadContext): BatchNode {
  const { id, summary, line } = batch;
  const threads = batch.threads.map(thread => threadNode(thread, stage, batch, context));
  return {
    kind: 'batch',
    id,
    name: nameOr(batch.name, `Batch ${id}`),
    summary,
    status: groupStatus(threads.map(thread => thread.status)),
    counts: countAll(threads),
    running: context.runs.isBatchRunning(id) || threads.some(thread => thread.running),
    line,
    threads,
  };
}

function countAll(threads: readonly ThreadNode[]): StageNode['counts'] {
  return threads.map(thread => thread.counts).reduce(addCounts, countTasks([]));
}
