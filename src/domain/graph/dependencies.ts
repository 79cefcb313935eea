import { ancestorId, compareIds, isWithin, levelOf } from '../ids';

/** A thread waits for the work of another. Declared: its plan says so; else because that one's batch comes before its own. */
export type Dependency = { readonly thread: string; readonly isDeclared: boolean };
/** What each thread waits for, in the order of the plan. */
export type Dependencies = ReadonlyMap<string, readonly Dependency[]>;

/** What of a plan dependencies are made from, in its order. `dependsOn`: ids of threads, tasks or batches; undefined says nothing. */
export type GraphThread = {
  readonly id: string;
  readonly dependsOn: readonly string[] | undefined;
  /** Only tasks name it: nothing waits for it. */
  readonly orphan?: boolean;
};
export type GraphStage<T extends GraphThread = GraphThread> = {
  readonly id: string;
  readonly batches: readonly { readonly id: string; readonly threads: readonly T[] }[];
};

/**
 * What each thread of a plan waits for: what it declares, else every thread of the batch before its own in its stage. What is not in
 * the plan, and the thread itself, are left out: `checkDependencies` reports them.
 */
export function dependenciesOf(stages: readonly GraphStage[]): Dependencies {
  const all = new Map<string, readonly Dependency[]>();
  const known = knownIds(stages);
  let stage = '';
  let before: readonly Dependency[] = [];
  for (const [batch, threads] of batchesInOrder(stages)) {
    if (ancestorId(batch, 'stage') !== stage) before = [];
    stage = ancestorId(batch, 'stage');
    for (const { id, dependsOn } of threads.values()) {
      all.set(id, dependsOn === undefined ? before : declaredOf(id, dependsOn, known));
    }
    if (threads.size > 0) before = [...threads.keys()].map(id => ({ thread: id, isDeclared: false }));
  }
  return all;
}

/** By their numbers, as batches are run; of what a plan has twice the first counts. */
function batchesInOrder(stages: readonly GraphStage[]): readonly (readonly [string, ReadonlyMap<string, GraphThread>])[] {
  const batches = new Map<string, Map<string, GraphThread>>();
  for (const { id, threads } of stages.flatMap(stage => stage.batches)) {
    const own = batches.get(id) ?? new Map<string, GraphThread>();
    for (const thread of threads) if (thread.orphan !== true && !own.has(thread.id)) own.set(thread.id, thread);
    batches.set(id, own);
  }
  return [...batches].sort(([left], [right]) => compareIds(left, right));
}

/** What the threads among these wait for among these, and nothing else. */
export function dependenciesAmong(dependencies: Dependencies, threads: ReadonlySet<string>): Dependencies {
  return new Map([...threads].map(id => [id, (dependencies.get(id) ?? []).filter(({ thread }) => threads.has(thread))]));
}

export type KnownIds = { readonly threads: ReadonlySet<string>; readonly byBatch: ReadonlyMap<string, readonly string[]> };

export function knownIds(stages: readonly GraphStage[]): KnownIds {
  const batches = stages.flatMap(stage => stage.batches);
  const byBatch = new Map<string, readonly string[]>();
  for (const { id, threads } of batches) {
    const planned = threads.filter(({ orphan }) => orphan !== true).map(thread => thread.id);
    byBatch.set(id, [...(byBatch.get(id) ?? []), ...planned]);
  }
  return { threads: new Set([...byBatch.values()].flat()), byBatch };
}

/** The threads that an id means: a task means its thread, a batch all of its own. None: it is not in the plan. */
export function meantThreads(id: string, { threads, byBatch }: KnownIds): readonly string[] {
  if (levelOf(id) === 'batch') return byBatch.get(id) ?? [];
  const thread = ancestorId(id, 'thread');
  return isWithin(id, thread) && threads.has(thread) ? [thread] : [];
}

function declaredOf(id: string, dependsOn: readonly string[], known: KnownIds): readonly Dependency[] {
  const meant = new Set(dependsOn.flatMap(each => meantThreads(each, known)));
  meant.delete(id);
  return [...meant].map(thread => ({ thread, isDeclared: true }));
}
