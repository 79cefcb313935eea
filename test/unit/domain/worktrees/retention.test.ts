import assert from 'node:assert/strict';
import fc from 'fast-check';
import { expiredSnapshots } from '../../../../src/domain/worktrees/retention';

describe('The retention of snapshots', () => {
  const merged = (takenAt: number) => ({ takenAt, unmerged: false });
  const unmerged = (takenAt: number) => ({ takenAt, unmerged: true });
  const now = 1000;
  const limits = { count: 2, age: 100 };

  for (const { what, all, given = limits, gone } of [
    { what: 'keeps what is few and young', all: [merged(990), merged(950)], gone: [] },
    { what: 'keeps what is exactly as old as is allowed', all: [merged(900)], gone: [] },
    { what: 'lets go what is too old', all: [merged(899), merged(950)], gone: [merged(899)] },
    { what: 'lets go the oldest of too many', all: [merged(950), merged(990), merged(970)], gone: [merged(950)] },
    { what: 'keeps unmerged work, however old and many', all: [1, 2, 3, 4].map(unmerged), gone: [] },
    { what: 'does not count unmerged work', all: [unmerged(999), unmerged(998), merged(990), merged(980)], gone: [] },
    { what: 'takes one from the future for new', all: [merged(5000), merged(990)], gone: [] },
    { what: 'keeps any number without a limit', all: [1, 2, 3].map(merged), given: { count: 0, age: 0 }, gone: [] },
    { what: 'looks at age alone where any number may be', all: [merged(1), merged(990)], given: { count: 0, age: 100 }, gone: [merged(1)] },
    { what: 'looks at the number alone where any age may be', all: [merged(1), merged(2)], given: { count: 1, age: 0 }, gone: [merged(1)] },
  ]) {
    it(what, () => assert.deepEqual(expiredSnapshots(all, now, given), gone));
  }

  it('never lets go unmerged work, nor a younger one before an older, and leaves no more than are allowed', () => {
    const snapshot = fc.record({ takenAt: fc.integer({ min: 0, max: 2000 }), unmerged: fc.boolean() });
    const someLimits = fc.record({ count: fc.integer({ min: 1, max: 5 }), age: fc.integer({ min: 1, max: 1000 }) });
    fc.assert(
      fc.property(fc.array(snapshot), someLimits, (all, given) => {
        const gone = new Set(expiredSnapshots(all, now, given));
        const left = all.filter(each => !gone.has(each) && !each.unmerged);
        assert.ok([...gone].every(each => !each.unmerged));
        assert.ok(left.length <= given.count);
        assert.ok(left.every(each => now - each.takenAt <= given.age));
        assert.ok([...gone].every(each => left.every(other => other.takenAt >= each.takenAt)));
        // none goes that both limits would let stay
        assert.ok([...gone].every(each => now - each.takenAt > given.age || left.length === given.count));
      }),
    );
  });
});
