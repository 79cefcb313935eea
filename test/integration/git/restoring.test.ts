import assert from 'node:assert/strict';
import { randomFrom } from '../../support/random';
import { playRestoreRound } from '../../support/restoreRound';

describe('A worktree that is changed, removed and restored at random', function () {
  this.timeout(300_000); // a round is many runs of git, one after the other
  for (const seed of [1, 2, 3, 4]) {
    it(`comes back byte for byte (seed ${seed})`, async () => {
      const { counts, faults } = await playRestoreRound(randomFrom(seed));
      assert.deepEqual(faults, []);
      assert.ok((counts.get('restored') ?? 0) + (counts.get('nothing to keep') ?? 0) > 0);
    });
  }
});
