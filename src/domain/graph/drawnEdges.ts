import type { Dependencies, Dependency } from './dependencies';

/** One line of a picture: from the threads of `from`, which are waited for, to those of `to`. More than one of both is a bundle. */
export type DrawnEdge = { readonly from: readonly string[]; readonly to: readonly string[]; readonly isDeclared: boolean };

/**
 * What is drawn of dependencies so that the same order can be read with few lines: without what follows from others, and one bundle
 * for threads that all wait for the same ones. Threads without a level are left out.
 */
export function drawnEdges(dependencies: Dependencies, levels: ReadonlyMap<string, number>): readonly DrawnEdge[] {
  const bundles = new Map<string, { readonly waits: readonly Dependency[]; readonly to: string[] }>();
  for (const [thread, waits] of reduced(dependencies, levels)) {
    if (waits.length === 0) continue;
    const key = JSON.stringify(waits);
    const known = bundles.get(key);
    if (known) known.to.push(thread);
    else bundles.set(key, { waits, to: [thread] });
  }
  return [...bundles.values()].flatMap(({ waits, to }) => {
    if (to.length > 1 && waits.length > 1) return [{ from: threadsOf(waits), to, isDeclared: waits.every(({ isDeclared }) => isDeclared) }];
    return to.flatMap(id => waits.map(({ thread, isDeclared }) => ({ from: [thread], to: [id], isDeclared })));
  });
}

const threadsOf = (waits: readonly Dependency[]) => waits.map(({ thread }) => thread);

/** Without those that another one waits for already, directly or not. */
function reduced(dependencies: Dependencies, levels: ReadonlyMap<string, number>): Dependencies {
  const behind = new Map<string, ReadonlySet<string>>();
  const kept = new Map<string, readonly Dependency[]>();
  for (const [id] of [...levels].sort(([, left], [, right]) => left - right)) {
    const waits = (dependencies.get(id) ?? []).filter(({ thread }) => levels.has(thread));
    const further = new Set(threadsOf(waits).flatMap(thread => [...(behind.get(thread) ?? [])]));
    kept.set(
      id,
      waits.filter(({ thread }) => !further.has(thread)),
    );
    behind.set(id, new Set([...threadsOf(waits), ...further]));
  }
  return kept;
}
