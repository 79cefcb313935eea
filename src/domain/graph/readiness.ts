import { ancestorId } from '../ids';
import { tasksToRun } from '../run/threadWork';
import type { StageNode, ThreadNode } from '../tree/nodes';
import { dependenciesAmong, dependenciesOf } from './dependencies';
import { graphOrder, remainingWork } from './graphOrder';
import { schedule, type Standing, type WaitReason } from './schedule';

/**
 * `ready`: could begin now. `blocked`: could, but its last try was left to a person. `waiting`: for what `waits` says.
 * `gated`: the stage before its own is not approved. `done`: merged, or without anything to merge.
 */
export type ReadinessState = 'done' | 'running' | 'ready' | 'blocked' | 'waiting' | 'gated';

export type ThreadReadiness = {
  readonly thread: ThreadNode;
  readonly state: ReadinessState;
  readonly waits: readonly WaitReason[];
  /** 0 for one that waits for nothing, else one more than the highest of those it waits for. */
  readonly level: number;
  /** Open tasks of it and of the heaviest chain of threads that wait for it: the most worth beginning first. */
  readonly work: number;
};

/**
 * How each thread of a plan stands, in the plan's order, as files, journal and git have it now: whether it could begin by what it
 * depends on and by who changes the same files at this moment. No limit is looked at.
 */
export function readiness(stages: readonly StageNode[]): readonly ThreadReadiness[] {
  const threads = plannedThreads(stages);
  const nodes = new Map(threads.map(thread => [thread.id, thread]));
  const dependencies = dependenciesOf(stages);
  const standings = new Map(threads.map(thread => [thread.id, standingNow(thread)]));
  const { start, waiting } = schedule({
    threads: threads.map(scheduled),
    dependencies,
    standing: id => standings.get(id) ?? { kind: 'ended', how: 'outside' },
    limit: Infinity,
  });
  const { levels } = graphOrder(dependencies);
  const open = new Set(threads.flatMap(({ id }) => (isOver(standings.get(id)) ? [] : [id])));
  const work = remainingWork(dependenciesAmong(dependencies, open), id => weightOf(nodes.get(id)));
  const gated = gatedStages(stages);
  return threads.map(thread => {
    const { id } = thread;
    const isFree = start.includes(id);
    const waits = waiting.get(id) ?? [];
    const facts = { thread, waits: isFree ? [] : waits, level: levels.get(id) ?? 0, work: work.get(id) ?? 0 };
    if (isOver(standings.get(id))) return { ...facts, state: 'done' };
    if (thread.running) return { ...facts, state: 'running' };
    if (gated.has(ancestorId(id, 'stage'))) return { ...facts, state: 'gated' };
    // What would begin at the same time and changes the same files keeps nobody back yet.
    const isHeldBack = waits.some(reason => reason.kind === 'dependency' || (reason.kind === 'files' && nodes.get(reason.thread)?.running));
    if (!isFree && isHeldBack) return { ...facts, waits: waits.filter(reason => reason.kind !== 'turn'), state: 'waiting' };
    return { ...facts, waits: [], state: thread.status === 'blocked' ? 'blocked' : 'ready' };
  });
}

/** As a schedule takes it. */
export const scheduled = (thread: ThreadNode) => ({ id: thread.id, files: thread.files, weight: weightOf(thread) });

/** The threads that the plan has, in its order. */
export function plannedThreads(stages: readonly Pick<StageNode, 'batches'>[]): readonly ThreadNode[] {
  return stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads.filter(({ orphan }) => !orphan)));
}

/** How a thread stands when nothing is run but what runs already. */
export function standingNow(thread: ThreadNode): Standing {
  if (thread.running) return { kind: 'working' };
  if (thread.tasks.length === 0 || tasksToRun(thread.tasks).length > 0 || thread.awaitsMerge) return { kind: 'waiting' };
  return { kind: thread.tasks.some(({ status }) => status === 'completed') ? 'merged' : 'skipped' };
}

const isOver = (standing: Standing | undefined) => standing?.kind === 'merged' || standing?.kind === 'skipped';

/** Its open tasks; a thread without any will have one, one that only is to be merged counts like one. */
const weightOf = (thread: ThreadNode | undefined) => Math.max(1, tasksToRun(thread?.tasks ?? []).length);

function gatedStages(stages: readonly StageNode[]): ReadonlySet<string> {
  return new Set(stages.flatMap(({ id }, index) => (index > 0 && stages[index - 1]?.approval !== 'approved' ? [id] : [])));
}
