import assert from 'node:assert/strict';
import { CrashHarness } from '../../support/crashHarness';
import { waitFor } from '../../support/waitFor';

const task = '01.01.01.01';

describe('Two drivers of one batch', function () {
  this.timeout(240_000);
  let harness: CrashHarness;
  before(async function () {
    if (process.platform === 'win32') return this.skip(); // a process cannot be suspended there
    harness = await CrashHarness.start(4773);
  });
  after(() => harness.dispose());

  it('one is suspended while its agent works, the other takes over and finishes: the first does nothing more when it wakes', async () => {
    const { model } = harness.runs;
    const batch = await harness.batch({ tasks: [task], script: () => ['[[gate]]', `[[write out/${task}.txt|once]]`] });
    const first = await batch.start({ settled: 'line: run.started' });
    await waitFor('the agent to be at work', () => model.waiting === 1, { timeout: 90_000, describe: () => first.output });
    first.kill('SIGSTOP');
    try {
      const second = await batch.start({ takeOver: true, settled: 'line: attempt.resumed' });
      model.release();
      assert.equal(await second.ended, 0, second.output);
      assert.match(second.output, /report: .*"outcome":"completed"/);
      const left = async () => ({
        journal: await batch.journal(),
        requests: model.requests.length,
        refs: await batch.project.git('for-each-ref'),
        outcome: await batch.outcome(),
      });
      const before = await left();
      first.kill('SIGCONT');
      assert.equal(await first.ended, 0);
      assert.match(first.output, /report: .*superseded/);
      assert.deepEqual(await left(), before);

      const epochs = before.journal.map(({ epoch }) => epoch);
      assert.ok(new Set(epochs).size === 2, 'both wrote');
      assert.deepEqual(epochs, [...epochs].sort(), 'the first wrote nothing after the second');
      assert.deepEqual(before.outcome.merges, { '01.01.01': 1 });
      assert.deepEqual(before.outcome.prompts, { [task]: { sessions: 1, prompts: 1 } });
      assert.deepEqual(before.outcome.attempts, { [task]: ['completed'] });
      assert.equal(before.outcome.tree.filter(line => line.includes(' out/')).length, 1);
    } finally {
      first.kill('SIGKILL');
    }
  });
});
