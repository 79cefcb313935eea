import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Dependencies } from '../../../../src/domain/graph/dependencies';
import { drawnEdges } from '../../../../src/domain/graph/drawnEdges';
import { graphOrder } from '../../../../src/domain/graph/graphOrder';
import { graphPicture, nodeSize, type Point } from '../../../../src/domain/graph/graphPicture';

const declared = (thread: string) => ({ thread, isDeclared: true });
const graph = (needs: Readonly<Record<string, readonly string[]>>): Dependencies =>
  new Map(Object.entries(needs).map(([id, waits]) => [id, waits.map(declared)]));
const edgesOf = (dependencies: Dependencies) => drawnEdges(dependencies, graphOrder(dependencies).levels);
const told = (dependencies: Dependencies) => edgesOf(dependencies).map(({ from, to }) => `${from.join('+')} → ${to.join('+')}`);

/** Threads that wait for any of those before them. */
const graphs = fc
  .array(fc.array(fc.nat(), { maxLength: 4 }), { maxLength: 40 })
  .map(
    all =>
      new Map(
        all.map((waits, index) => [`t${index}`, index === 0 ? [] : [...new Set(waits.map(each => `t${each % index}`))].map(declared)]),
      ),
  );

function reach(edges: Iterable<readonly [string, string]>): ReadonlySet<string> {
  const pairs = new Set([...edges].map(pair => pair.join(' ')));
  for (let before = -1; before !== pairs.size;) {
    before = pairs.size;
    for (const left of [...pairs].map(pair => pair.split(' '))) {
      for (const right of [...pairs].map(pair => pair.split(' '))) if (left[1] === right[0]) pairs.add(`${left[0]} ${right[1]}`);
    }
  }
  return pairs;
}

describe('drawnEdges', () => {
  it('leaves out what follows from others, and bundles threads that wait for the same ones', () => {
    assert.deepEqual(told(graph({ a: [], b: ['a'], c: ['a', 'b'] })), ['a → b', 'b → c']);
    assert.deepEqual(told(graph({ a: [], b: [], c: ['a', 'b'], d: ['a', 'b'] })), ['a+b → c+d']);
    assert.deepEqual(told(graph({ a: ['b'], b: ['a'], c: [], d: ['c', 'a'] })), [], 'who waits for a circle has no place either');
  });

  it('says the same order as all dependencies together', () => {
    fc.assert(
      fc.property(graphs, dependencies => {
        const drawn = edgesOf(dependencies).flatMap(({ from, to }) => from.flatMap(one => to.map(other => [one, other] as const)));
        const all = [...dependencies].flatMap(([id, waits]) => waits.map(({ thread }) => [thread, id] as const));
        assert.deepEqual([...reach(drawn)].sort(), [...reach(all)].sort());
      }),
      { numRuns: 30 },
    );
  });
});

describe('graphPicture', () => {
  const pictureOf = (dependencies: Dependencies) => {
    const { levels } = graphOrder(dependencies);
    return graphPicture(levels, drawnEdges(dependencies, levels));
  };
  const isInside = ({ x, y }: Point, node: Point) =>
    x > node.x && x < node.x + nodeSize.width && y > node.y && y < node.y + nodeSize.height;

  it('puts no box upon another, and all of them into the picture', () => {
    fc.assert(
      fc.property(graphs, dependencies => {
        const { nodes, width, height } = pictureOf(dependencies);
        const places = [...nodes.values()];
        assert.equal(places.length, dependencies.size);
        for (const [index, { x, y }] of places.entries()) {
          assert.ok(x >= 0 && y >= 0 && x + nodeSize.width <= width && y + nodeSize.height <= height);
          for (const other of places.slice(index + 1)) {
            assert.ok(Math.abs(other.x - x) >= nodeSize.width || Math.abs(other.y - y) >= nodeSize.height - 0.01);
          }
        }
      }),
    );
  });

  it('draws each line from box to box, never back and never behind one', () => {
    fc.assert(
      fc.property(graphs, dependencies => {
        const { nodes, lines } = pictureOf(dependencies);
        for (const { from, to, points } of lines) {
          points.slice(1).forEach((point, index) => assert.ok(point.x >= (points[index]?.x ?? 0)));
          for (const place of nodes.values()) {
            for (const [index, { x, y }] of points.entries()) {
              assert.ok(!isInside({ x, y }, place));
              const next = points[index + 1];
              if (next?.y === y) assert.ok(!isInside({ x: (x + next.x) / 2, y }, place), 'what is level passes between boxes');
            }
          }
          const [start] = points;
          const end = points.at(-1);
          const [source, target] = [nodes.get(from[0] ?? ''), nodes.get(to[0] ?? '')];
          if (from.length === 1) assert.deepEqual(start, source && { x: source.x + nodeSize.width, y: source.y + nodeSize.height / 2 });
          if (to.length === 1) assert.deepEqual(end, target && { x: target.x, y: target.y + nodeSize.height / 2 });
        }
      }),
    );
  });
});
