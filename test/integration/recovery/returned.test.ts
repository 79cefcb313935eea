import assert from 'node:assert/strict';
import { CrashHarness, type CrashStep } from '../../support/crashHarness';
import { streamId, working } from '../../support/runHarness';

const task = '01.01.01.01';
/** Red while a file says so. */
const check = `const fs = require('node:fs'); process.exit(fs.readFileSync('work.txt', 'utf8').includes('BAD') ? 3 : 0);`;

describe('A thread that goes back to its agent, whose driver dies', function () {
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
    const batch = await begin();
    const moments: readonly CrashStep[] = [
      { kind: 'merge.rejected', side: 'before' },
      { kind: 'merge.returned', side: 'before' },
      { kind: 'merge.returned', side: 'after' },
      { kind: 'merge.landed', side: 'before' },
    ];
    const story = await batch.crash(moments);
    const { tree, tasks, attempts, merges, prompts } = await batch.outcome();
    assert.deepEqual(tasks, [`${task}: completed — Did ${task}.`], story);
    assert.deepEqual(attempts, { [task]: ['completed', 'completed'] }, story);
    assert.deepEqual(merges, { '01.01.01': 1 }, story);
    assert.deepEqual(prompts, { [task]: { sessions: 1, prompts: 1 } }, story);
    assert.ok(tree.some(line => line.endsWith(' before.log')), story); // prettier-ignore
    assert.equal(await batch.project.git('show', `refs/heads/work/${streamId}:work.txt`), 'repaired');
    const returns = (await batch.journal()).filter(({ kind }) => kind === 'merge.returned');
    assert.equal(returns.length, 1, story);
  });
});
