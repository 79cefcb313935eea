/** Threads whose prompts would be the same file, by that file. Case does not tell files apart everywhere. */
export function promptCollisions<T extends { readonly promptPath: string }>(threads: readonly T[]): ReadonlyMap<string, readonly T[]> {
  const byPath = new Map<string, T[]>();
  for (const thread of threads) {
    const key = thread.promptPath.toLowerCase();
    byPath.set(key, [...(byPath.get(key) ?? []), thread]);
  }
  return new Map([...byPath].filter(([, sharing]) => sharing.length > 1));
}
