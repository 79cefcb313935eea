import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isAlive } from '../../../src/runtime/opencode/processes';
import { CrashHarness } from '../../support/crashHarness';
import { working } from '../../support/runHarness';
import { waitFor } from '../../support/waitFor';

/** Notes each check with its process and what it saw, stays in the one whose number is in the file `hold`, and is red for BAD. */
const check = `
  const { appendFileSync, existsSync, readdirSync, readFileSync } = require('node:fs');
  const place = name => require('node:path').join(process.env.WORK_ROOT, '.git', name);
  const names = readdirSync('out').sort();
  appendFileSync(place('checks.log'), process.pid + ' ' + names.join('+') + '\\n');
  const number = String(readFileSync(place('checks.log'), 'utf8').split('\\n').length - 1);
  const isHeld = () => existsSync(place('hold')) && readFileSync(place('hold'), 'utf8') === number;
  while (isHeld()) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  if (names.some(name => readFileSync('out/' + name, 'utf8').includes('BAD'))) process.exit(3);
`;
const tasks = ['01.01.01.01', '01.01.02.01', '01.01.03.01'];

describe('A driver that is killed while it looks for the thread that makes a round red', function () {
  this.timeout(600_000); // two drivers are processes of their own
  let harness: CrashHarness;
  before(async () => {
    harness = await CrashHarness.start(4911);
  });
  after(() => harness.dispose());

  it('is followed by one that lands each good thread once, holds the bad one back, and ends the check that was left', async () => {
    const [first = '', second = '', third = ''] = tasks;
    const batch = await harness.batch({
      tasks,
      files: { 'check.cjs': check },
      settings: { 'work.validation.commands': [[process.execPath, 'check.cjs']], 'work.merge.maxAttempts': 0 },
      scripts: [
        working(first, '[[write out/1.txt|good]]'),
        working(second, '[[write out/2.txt|good]]', '[[gate]]'),
        working(third, '[[write out/3.txt|BAD]]', '[[gate]]'),
      ],
    });
    const place = (name: string) => path.join(batch.project.root, '.git', name);
    const checks = async () => (await readFile(place('checks.log'), 'utf8').catch(() => '')).trimEnd().split('\n').filter(Boolean);
    const { model } = harness.runs;
    const long = { timeout: 180_000 };

    await writeFile(place('hold'), '1');
    const driver = await batch.start();
    await waitFor('the first thread at its check, and the others at work', async () => (await checks()).length === 1 && model.waiting === 2, long); // prettier-ignore
    model.release();
    const intended = async () =>
      (await batch.journal()).filter(event => event.kind === 'effect.intended' && event.effect === 'merge').length;
    await waitFor('the others to wait for their merge', async () => (await intended()) === 3, long);
    await writeFile(place('hold'), '3');
    await waitFor('the search for the culprit', async () => (await checks()).length === 3, long);
    const before = await checks();
    assert.deepEqual(
      before.map(line => line.split(' ')[1]),
      ['1.txt', '1.txt+2.txt+3.txt', '1.txt+2.txt'],
    );
    driver.kill('SIGKILL');
    assert.equal(await driver.ended, null);
    const left = Number(before[2]?.split(' ')[0]);
    assert.ok(process.kill(left, 0), 'the check goes on without its driver');

    const { isFinished, output } = await batch.drive();
    assert.ok(isFinished, output);
    await waitFor('the end of the check that was left', async () => !(await isAlive(left)));
    const { merges, prompts, tree } = await batch.outcome();
    const story = [output, ...(await checks())].join('\n');
    assert.deepEqual(merges, { '01.01.01': 1, '01.01.02': 1, '01.01.03': 0 }, story);
    assert.deepEqual(Object.values(prompts), Array(3).fill({ sessions: 1, prompts: 1 }), story);
    assert.deepEqual(tree.flatMap(line => / (out\/.*)$/.exec(line)?.[1] ?? []), ['out/1.txt', 'out/2.txt'], story); // prettier-ignore
    const ends = (await batch.journal()).flatMap(event => (event.kind === 'merge.landed' || event.kind === 'merge.rejected' ? [`${event.thread} ${event.kind}`] : [])); // prettier-ignore
    assert.deepEqual(ends.sort(), ['01.01.01 merge.landed', '01.01.02 merge.landed', '01.01.03 merge.rejected'], story);
  });
});
