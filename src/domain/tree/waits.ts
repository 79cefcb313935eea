import { readiness } from '../graph/readiness';
import type { WaitReason } from '../graph/schedule';
import { isDone } from '../taskStatus';
import type { LiveRuns } from './liveRuns';
import type { StageNode, ThreadNode } from './nodes';

/** Why a thread of a run does not begin: not yet, or not at all in that run (a sentence without a full stop). */
export type ThreadWait =
  | { readonly kind: 'waits'; readonly reasons: readonly WaitReason[] }
  /** It has begun, and others have its files. */
  | { readonly kind: 'held'; readonly reason: string }
  | { readonly kind: 'unreachable'; readonly reason: string };

/** Whether it waits for nothing but files that others have, or change. */
export function waitsForFiles(wait: ThreadWait | undefined): boolean {
  return wait?.kind === 'held' || (wait?.kind === 'waits' && wait.reasons.every(({ kind }) => kind === 'files'));
}

/** The stages, with what each thread waits for that a run of now or before did not begin. */
export function withWaits(stages: readonly StageNode[], runs: LiveRuns): readonly StageNode[] {
  const waits = new Map<string, ThreadWait>();
  for (const { thread, reason } of runs.journal.unreachable) waits.set(thread, { kind: 'unreachable', reason });
  for (const { thread, reason } of runs.heldThreads) waits.set(thread, { kind: 'held', reason });
  const own = runs.waitingThreads();
  if (own.size > 0) {
    for (const { thread, waits: reasons } of readiness(stages)) {
      if (!own.has(thread.id) || thread.running) continue;
      const known = reasons.filter(reason => reason.kind !== 'dependency' || runs.isPartOfRun(reason.thread));
      waits.set(thread.id, { kind: 'waits', reasons: known.length > 0 ? known : [{ kind: 'turn' }] });
    }
  }
  if (waits.size === 0) return stages;
  const told = (thread: ThreadNode): ThreadNode => {
    const wait = waits.get(thread.id);
    const isOpen = thread.tasks.length === 0 || thread.tasks.some(({ status }) => !isDone(status));
    if (!wait || !isOpen) return thread;
    return { ...thread, wait, ...(wait.kind === 'waits' ? {} : { reason: wait.reason }) };
  };
  return stages.map(stage => ({
    ...stage,
    batches: stage.batches.map(batch => ({ ...batch, threads: batch.threads.map(told) })),
  }));
}
