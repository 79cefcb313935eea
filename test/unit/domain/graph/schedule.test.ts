import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Dependencies } from '../../../../src/domain/graph/dependencies';
import { pathsOverlap } from '../../../../src/domain/reservations/pathOverlap';
import { schedule, type Failing, type ScheduledThread, type Standing } from '../../../../src/domain/graph/schedule';
import { unreachableReason, waitWords } from '../../../../src/domain/graph/waitWords';
import { untranslated } from '../../../../src/common/translate';

const waitsFor = (edges: Readonly<Record<string, readonly string[]>>): Dependencies =>
  new Map(Object.entries(edges).map(([id, threads]) => [id, threads.map(thread => ({ thread, isDeclared: true }))]));
const thread = (id: string, ...files: string[]): ScheduledThread => ({ id, files, weight: 1 });
const asking =
  (standings: Readonly<Record<string, Standing['kind'] | Failing>>) =>
  (id: string): Standing => {
    const known = standings[id] ?? 'waiting';
    const kinds = ['merged', 'skipped', 'waiting', 'working', 'merging'] as const;
    const kind = kinds.find(each => each === known);
    return kind ? { kind } : { kind: 'ended', how: known as Failing };
  };

describe('schedule', () => {
  it('begins what waits for nothing, the one with the most work behind it first, up to the limit', () => {
    const { start, waiting } = schedule({
      threads: ['a', 'b', 'c', 'd'].map(id => thread(id)),
      dependencies: waitsFor({ a: [], b: [], c: ['b'], d: [] }),
      standing: asking({}),
      limit: 2,
    });
    assert.deepEqual(start, ['b', 'a']);
    assert.deepEqual(
      [...waiting],
      [
        ['c', [{ kind: 'dependency', thread: 'b' }]],
        ['d', [{ kind: 'turn' }]],
      ],
    );
  });

  it('lets a thread that is on its way in hold its files, but no place', () => {
    const { start, waiting } = schedule({
      threads: [thread('a', 'src/**'), thread('b', 'src/x.ts'), thread('c', 'docs/')],
      dependencies: waitsFor({ a: [], b: [], c: [] }),
      standing: asking({ a: 'merging' }),
      limit: 1,
    });
    assert.deepEqual(start, ['c']);
    assert.deepEqual(waitWords(waiting.get('b') ?? [], untranslated), ['touches src/x.ts as a does']);
  });

  it('names what ended whatever waits for it, at first and at second hand', () => {
    const { unreachable } = schedule({
      threads: ['a', 'b', 'c'].map(id => thread(id)),
      dependencies: waitsFor({ a: [], b: ['a'], c: ['b'] }),
      standing: asking({ a: 'blocked' }),
      limit: 4,
    });
    assert.deepEqual(unreachable.map(unreachableReason), [
      'it depends on a, which is blocked',
      'it depends on b, which cannot begin because a is blocked',
    ]);
  });

  it('goes on behind a thread whose tasks were all cancelled, unless it is named', () => {
    const input = {
      threads: [thread('b')],
      standing: asking({ a: 'skipped' }),
      limit: 1,
    };
    const after = (isDeclared: boolean): Dependencies => new Map([['b', [{ thread: 'a', isDeclared }]]]);
    assert.deepEqual(schedule({ ...input, dependencies: after(false) }).start, ['b']);
    assert.deepEqual(
      schedule({ ...input, dependencies: after(true) }).unreachable.map(({ how }) => how),
      ['cancelled'],
    );
  });

  it('says of threads that wait in a circle that they cannot begin', () => {
    const { start, unreachable } = schedule({
      threads: ['a', 'b', 'c'].map(id => thread(id)),
      dependencies: waitsFor({ a: ['b'], b: ['a'], c: ['a'] }),
      standing: asking({}),
      limit: 4,
    });
    assert.deepEqual(start, []);
    assert.deepEqual(
      unreachable.map(({ thread: id }) => id),
      ['a', 'b', 'c'],
    );
  });

  it('plays every graph to its end: nothing before what it needs, never too many, never the same files, nobody forgotten', () => {
    fc.assert(
      fc.property(plays, ({ size, edges, files, limit, ends, choices }) => {
        const ids = Array.from({ length: size }, (_, index) => `t${index}`);
        const at = (index: number) => ids[index] ?? '';
        const dependencies = waitsFor(
          Object.fromEntries(ids.map((id, index) => [id, [...new Set((edges[index] ?? []).filter(to => to < index).map(at))]])),
        );
        const threads = ids.map((id, index) => ({ id, files: files[index] ?? [], weight: 1 }));
        const standings = new Map<string, Standing>(ids.map(id => [id, { kind: 'waiting' }]));
        const standing = (id: string): Standing => standings.get(id) ?? { kind: 'ended', how: 'outside' };
        const of = (kind: Standing['kind']) => ids.filter(id => standing(id).kind === kind);
        const filesOf = (id: string) => threads.find(each => each.id === id)?.files ?? [];
        const began: string[] = [];
        for (let turn = 0; ; turn++) {
          const { start, waiting, unreachable } = schedule({ threads, dependencies, standing, limit });
          for (const id of start) {
            for (const { thread: needed } of dependencies.get(id) ?? []) assert.equal(standing(needed).kind, 'merged');
            standings.set(id, { kind: 'working' });
            began.push(id);
          }
          assert.ok(of('working').length <= limit);
          const held = [...of('working'), ...of('merging')];
          for (const one of held) {
            for (const other of held) {
              if (one < other) assert.ok(!filesOf(one).some(path => filesOf(other).some(its => pathsOverlap(path, its))));
            }
          }
          assert.deepEqual([...waiting.keys(), ...unreachable.map(each => each.thread)].sort(), of('waiting').sort());
          if (held.length === 0) {
            // the end: what has not begun is unreachable, and its cause did end badly
            assert.equal(waiting.size, 0);
            for (const { cause, how } of unreachable) assert.deepEqual(standing(cause), { kind: 'ended', how });
            break;
          }
          const next = held[(choices[turn % choices.length] ?? 0) % held.length] ?? '';
          const end = ends[ids.indexOf(next)];
          if (standing(next).kind === 'working' && end !== undefined) standings.set(next, { kind: 'ended', how: end });
          else standings.set(next, { kind: standing(next).kind === 'working' ? 'merging' : 'merged' });
        }
        assert.equal(new Set(began).size, began.length);
      }),
    );
  });
});

const plays = fc.integer({ min: 1, max: 12 }).chain(size =>
  fc.record({
    size: fc.constant(size),
    edges: fc.array(fc.array(fc.nat(size), { maxLength: 3 }), { minLength: size, maxLength: size }),
    files: fc.array(fc.array(fc.constantFrom('src/a.ts', 'src/*.ts', 'docs', 'docs/x.md', 'lib/**'), { maxLength: 2 }), {
      minLength: size,
      maxLength: size,
    }),
    limit: fc.integer({ min: 1, max: 4 }),
    ends: fc.array(fc.option(fc.constantFrom<Failing>('blocked', 'failed', 'stopped'), { nil: undefined, freq: 4 }), {
      minLength: size,
      maxLength: size,
    }),
    choices: fc.array(fc.nat(20), { minLength: 1, maxLength: 30 }),
  }),
);
