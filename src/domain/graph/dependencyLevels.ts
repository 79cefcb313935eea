/** Entries by the earliest step in which all they need is done, in their order; and the entries of a cycle, when there is one. */
export type DependencyLevels<T> = { readonly levels: readonly (readonly T[])[]; readonly cycle: readonly T[] | undefined };

/** `needsOf` gives entries of `entries`. What is in a cycle, or waits for one, is in no level. */
export function dependencyLevels<T>(entries: readonly T[], needsOf: (entry: T) => readonly T[]): DependencyLevels<T> {
  const order = new Map(entries.map((entry, index) => [entry, index]));
  const waiting = new Map(entries.map(entry => [entry, needsOf(entry).length]));
  const dependents = new Map<T, T[]>();
  for (const entry of entries) {
    for (const needed of needsOf(entry)) {
      const others = dependents.get(needed);
      if (others) others.push(entry);
      else dependents.set(needed, [entry]);
    }
  }
  const levels: (readonly T[])[] = [];
  let level = entries.filter(entry => waiting.get(entry) === 0);
  while (level.length > 0) {
    levels.push(level);
    const next: T[] = [];
    for (const entry of level) {
      waiting.delete(entry);
      for (const dependent of dependents.get(entry) ?? []) {
        const left = (waiting.get(dependent) ?? 0) - 1;
        waiting.set(dependent, left);
        if (left === 0) next.push(dependent);
      }
    }
    level = next.sort((left, right) => (order.get(left) ?? 0) - (order.get(right) ?? 0));
  }
  return { levels, cycle: waiting.size === 0 ? undefined : cycleIn([...waiting.keys()], needsOf, waiting) };
}

/** Each of `stuck` needs another of them: whoever follows that comes around. */
function cycleIn<T>(stuck: readonly T[], needsOf: (entry: T) => readonly T[], waiting: ReadonlyMap<T, number>): readonly T[] {
  const path: T[] = [];
  const seen = new Map<T, number>();
  let entry = stuck[0];
  while (entry !== undefined) {
    const before = seen.get(entry);
    if (before !== undefined) return path.slice(before);
    seen.set(entry, path.length);
    path.push(entry);
    entry = needsOf(entry).find(needed => waiting.has(needed));
  }
  return path;
}
