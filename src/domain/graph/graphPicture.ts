import { layOut, type Cell } from './layOut';
import type { DrawnEdge } from './drawnEdges';

/** In pixels. */
export const nodeSize = { width: 168, height: 44 } as const;
const gap = { column: 56, row: 14, edge: 10, margin: 6 } as const;

export type Point = { readonly x: number; readonly y: number };
/** `points`: the line bends at each of them, and goes level through it. */
export type PictureLine = DrawnEdge & { readonly points: readonly Point[] };
export type GraphPicture = {
  readonly width: number;
  readonly height: number;
  /** Left upper corners. */
  readonly nodes: ReadonlyMap<string, Point>;
  readonly lines: readonly PictureLine[];
  /** Where the lines of a bundle meet. */
  readonly joints: readonly Point[];
};

type Way = { readonly edge: DrawnEdge; readonly cells: readonly Cell[] };

/** Where everything of a graph stands: a column for each level, lines from left to right and never behind a node. */
export function graphPicture(levels: ReadonlyMap<string, number>, edges: readonly DrawnEdge[]): GraphPicture {
  const cells = new Map<string, Cell>();
  const columns: Cell[][] = [];
  const cell = (column: number, height: number): Cell => {
    const made: Cell = { column, height, before: [], after: [] };
    (columns[column] ??= []).push(made);
    return made;
  };
  const count = Math.max(0, ...[...levels.values()].map(level => level + 1));
  for (let column = 0; column < count; column++) columns[column] = [];
  for (const [id, level] of levels) cells.set(id, cell(level, nodeSize.height));
  /** A place in each column that a line passes. */
  const passing = (from: number, to: number): Cell[] =>
    Array.from({ length: Math.max(0, to - from - 1) }, (_, index) => cell(from + 1 + index, gap.edge));
  const levelOf = (id: string) => levels.get(id) ?? 0;
  const bundles = edges.map(edge => {
    const meeting = Math.min(...edge.to.map(levelOf));
    const ins = edge.from.map((id): Way => ({
      edge: { ...edge, from: [id] },
      cells: [...own(cells, id), ...passing(levelOf(id), meeting)],
    }));
    const outs = edge.to.map((id): Way => ({
      edge: { ...edge, to: [id] },
      cells: [...passing(meeting - 1, levelOf(id)), ...own(cells, id)],
    }));
    for (const { cells: way } of [...ins, ...outs]) way.slice(1).forEach((each, index) => join(way[index], each));
    for (const { cells: left } of ins) for (const { cells: right } of outs) join(left.at(-1), right[0]);
    return { edge, ins, outs };
  });
  const middles = layOut(columns, { row: gap.row });
  const left = (column: number) => gap.margin + column * (nodeSize.width + gap.column);
  const middle = (each: Cell) => middles.get(each) ?? 0;
  /** In and out of a cell, level. */
  const through = (each: Cell): readonly Point[] => [
    { x: left(each.column), y: middle(each) },
    { x: left(each.column) + nodeSize.width, y: middle(each) },
  ];
  const joints: Point[] = [];
  const lines = bundles.flatMap(({ edge, ins, outs }): readonly PictureLine[] => {
    const starts = ins.map(way => ({ edge: way.edge, points: way.cells.flatMap(through).slice(1) }));
    const ends = outs.map(way => ({ edge: way.edge, points: way.cells.flatMap(through).slice(0, -1) }));
    const [start] = starts;
    const [end] = ends;
    if (edge.from.length === 1 && edge.to.length === 1 && start && end) return [{ ...edge, points: [...start.points, ...end.points] }];
    const joint = jointOf(
      [...starts.flatMap(({ points }) => points.at(-1) ?? []), ...ends.flatMap(({ points }) => points[0] ?? [])],
      joints,
    );
    joints.push(joint);
    return [
      ...starts.map(way => ({ ...way.edge, points: [...way.points, joint] })),
      ...ends.map(way => ({ ...way.edge, points: [joint, ...way.points] })),
    ];
  });
  const bottom = Math.max(0, ...columns.flat().map(each => middle(each) + each.height / 2));
  return {
    width: count === 0 ? 0 : left(count - 1) + nodeSize.width + gap.margin,
    height: bottom + gap.margin,
    nodes: new Map([...cells].map(([id, each]) => [id, { x: left(each.column), y: middle(each) - each.height / 2 }])),
    lines,
    joints,
  };
}

const own = (cells: ReadonlyMap<string, Cell>, id: string): readonly Cell[] => {
  const known = cells.get(id);
  return known ? [known] : [];
};

function join(left: Cell | undefined, right: Cell | undefined): void {
  if (!left || !right) return;
  left.after.push(right);
  right.before.push(left);
}

/** Between the columns, at the middle of what meets there, apart from those that are there already. */
function jointOf(around: readonly Point[], taken: readonly Point[]): Point {
  const x = Math.max(...around.map(point => point.x)) - gap.column / 2;
  let y = around.reduce((sum, point) => sum + point.y, 0) / around.length;
  while (taken.some(other => Math.abs(other.x - x) < 1 && Math.abs(other.y - y) < gap.edge)) y += gap.edge;
  return { x, y };
}
