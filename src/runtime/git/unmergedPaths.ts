export type Entry = { readonly mode: string; readonly object: string };
/** What stands at one path, and in which versions: 1 the base, 2 ours, 3 theirs. */
export type UnmergedPath = { readonly name: Buffer; readonly stages: ReadonlyMap<number, Entry> };

/** Reads git's lines `<mode> <object> <stage>\t<path>`, one for each version; lines of another form are passed over. */
export function unmergedPaths(lines: readonly Buffer[]): readonly UnmergedPath[] {
  const found = new Map<string, { name: Buffer; stages: Map<number, Entry> }>();
  for (const line of lines) {
    const cut = line.indexOf('\t');
    if (cut < 0) continue;
    const [mode = '', object = '', stage = ''] = line.subarray(0, cut).toString().split(' ');
    const name = line.subarray(cut + 1);
    const key = name.toString('latin1');
    const known = found.get(key) ?? { name, stages: new Map<number, Entry>() };
    known.stages.set(Number(stage), { mode, object });
    found.set(key, known);
  }
  return [...found.values()];
}
