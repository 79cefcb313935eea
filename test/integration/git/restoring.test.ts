import assert from 'node:assert/strict';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomFrom } from '../../support/random';
import { playRestoreRound } from '../../support/restoreRound';

describe('A worktree that is changed, removed and restored at random, by programs that are killed in the middle', function () {
  this.timeout(300_000); // a round is many processes, one after the other
  const tool = path.join(path.dirname(fileURLToPath(import.meta.url)), 'restoring.tool.mjs');
  for (const seed of [3, 4]) {
    it(`comes back byte for byte (seed ${seed})`, async () => {
      const { counts, faults } = await playRestoreRound(randomFrom(seed), { command: [process.execPath, tool], kills: 'at points' });
      assert.deepEqual(faults, []);
      assert.ok((counts.get('restored') ?? 0) + (counts.get('nothing to keep') ?? 0) > 0);
    });
  }
});
