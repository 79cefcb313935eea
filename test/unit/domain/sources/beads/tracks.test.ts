import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Issue } from '../../../../../src/domain/sources/beads/issue';
import { ready } from '../../../../../src/domain/sources/beads/ready';
import { readIssues } from '../../../../../src/domain/sources/beads/readIssues';
import { readRobotPlan, takeUpOrder } from '../../../../../src/domain/sources/beads/robotPlan';
import { trackId, tracks } from '../../../../../src/domain/sources/beads/tracks';

type Sketch = Readonly<Record<string, unknown>> & { readonly id: string; readonly needs?: readonly string[] };

/** Issues as a file would have them. */
function issues(...sketches: readonly Sketch[]): readonly Issue[] {
  const lines = sketches.map(({ needs = [], ...record }) =>
    JSON.stringify({
      title: record.id,
      dependencies: needs.map(on => ({ issue_id: record.id, depends_on_id: on, type: 'blocks' })),
      ...record,
    }),
  );
  const reading = readIssues('.beads/issues.jsonl', lines.join('\n'));
  assert.deepEqual(reading.problems, []);
  return reading.issues;
}
const link = (on: string, type: string) => ({ dependencies: [{ depends_on_id: on, type }] });
const now = Date.parse('2026-01-10T00:00:00Z');
const readyIds = (...sketches: readonly Sketch[]) => ready(issues(...sketches), now).map(({ id }) => id);

describe('ready', () => {
  it('gives open issues that nothing open blocks, most urgent first', () => {
    assert.deepEqual(
      readyIds(
        { id: 'c' },
        { id: 'b', priority: 0 },
        { id: 'a' },
        { id: 'd', needs: ['a'] },
        { id: 'e', needs: ['f'] },
        { id: 'f', status: 'closed' },
      ),
      ['b', 'a', 'c', 'e'],
    );
  });

  it('takes only links that block for reasons to wait', () => {
    for (const [type, waits] of [
      ['blocks', true],
      ['conditional-blocks', true],
      ['waits-for', true],
      ['related', false],
      ['discovered-from', false],
      ['parent-child', false],
      ['validates', false],
    ] as const) {
      assert.equal(readyIds({ id: 'a' }, { id: 'b', ...link('a', type) }).includes('b'), !waits, type);
    }
    assert.deepEqual(readyIds({ id: 'a' }, { id: 'b', blocked_by: ['a'] }), ['a'], 'blocked_by of old files');
    assert.deepEqual(readyIds({ id: 'b', needs: ['nowhere'] }), ['b'], 'what is in no file blocks nothing');
  });

  it('leaves out what is in work, put off, pinned, or put off until later', () => {
    for (const status of ['in_progress', 'blocked', 'deferred', 'closed', 'pinned', 'hooked', 'review']) {
      assert.deepEqual(readyIds({ id: 'a', status }), []);
    }
    assert.deepEqual(readyIds({ id: 'a', defer_until: '2026-01-11T00:00:00Z' }), []);
    assert.deepEqual(readyIds({ id: 'a', defer_until: '2026-01-09T00:00:00Z' }), ['a']);
  });

  it('holds the parts of what waits back, at any depth', () => {
    assert.deepEqual(
      readyIds({ id: 'x' }, { id: 'p', needs: ['x'] }, { id: 'p.1' }, { id: 'p.1.1' }, { id: 'q', ...link('p', 'parent-child') }),
      ['x'],
    );
    assert.deepEqual(readyIds({ id: 'a', ...link('b', 'parent-child') }, { id: 'b', ...link('a', 'parent-child') }), ['a', 'b']);
  });
});

describe('tracks', () => {
  const plan = (...sketches: readonly Sketch[]) => tracks(issues(...sketches));
  const lines = (...sketches: readonly Sketch[]) =>
    plan(...sketches).tracks.map(({ track_id, reason, items }) => `${track_id} (${reason}): ${items.map(({ id }) => id).join(' ')}`);

  it('makes a track of each group that is connected, with a letter and a reason', () => {
    assert.deepEqual(lines({ id: 'z' }, { id: 'b', priority: 1 }, { id: 'a', priority: 3 }, { id: 'c', needs: ['a', 'b'] }), [
      'track-A (Independent work stream): b a',
      'track-B (Single actionable item): z',
    ]);
    assert.deepEqual(lines({ id: 'a' }, { id: 'b' }, { id: 'c', needs: ['a', 'b'] }), ['track-A (All issues in connected graph): a b']);
    assert.deepEqual(lines({ id: 'a' }, { id: 'b', needs: ['a'] }), ['track-A (Single actionable item): a']);
  });

  it('connects through closed issues, and leaves a group without anything to do out of the letters', () => {
    assert.deepEqual(lines({ id: 'm', status: 'closed' }, { id: 'x', needs: ['m'] }, { id: 'y', needs: ['m'] }), [
      'track-A (All issues in connected graph): x y',
    ]);
    assert.deepEqual(lines({ id: 'a', status: 'closed' }, { id: 'b', status: 'in_progress' }), ['track-A (Single actionable item): b']);
  });

  it('says what each would unblock, and which would unblock most', () => {
    const found = plan({ id: 'a' }, { id: 'b', needs: ['a'] }, { id: 'c', needs: ['a'] }, { id: 'd', needs: ['a', 'e'] }, { id: 'e' });
    assert.deepEqual(
      found.tracks[0]?.items.map(({ id, unblocks }) => [id, unblocks]),
      [
        ['a', ['b', 'c']],
        ['e', []],
      ],
    );
    assert.deepEqual([found.total_actionable, found.total_blocked], [2, 3]);
    assert.deepEqual(found.summary, { highest_impact: 'a', impact_reason: 'Unblocks multiple tasks', unblocks_count: 2 });
    assert.equal(plan({ id: 'a' }, { id: 'b', needs: ['a'] }).summary.impact_reason, 'Unblocks 1 task');
    assert.equal(plan({ id: 'a' }).summary.impact_reason, 'No downstream dependencies');
    assert.deepEqual(plan().summary, { highest_impact: '', impact_reason: '', unblocks_count: 0 });
  });

  it('counts letters as columns of a table', () => {
    assert.deepEqual(
      [0, 25, 26, 51, 52, 701, 702].map(trackId),
      ['A', 'Z', 'AA', 'AZ', 'BA', 'ZZ', 'AAA'].map(letters => `track-${letters}`),
    );
  });

  it('has every issue that nothing open blocks on exactly one track, and no two that are connected on different ones', () =>
    fc.assert(
      fc.property(
        fc.array(fc.record({ closed: fc.boolean(), needs: fc.array(fc.nat(11), { maxLength: 2 }) }), { minLength: 1, maxLength: 12 }),
        sketches => {
          const id = (index: number) => `i${index % sketches.length}`;
          const all = sketches.map(({ closed, needs }, index) => ({
            id: id(index),
            status: closed ? 'closed' : 'open',
            needs: needs.map(id),
          }));
          const closed = new Set(all.filter(({ status }) => status === 'closed').map(({ id: own }) => own));
          const expected = all
            .filter(({ id: own, needs }) => !closed.has(own) && needs.every(need => need === own || closed.has(need)))
            .map(({ id: own }) => own);
          const found = plan(...all);
          const trackOf = new Map(found.tracks.flatMap(({ track_id, items }) => items.map(item => [item.id, track_id] as const)));
          assert.deepEqual(found.tracks.flatMap(({ items }) => items.map(item => item.id)).sort(), expected.sort());
          // By flooding instead of union-find: everything that can be reached is on one track, nothing else is.
          const near = (own: string) =>
            all.flatMap(other => (other.id === own ? other.needs : other.needs.includes(own) ? [other.id] : []));
          for (const start of expected) {
            const reached = new Set([start]);
            for (const each of reached) for (const next of near(each)) reached.add(next);
            for (const other of expected) {
              assert.equal(trackOf.get(other) === trackOf.get(start), reached.has(other), `${start} and ${other}`);
            }
          }
        },
      ),
    ));

  it('says the same of a file whose lines are in another order', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { maxLength: 10 }),
        fc.array(fc.nat(), { minLength: 8, maxLength: 8 }),
        (edges, keys) => {
          const all = Array.from({ length: 8 }, (_, index) => ({
            id: `i${index}`,
            needs: edges.filter(([from]) => from === index).map(([, to]) => `i${to}`),
          }));
          const shuffled = all.map((issue, index) => ({ issue, key: keys[index] ?? 0 })).sort((left, right) => left.key - right.key);
          assert.deepEqual(plan(...shuffled.map(({ issue }) => issue)), plan(...all));
        },
      ),
    ));
});

describe('readRobotPlan', () => {
  const item = (id: string, priority: number) => ({ id, title: id, priority, status: 'open', unblocks: null });
  const inner = {
    tracks: [
      { track_id: 'track-A', reason: 'Independent work stream', items: [item('a', 2), item('b', 1), item('c', 0)] },
      { track_id: 'track-B', reason: 'Single actionable item', items: [item('d', 0)] },
    ],
    total_actionable: 4,
    total_blocked: 1,
    summary: { highest_impact: 'b', impact_reason: 'Unblocks 1 task', unblocks_count: 1 },
  };

  it('reads a plan with something around it and without', () => {
    const wrapped = readRobotPlan(JSON.stringify({ generated_at: 'now', data_hash: 'x', plan: inner, usage_hints: [] }));
    assert.deepEqual(wrapped, readRobotPlan(JSON.stringify(inner)));
    assert.deepEqual('tracks' in wrapped && wrapped.tracks[0]?.items[0], { ...item('a', 2), unblocks: [] });
  });

  it('says what is wrong with anything else', () => {
    for (const text of ['', 'bv: no .beads', '{}', '[]', '{"plan":{"tracks":[{"track_id":1,"items":[]}]}}']) {
      const read = readRobotPlan(text);
      assert.ok('problem' in read && read.problem.length > 5, text);
    }
  });

  it('takes up the first of each track, then what unblocks most, then the rest', () => {
    const read = readRobotPlan(JSON.stringify(inner));
    assert.deepEqual('tracks' in read && takeUpOrder(read), ['d', 'a', 'b', 'c']);
  });
});
