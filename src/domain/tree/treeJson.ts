import type { TaskStatus } from '../taskStatus';
import type { BatchNode, Counts, GroupStatus, StageNode, StreamStatus, ThreadNode, WorkstreamSnapshot } from './nodes';

/** What `work tree --json` prints, for other programs: a published shape, to be added to but not changed. */
export type TreeJson = {
  readonly stream: { readonly id: string; readonly name: string; readonly status: StreamStatus };
  /** `SS.BB`, null when all batches are done. */
  readonly nextBatch: string | null;
  /** `completed` is without the cancelled ones; `percent` counts both. */
  readonly progress: Counts & { readonly percent: number };
  readonly diagnostics: readonly { readonly severity: 'error' | 'warning'; readonly message: string; readonly line: number }[];
  readonly stages: readonly StageJson[];
};
export type StageJson = Labelled & { readonly batches: readonly BatchJson[] };
export type BatchJson = Labelled & { readonly threads: readonly ThreadJson[] };
export type ThreadJson = Labelled & {
  readonly summary: string;
  readonly details: string;
  readonly agent: string;
  readonly tasks: readonly { readonly id: string; readonly name: string; readonly status: TaskStatus; readonly report: string | null }[];
};
type Labelled = { readonly id: string; readonly name: string; readonly status: GroupStatus };

/** Problems of other files stand among the diagnostics, with the file before the message. */
export function treeJson(stream: WorkstreamSnapshot): TreeJson {
  const { id, name, status, nextBatch, counts, percent } = stream;
  return {
    stream: { id, name, status },
    nextBatch,
    progress: { ...counts, percent },
    diagnostics: [
      ...stream.diagnostics.map(({ severity, message, line }) => ({ severity, message, line })),
      ...stream.problems.map(({ severity, file, message, line }) => ({ severity, message: `${file}: ${message}`, line: line ?? 1 })),
    ],
    stages: stream.stages.map(stageJson),
  };
}

function stageJson({ id, name, status, batches }: StageNode): StageJson {
  return { id, name, status, batches: batches.map(batchJson) };
}

function batchJson({ id, name, status, threads }: BatchNode): BatchJson {
  return { id, name, status, threads: threads.map(threadJson) };
}

function threadJson({ id, name, summary, details, agent, status, tasks }: ThreadNode): ThreadJson {
  return {
    id,
    name,
    summary,
    details,
    agent,
    status,
    tasks: tasks.map(task => ({ id: task.id, name: task.name, status: task.status, report: task.report ?? null })),
  };
}
