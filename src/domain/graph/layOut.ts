/** What stands in a column, or passes it: beside what it is joined to in the columns before and after. Heights in pixels. */
export type Cell = { readonly column: number; readonly height: number; readonly before: Cell[]; readonly after: Cell[] };

const sweeps = 4;

/**
 * Orders each column so that few lines cross, by the middle of what each cell is joined to, and gives the height of each cell's middle;
 * the highest begins at the gap between rows. Columns are reordered in place.
 */
export function layOut(columns: readonly Cell[][], { row }: { readonly row: number }): ReadonlyMap<Cell, number> {
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (const column of columns) sortBy(column, columns, 'before');
    for (const column of columns.toReversed()) sortBy(column, columns, 'after');
  }
  const middles = new Map<Cell, number>();
  for (const column of columns) stack(column, row, middles, ({ before }) => before);
  for (const column of columns.toReversed()) stack(column, row, middles, ({ before, after }) => [...before, ...after]);
  for (const column of columns) stack(column, row, middles, ({ before, after }) => [...before, ...after]);
  const top = Math.min(...[...middles].map(([{ height }, middle]) => middle - height / 2), Infinity);
  return new Map([...middles].map(([cell, middle]) => [cell, middle - top + row]));
}

function sortBy(column: Cell[], columns: readonly (readonly Cell[])[], side: 'before' | 'after'): void {
  const places = new Map(columns.flatMap(cells => cells.map((cell, index) => [cell, (index + 0.5) / cells.length] as const)));
  const wanted = new Map(column.map(cell => [cell, mean(cell[side].map(other => places.get(other) ?? 0)) ?? places.get(cell) ?? 0]));
  column.sort((left, right) => (wanted.get(left) ?? 0) - (wanted.get(right) ?? 0));
}

/** Each cell as near as possible to what it is joined to, in the column's order, and none upon another. */
function stack(column: readonly Cell[], row: number, middles: Map<Cell, number>, joined: (cell: Cell) => readonly Cell[]): void {
  const wanted = column.map(cell => mean(joined(cell).flatMap(other => middles.get(other) ?? [])) ?? middles.get(cell) ?? 0);
  const apart = (index: number) => ((column[index]?.height ?? 0) + (column[index + 1]?.height ?? 0)) / 2 + row;
  const down: number[] = [];
  wanted.forEach((middle, index) => down.push(index === 0 ? middle : Math.max(middle, (down[index - 1] ?? 0) + apart(index - 1))));
  const up: number[] = [];
  for (let index = column.length - 1; index >= 0; index--) {
    up[index] = index === column.length - 1 ? (wanted[index] ?? 0) : Math.min(wanted[index] ?? 0, (up[index + 1] ?? 0) - apart(index));
  }
  // Both keep the cells apart, so that their middle does.
  column.forEach((cell, index) => middles.set(cell, ((down[index] ?? 0) + (up[index] ?? 0)) / 2));
}

const mean = (numbers: readonly number[]): number | undefined =>
  numbers.length === 0 ? undefined : numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
