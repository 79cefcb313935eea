/** A place that two sides changed differently. */
export type TextConflict = {
  /** In our text, counted from 1; where our side took lines out, the line that follows them. */
  readonly line: number;
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
};

/** Reads what `git merge-file -p --marker-size=<size>` printed. */
export function textConflicts(merged: string, size: number): readonly TextConflict[] {
  const is = (line: string, sign: string) => line.startsWith(sign.repeat(size)) && (line.length === size || line[size] === ' ');
  const conflicts: TextConflict[] = [];
  let open: { readonly line: number; readonly ours: string[]; readonly theirs: string[] } | undefined;
  let side: 'both' | 'ours' | 'theirs' = 'both';
  let line = 1;
  for (const text of merged.split(/\r?\n/)) {
    if (side === 'both' && is(text, '<')) {
      open = { line, ours: [], theirs: [] };
      side = 'ours';
    } else if (side === 'ours' && is(text, '=')) side = 'theirs';
    else if (side === 'theirs' && open && is(text, '>')) {
      conflicts.push(open);
      side = 'both';
    } else if (side === 'theirs') open?.theirs.push(text);
    else {
      if (side === 'ours') open?.ours.push(text);
      line++;
    }
  }
  return conflicts;
}
