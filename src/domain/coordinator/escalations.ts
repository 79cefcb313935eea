import { parseId } from '../ids';
import { isDone } from '../taskStatus';
import type { StageNode, ThreadNode } from '../tree/nodes';

/** The name of a thread that takes out of the way what blocks a task: `resolve-01.01.02.01 Write the schema`. */
export const resolvingName = (task: string, what: string) => `resolve-${task} ${what}`.trim();

/** The task that such a thread is for. */
export function resolvedTask(name: string): string | undefined {
  const id = /^resolve-([0-9.]+)(?:\s|$)/.exec(name)?.[1];
  return id !== undefined && parseId(id)?.length === 4 ? id : undefined;
}

/**
 * The stages, with what only a person can set going: a thread that was made for a blocked task, while there is something to do in it,
 * that task is open, and no run has it or is about to begin it.
 */
export function withEscalations(stages: readonly StageNode[]): readonly StageNode[] {
  const threads = stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads));
  const open = new Set(threads.flatMap(({ tasks }) => tasks.flatMap(task => (isDone(task.status) ? [] : [task.id]))));
  const awaited = new Map(
    threads.flatMap((thread): readonly [string, string][] => {
      const task = resolvedTask(thread.name);
      return task !== undefined && open.has(task) && isLeft(thread) ? [[thread.id, task]] : [];
    }),
  );
  if (awaited.size === 0) return stages;
  const told = (thread: ThreadNode) => {
    const awaitedBy = awaited.get(thread.id);
    return awaitedBy === undefined ? thread : { ...thread, awaitedBy };
  };
  return stages.map(stage => ({
    ...stage,
    batches: stage.batches.map(batch => ({ ...batch, threads: batch.threads.map(told) })),
  }));
}

/** One that is blocked itself says so. */
const isLeft = ({ running, wait, status, tasks }: ThreadNode) =>
  !running &&
  wait?.kind !== 'waits' &&
  wait?.kind !== 'held' &&
  status !== 'blocked' &&
  (tasks.length === 0 || tasks.some(task => !isDone(task.status)));
