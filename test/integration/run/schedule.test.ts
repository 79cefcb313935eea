import assert from 'node:assert/strict';
import { RunHarness } from '../../support/runHarness';
import { randomFrom } from '../../support/random';
import { randomSchedulePlan } from '../../support/schedulePlan';
import { playSchedulePlan } from '../../support/scheduleRound';

describe('A stage', function () {
  this.timeout(600_000);
  let harness: RunHarness;
  before(async () => {
    harness = await RunHarness.start(4792);
  });
  after(() => harness.dispose());

  it('runs by its dependencies alone: agents meet up to the limit, each begins on merged work, shared files are never open twice', async () => {
    const plan = randomSchedulePlan(randomFrom(107), 10, 3);
    const { faults, ...counts } = await playSchedulePlan(harness, plan);
    assert.deepEqual(faults, [], JSON.stringify(plan));
    assert.ok(counts.proved >= 9 && counts.pairs > 0 && counts.blocked > 0 && counts.unreachable > 0, JSON.stringify(counts));
    assert.equal(counts.mostAtOnce, 3);
  });
});
