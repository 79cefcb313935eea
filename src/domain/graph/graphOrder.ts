import type { Dependencies } from './dependencies';
import { dependencyLevels } from './dependencyLevels';

/** `circle`: threads that wait for one another, the first again at the end; none can ever begin. */
export type GraphOrder = {
  /** By thread: 0 for one that waits for nothing, else one more than the highest of those it waits for. Without those of circles. */
  readonly levels: ReadonlyMap<string, number>;
  /** One for each knot of threads that wait for one another. */
  readonly circles: readonly (readonly string[])[];
};

/** Puts the threads in the order in which they can begin. Linear in the number of dependencies. */
export function graphOrder(dependencies: Dependencies): GraphOrder {
  const needsOf = (id: string) => (dependencies.get(id) ?? []).flatMap(({ thread }) => (dependencies.has(thread) ? [thread] : []));
  const ordered = dependencyLevels([...dependencies.keys()], needsOf).levels;
  const levels = new Map(ordered.flatMap((ids, level) => ids.map(id => [id, level] as const)));
  return { levels, circles: circlesOf(dependencies, levels) };
}

/** Who waits for each thread, directly. */
export function dependentsOf(dependencies: Dependencies): ReadonlyMap<string, readonly string[]> {
  const dependents = new Map<string, string[]>();
  for (const [id, waits] of dependencies) {
    for (const { thread } of waits) {
      const known = dependents.get(thread);
      if (known) known.push(id);
      else dependents.set(thread, [id]);
    }
  }
  return dependents;
}

/** Follows from each thread that never begins the first that it waits for in vain: that path ends in a circle. */
function circlesOf(dependencies: Dependencies, begun: ReadonlyMap<string, unknown>): readonly (readonly string[])[] {
  const stuck = [...dependencies.keys()].filter(id => !begun.has(id));
  const seen = new Set<string>();
  const circles: (readonly string[])[] = [];
  for (const start of stuck) {
    const path = new Map<string, number>();
    let at: string | undefined = start;
    while (at !== undefined && !seen.has(at)) {
      seen.add(at);
      path.set(at, path.size);
      at = dependencies.get(at)?.find(({ thread }) => dependencies.has(thread) && !begun.has(thread))?.thread;
    }
    const from = at === undefined ? undefined : path.get(at);
    if (at !== undefined && from !== undefined) circles.push([...[...path.keys()].slice(from), at]);
  }
  return circles;
}

/**
 * How much work begins with each thread: its own weight and that of the heaviest chain of threads that wait for it. Threads of circles
 * have their own weight alone.
 */
export function remainingWork(dependencies: Dependencies, weightOf: (thread: string) => number): ReadonlyMap<string, number> {
  const { levels } = graphOrder(dependencies);
  const dependents = dependentsOf(dependencies);
  const work = new Map<string, number>();
  for (const [id] of [...levels].sort(([, left], [, right]) => right - left)) {
    const behind = (dependents.get(id) ?? []).reduce((most, dependent) => Math.max(most, work.get(dependent) ?? 0), 0);
    work.set(id, weightOf(id) + behind);
  }
  for (const id of dependencies.keys()) if (!work.has(id)) work.set(id, weightOf(id));
  return work;
}

/** The heaviest chain of threads that wait for one another, in its order: the run can take no less than that. */
export function criticalPath(dependencies: Dependencies, weightOf: (thread: string) => number): readonly string[] {
  const work = remainingWork(dependencies, weightOf);
  const { levels } = graphOrder(dependencies);
  const dependents = dependentsOf(dependencies);
  const heaviest = (ids: Iterable<string>) => {
    let best: string | undefined;
    for (const id of ids) if (levels.has(id) && (best === undefined || (work.get(id) ?? 0) > (work.get(best) ?? 0))) best = id;
    return best;
  };
  const path: string[] = [];
  let at = heaviest([...levels].flatMap(([id, level]) => (level === 0 ? [id] : [])));
  while (at !== undefined) {
    path.push(at);
    at = heaviest(dependents.get(at) ?? []);
  }
  return path;
}
