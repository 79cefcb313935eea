import assert from 'node:assert/strict';
import { randomPlan, type MergePlan } from '../../support/mergePlan';
import { playMergePlan } from '../../support/mergeRound';
import { randomFrom } from '../../support/random';

/** Each check of a thread that hangs lasts as long as it may: one plan of them is enough here. */
const hanging: MergePlan = {
  threads: [
    { id: '01.01.01', text: 'fine', shared: undefined },
    { id: '01.01.02', text: 'HANG', shared: undefined },
  ],
  limit: 2,
  strategy: 'no-ff',
  atOnce: 2,
  alarm: 0,
  dies: 0,
};

describe('A merge queue of random threads', function () {
  this.timeout(240_000); // real checks on real checkouts

  it('lands what one by one lands, and nothing red ever stands on the branch: 6 plans', async () => {
    const seed = 20_260;
    const stories: string[] = [];
    let validations = 0;
    let heldBack = 0;
    for (let played = 0; played < 6; played++) {
      const plan = played === 0 ? hanging : randomPlan(randomFrom(seed + played), 4, false);
      const report = await playMergePlan(plan, { withSerial: false });
      if (report.faults.length > 0) stories.push(`${JSON.stringify(plan)}\n${report.faults.join('\n')}`);
      validations += report.validations;
      heldBack += report.ends.filter(end => end === 'rejected').length;
    }
    assert.deepEqual(stories, []);
    assert.ok(heldBack > 0 && validations > 6, 'the plans are worth something');
  });
});
