import type { AttemptState } from '../../src/domain/journal/journalState';
import { formatId } from '../../src/domain/ids';
import { addCounts, countTasks } from '../../src/domain/status/counts';
import { groupStatus } from '../../src/domain/status/rollUp';
import type { TaskStatus } from '../../src/domain/taskStatus';
import type { StageNode, ThreadNode } from '../../src/domain/tree/nodes';
import { batchNode, stageNode, taskNode, threadNode } from './planNodes';

export type TaskSketch = {
  readonly name: string;
  readonly status?: TaskStatus;
  readonly report?: string;
  readonly attempts?: readonly AttemptState[];
};
export type ThreadSketch = { readonly name: string; readonly tasks: readonly TaskSketch[] } & Partial<
  Pick<ThreadNode, 'merge' | 'validations' | 'returns' | 'resolved'>
>;
export type StageSketch = {
  readonly name: string;
  readonly batches: readonly { readonly name: string; readonly threads: readonly ThreadSketch[] }[];
};

/** A stage with ids, counts and states as the model would give it; tasks are completed unless they say otherwise. */
export function sketchStage(number: number, { name, batches }: StageSketch): StageNode {
  const nodes = batches.map((batch, batchIndex) => {
    const threads = batch.threads.map((thread, index) => sketchThread(formatId(number, batchIndex + 1, index + 1), thread));
    return batchNode(formatId(number, batchIndex + 1), threads, { name: batch.name, ...rolledUp(threads) });
  });
  return stageNode(formatId(number), nodes, { name, ...rolledUp(nodes) });
}

export function attempt(id: string, change: Partial<AttemptState> = {}): AttemptState {
  const startedAt = '2026-01-20T21:00:00.000Z';
  return { id, task: '', thread: '', run: 'r', number: 1, record: '', agent: 'default', model: null, base: '', startedAt, ...change };
}

function sketchThread(id: string, { tasks, ...change }: ThreadSketch): ThreadNode {
  const nodes = tasks.map(({ status = 'completed', ...task }, index) => taskNode(`${id}.${formatId(index + 1)}`, { status, ...task }));
  const statuses = nodes.map(({ status }) => status);
  return threadNode(id, nodes, { ...change, counts: countTasks(statuses), status: groupStatus(statuses) });
}

function rolledUp(nodes: readonly Pick<StageNode, 'counts' | 'status'>[]): Pick<StageNode, 'counts' | 'status'> {
  return {
    counts: nodes.map(({ counts }) => counts).reduce(addCounts, countTasks([])),
    status: groupStatus(nodes.map(({ status }) => status)),
  };
}
