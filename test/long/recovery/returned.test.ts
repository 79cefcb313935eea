import assert from 'node:assert/strict';
import { CrashHarness, type CrashStep } from '../../support/crashHarness';
import { working } from '../../support/runHarness';

const task = '01.01.01.01';
/** Red while a file says so. */
const check = `const fs = require('node:fs'); process.exit(fs.readFileSync('work.txt', 'utf8').includes('BAD') ? 3 : 0);`;

describe('A thread that goes back to its agent, whose driver dies again and again', function () {
  this.timeout(600_000); // every moment is a process of its own
  let harness: CrashHarness;
  before(async () => {
    harness = await CrashHarness.start(4887);
  });
  after(() => harness.dispose());

  const begin = () =>
    harness.batch({
      tasks: [task],
      files: { 'check.cjs': check },
      scripts: [
        working(task, '[[write work.txt|BAD]]'),
        working(task, '[[bash cat work.txt > before.log]]', '[[write work.txt|repaired]]'),
      ],
      settings: { 'work.validation.commands': [[process.execPath, 'check.cjs']] },
    });

  it('goes back once, in its own session, is checked until it is green, and lands once', async () => {
    const whole = await begin();
    const { output } = await whole.drive();
    const uninterrupted = await whole.outcome();
    assert.deepEqual(
      [uninterrupted.attempts, uninterrupted.merges, uninterrupted.tasks],
      [{ [task]: ['completed', 'completed'] }, { '01.01.01': 1 }, [`${task}: completed — Did ${task}.`]],
      output,
    );
    const batch = await begin();
    const moments: readonly CrashStep[] = [
      { kind: 'merge.validated', side: 'before' },
      { kind: 'merge.validated', side: 'after' },
      { kind: 'merge.rejected', side: 'before' },
      { kind: 'merge.returned', side: 'before' },
      { kind: 'merge.returned', side: 'after' },
      { kind: 'attempt.resumed', side: 'after' },
      { kind: 'merge.validated', side: 'after' },
      { kind: 'merge.landed', side: 'before' },
    ];
    const story = await batch.crash(moments);
    assert.deepEqual(await batch.outcome(), uninterrupted, story);
    const returns = (await batch.journal()).filter(({ kind }) => kind === 'merge.returned');
    assert.equal(returns.length, 1, story);
  });
});
