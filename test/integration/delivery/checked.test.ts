import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { DeliveryResult } from '../../../src/domain/delivery/deliveryWords';
import { deliverStage } from '../../../src/runtime/delivery/deliverStage';
import { deliveryFixture, stage, type DeliveryFixture } from './deliveryFixture';

/** Green apart, red together: the work makes a.txt `two`, the user makes mine.txt; also where and on what it ran. */
const check = [
  process.execPath,
  '-e',
  `const { existsSync, readFileSync } = require('node:fs');
   console.log('looked in ' + process.cwd());
   if (existsSync('mine.txt') && readFileSync('a.txt', 'utf8') === 'two\\n') { console.log('a and mine do not agree'); process.exit(3); }`,
];

describe('A delivery that is merged with the user’s own commits', () => {
  let fixture: DeliveryFixture;
  beforeEach(async () => {
    fixture = await deliveryFixture({ checks: [check] });
  });
  afterEach(() => fixture.dispose());

  const commitOfMine = async (name: string) => {
    await fixture.repository.write({ [name]: 'mine\n' });
    return fixture.repository.commit('Mine');
  };
  const validations = async () => (await fixture.open()).journal.state.validations;
  const refusedBy = (result: DeliveryResult) => (result.kind === 'refused' ? result : assert.fail(JSON.stringify(result)));

  it('is checked on the very commit that lands, in a worktree of ours', async () => {
    const mine = await commitOfMine('other.txt');
    const result = await deliverStage(await fixture.open(), stage);
    assert.equal(result.kind, 'moved', JSON.stringify(result));
    const head = await fixture.repository.git(['rev-parse', 'main']);
    assert.deepEqual(await fixture.repository.git(['rev-list', '--parents', '-1', head]), `${head} ${mine} ${fixture.tip}`);
    const [checked, ...others] = await validations();
    assert.deepEqual([checked?.commit, checked?.commands.map(({ exitCode }) => exitCode), others], [head, [0], []]);
    const [command] = checked?.commands ?? [];
    const output = await readFile(path.join(fixture.repository.root, '.git', 'work', '001-x', command?.output ?? ''), 'utf8');
    assert.match(output, /looked in .*worktrees.integration-001-x/);
  });

  it('moves nothing when it is red, says with what output, and lands when a person wants it anyway', async () => {
    await commitOfMine('mine.txt');
    await fixture.repository.write({ 'b.txt': 'changed\n' });
    const before = await fixture.witness();
    const context = await fixture.open();
    const refused = refusedBy(await deliverStage(context, stage));
    assert.deepEqual(await fixture.witness(), before);
    assert.equal(refused.red, true);
    assert.match(refused.reason, /^Merged with what was committed to main meanwhile, it does not pass: `.*` ended with exit code 3\./);
    assert.match(refused.reason, /a and mine do not agree \(all of it: .*validation-[0-9a-f]{12}-1-1\.log\)/);
    const [told] = context.journal.state.deliveries;
    assert.deepEqual([told?.state, told?.state === 'refused' && told.red, [...context.journal.state.effects]], ['refused', true, []]);

    const again = refusedBy(await deliverStage(context, stage)); // the same commit: it is asked again, and not remembered
    assert.deepEqual([again.red, (await validations()).length], [true, 2]);
    assert.equal((await deliverStage(await fixture.open(), stage, { unchecked: true })).kind, 'moved');
    assert.deepEqual([(await validations()).length, await fixture.repository.git(['show', 'main:mine.txt'])], [2, 'mine']);
    assert.equal((await fixture.open()).journal.state.deliveries.at(-1)?.state, 'delivered');
  });

  it('asks nobody again for what landed checked, and for files in the way before it checks', async () => {
    assert.equal((await deliverStage(await fixture.open(), stage)).kind, 'moved');
    assert.deepEqual(await validations(), [], 'a fast-forward to what was validated');
    await fixture.work({ 'late.txt': 'late\n' });
    await commitOfMine('other.txt');
    await fixture.repository.write({ 'late.txt': 'mine\n' });
    assert.deepEqual(refusedBy(await deliverStage(await fixture.open(), stage)).files, ['late.txt']);
    assert.deepEqual(await validations(), []);
  });

  it('is given up when the checks are stopped, and nothing is told of it', async () => {
    await commitOfMine('other.txt');
    const before = await fixture.witness();
    const context = await fixture.open();
    const shown: string[] = [];
    const stopped = deliverStage(context, stage, {
      whileChecking: (branch, work) => {
        shown.push(branch);
        return work(AbortSignal.abort());
      },
    });
    await assert.rejects(stopped, { name: 'AbortError' });
    assert.deepEqual([shown, context.journal.state.deliveries], [['main'], []]);
    assert.deepEqual(await fixture.witness(), before);
  });

  it('moves nothing when the user commits once more during the checks', async () => {
    await commitOfMine('other.txt');
    let later = '';
    const result = await deliverStage(await fixture.open(), stage, {
      whileChecking: async (_, work) => {
        const done = await work(new AbortController().signal);
        later = await commitOfMine('later.txt');
        return done;
      },
    });
    assert.match(refusedBy(result).reason, /moved by somebody else meanwhile/);
    assert.equal(await fixture.repository.git(['rev-parse', 'main']), later);
  });
});
