import { ancestorId } from '../ids';
import type { ThinThread } from './thinThreads';

/** Threads that one agent fills in together. */
export type PopulationGroup = {
  /** A stage or a batch; `all` for everything at once. */
  readonly phase: string;
  readonly threads: readonly ThinThread[];
};

/** From so many threads on, each phase has an agent of its own, and these work at the same time. */
export const fromParallel = 5;

/** Up to four threads for one agent; more by stage, or by batch when they are all of one stage. In the plan's order. */
export function populationGroups(threads: readonly ThinThread[]): readonly PopulationGroup[] {
  if (threads.length === 0) return [];
  if (threads.length < fromParallel) return [{ phase: 'all', threads }];
  const stages = byPhase(threads, 'stage');
  return stages.length > 1 ? stages : byPhase(threads, 'batch');
}

function byPhase(threads: readonly ThinThread[], level: 'stage' | 'batch'): readonly PopulationGroup[] {
  const groups = new Map<string, ThinThread[]>();
  for (const thread of threads) {
    const phase = ancestorId(thread.id, level);
    groups.set(phase, [...(groups.get(phase) ?? []), thread]);
  }
  return [...groups].map(([phase, its]) => ({ phase, threads: its }));
}
