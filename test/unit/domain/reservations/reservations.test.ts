import assert from 'node:assert/strict';
import fc from 'fast-check';
import { pathsOverlap } from '../../../../src/domain/reservations/pathOverlap';
import {
  conflictWords,
  isLeftOver,
  release,
  reserve,
  unexpired,
  type Reservation,
  type ReservationRequest,
  type Reserver,
} from '../../../../src/domain/reservations/reservations';

const request = (thread: string, paths: readonly string[], change: Partial<ReservationRequest> = {}): ReservationRequest => ({
  stream: '001-a',
  thread,
  attempt: `${thread}.01#1`,
  paths,
  exclusive: true,
  ttlSeconds: 3600,
  ...change,
});

function granted(reservations: readonly Reservation[], wanted: ReservationRequest, now = 0): readonly Reservation[] {
  const result = reserve(reservations, wanted, now);
  assert.ok(result.kind === 'granted');
  return result.reservations;
}

describe('reservations of files', () => {
  it('are granted for an hour by default and gone when their time is over', () => {
    const held = granted([], request('01.01.01', ['src/a.ts']));
    assert.deepEqual(
      held.map(({ path, thread, until }) => [path, thread, until]),
      [['src/a.ts', '01.01.01', 3_600_000]],
    );
    assert.equal(unexpired(held, 3_599_999).length, 1);
    assert.equal(unexpired(held, 3_600_000).length, 0);
    assert.equal(reserve(held, request('01.01.02', ['src/a.ts']), 3_600_000).kind, 'granted');
  });

  it('last a minute at least, and a day at most', () => {
    assert.equal(granted([], request('01.01.01', ['a'], { ttlSeconds: 1 }))[0]?.until, 60_000);
    assert.equal(granted([], request('01.01.01', ['a'], { ttlSeconds: 1e9 }))[0]?.until, 86_400_000);
  });

  it('grant nothing of a request of which one path is taken, and name holder, path and time', () => {
    const held = granted([], request('01.01.01', ['src/**']));
    const result = reserve(held, request('01.01.02', ['lib/b.ts', 'src/a.ts']), 50_000);
    assert.ok(result.kind === 'conflict');
    assert.deepEqual(
      result.conflicts.map(({ path }) => path),
      ['src/a.ts'],
    );
    const [conflict] = result.conflicts;
    assert.equal(
      conflict && conflictWords(conflict, '001-a', 50_000),
      'thread 01.01.01 has src/**, which overlaps src/a.ts (59m 10s left)',
    );
  });

  it('of the same thread never conflict; they are renewed and not shortened', () => {
    const first = granted([], request('01.01.01', ['a'], { attempt: null, ttlSeconds: 7200 }));
    const again = granted(first, request('01.01.01', ['a', 'b']), 1000);
    assert.deepEqual(
      again.map(({ path, attempt, since, until }) => [path, attempt, since, until]),
      [
        ['a', null, 0, 7_200_000],
        ['b', '01.01.01.01#1', 1000, 3_601_000],
      ],
    );
  });

  it("of a thread with the same id in another workstream are others', and are named so", () => {
    const held = granted([], request('01.01.01', ['a'], { stream: '002-b' }));
    const result = reserve(held, request('01.01.01', ['a']), 0);
    assert.ok(result.kind === 'conflict' && result.conflicts[0]);
    assert.equal(conflictWords(result.conflicts[0], '001-a'), 'thread 01.01.01 of workstream 002-b has a');
  });

  it('are left over when their driver is dead, or their agent does not go on', () => {
    const now = { stream: '001-a', driver: 7, goesOn: (attempt: string) => attempt === 'goes on' };
    const left = (change: Partial<ReservationRequest>) =>
      granted([], request('01.01.01', ['a'], change)).every(each => isLeftOver(each, now));
    const thread = { attempt: null, driver: 7 };
    assert.deepEqual(
      [left(thread), left({ ...thread, stream: '002-b' }), left({ ...thread, stream: '002-b', driver: 6 })],
      [true, false, true],
    );
    assert.deepEqual([left({ attempt: 'goes on' }), left({ attempt: 'ended' })], [false, true]);
    assert.equal(left({ attempt: 'ended', stream: '002-b' }), false); // nobody here knows
  });

  it('go together when neither is exclusive', () => {
    const shared = { exclusive: false };
    const held = granted([], request('01.01.01', ['a'], shared));
    assert.equal(reserve(held, request('01.01.02', ['a'], shared), 0).kind, 'granted');
    assert.equal(reserve(held, request('01.01.02', ['a']), 0).kind, 'conflict');
    assert.equal(reserve(granted([], request('01.01.01', ['a'])), request('01.01.02', ['a'], shared), 0).kind, 'conflict');
  });

  it('are given back by path, or all of a thread', () => {
    const held = granted(granted([], request('01.01.01', ['a', 'b'])), request('01.01.02', ['c']));
    const paths = (left: readonly Reservation[]) => left.map(({ path }) => path);
    const [one, two] = ['01.01.01', '01.01.02'].map(thread => ({ stream: '001-a', thread })) as [Reserver, Reserver];
    assert.deepEqual(paths(release(held, { ...one, stream: '002-b' })), ['a', 'b', 'c']);
    assert.deepEqual(paths(release(held, one, ['a'])), ['b', 'c']);
    assert.deepEqual(paths(release(held, one)), ['c']);
    assert.deepEqual(paths(release(held, two, ['a'])), ['a', 'b', 'c']);
  });

  it('never give two threads paths that overlap, whatever is asked for in whatever order', () => {
    const path = fc.constantFrom('a', 'b', 'a/x', 'a/*', '**/x', 'b/**', 'c.ts', '*.ts');
    const step = fc.record({
      stream: fc.constantFrom('001-a', '002-b'),
      thread: fc.constantFrom('01.01.01', '01.01.02', '01.01.03'),
      paths: fc.array(path, { minLength: 1, maxLength: 3 }),
      exclusive: fc.boolean(),
      ttlSeconds: fc.integer({ min: 0, max: 200 }),
      passes: fc.integer({ min: 0, max: 100_000 }),
      releases: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), steps => {
        let now = 0;
        let held: readonly Reservation[] = [];
        for (const { passes, releases, ...wanted } of steps) {
          now += passes;
          const result = reserve(held, request(wanted.thread, wanted.paths, wanted), now);
          if (result.kind === 'granted') held = result.reservations;
          if (releases) held = release(held, wanted);
          for (const one of unexpired(held, now)) {
            for (const other of unexpired(held, now)) {
              const apart =
                (one.stream === other.stream && one.thread === other.thread) ||
                (!one.exclusive && !other.exclusive) ||
                !pathsOverlap(one.path, other.path);
              assert.ok(apart, `${one.thread} ${one.path} and ${other.thread} ${other.path}`);
            }
          }
        }
      }),
    );
  });
});
