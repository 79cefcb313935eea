/** Gives a map with one entry changed. */
export type Put = <V>(map: ReadonlyMap<string, V>, key: string, value: V) => ReadonlyMap<string, V>;

/** These properties alone. */
export function pick<T, K extends keyof T>(from: T, ...keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map(key => [key, from[key]])) as Pick<T, K>;
}

/** Without the properties that are undefined, so that a state is the same after a trip through JSON. */
export function optional<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
