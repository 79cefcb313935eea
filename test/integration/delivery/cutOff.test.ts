import assert from 'node:assert/strict';
import { writeSync } from 'node:fs';
import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { MoveIntent } from '../../../src/runtime/delivery/carryOut';
import { undoHalfWay } from '../../../src/runtime/git/checkoutMove';
import { deliverStage, undoDelivery } from '../../../src/runtime/delivery/deliverStage';
import { settleDelivery, unsettledDelivery } from '../../../src/runtime/delivery/settleDelivery';
import { deliveryFixture, oddName, stage, type DeliveryFixture } from './deliveryFixture';

describe('A delivery that is cut off', () => {
  let fixture: DeliveryFixture;
  /** With a file that git writes last. */
  let tip: string;
  beforeEach(async () => {
    fixture = await deliveryFixture();
    tip = await fixture.work({ 'zz late.txt': 'late\n' });
    await fixture.repository.write({ 'b.txt': 'mine\n', 'mine.txt': 'mine\n' });
  });
  afterEach(() => fixture.dispose());

  const at = (name: string) => path.join(fixture.repository.root, ...name.split('/'));
  /** What happens when git writes the last file: of the person's own filter. */
  const filterLate = async (smudge: string) => {
    await writeFile(path.join(fixture.repository.root, '.git', 'info', 'attributes'), 'zz* filter=mine\n');
    await fixture.repository.git(['config', 'filter.mine.clean', 'cat']);
    await fixture.repository.git(['config', 'filter.mine.smudge', smudge]);
    await fixture.repository.git(['config', 'filter.mine.required', 'true']);
  };
  const killsGit = 'kill -9 $PPID';
  const noFilter = () => rm(path.join(fixture.repository.root, '.git', 'info', 'attributes'));
  const intent = (): MoveIntent => ({
    action: 'deliver',
    stage: '01',
    branch: 'main',
    checkout: fixture.repository.root,
    before: fixture.base,
    after: tip,
  });
  /** A driver that intended the delivery and died with the git that it had started. */
  const dieHalfWay = async () => {
    const { journal } = await fixture.open();
    journal.append({ kind: 'effect.intended', effect: 'delivery', key: '01/delivery/1', intent: intent() });
    await filterLate(killsGit);
    await assert.rejects(fixture.repository.git(['merge', '--ff-only', tip]));
    await noFilter();
    assert.equal(await readFile(at('a.txt'), 'utf8'), 'two\n', 'half of it is there');
    assert.equal(await fixture.repository.git(['rev-parse', 'main']), fixture.base);
    assert.equal(await readFile(path.join(fixture.repository.root, '.git', 'index.lock'), 'utf8'), '');
  };
  const states = async () => (await fixture.open()).journal.state.deliveries.map(({ state }) => state);
  /** How often the branch moved, as git itself noted it. */
  const movesOfMain = async () => (await fixture.repository.git(['reflog', 'main', '--format=%H'])).split('\n').length - 1;

  it('is put back at once where a filter of the user fails, and delivered when that works again', async () => {
    const before = await fixture.witness();
    await filterLate('false');
    const result = await deliverStage(await fixture.open(), stage);
    assert.match(JSON.stringify(result), /refused.*smudge filter mine failed/);
    assert.deepEqual(await fixture.witness(), before);
    assert.equal(unsettledDelivery((await fixture.open()).journal.state), undefined);
    await noFilter();
    assert.equal((await deliverStage(await fixture.open(), stage)).kind, 'moved');
    assert.deepEqual(await states(), ['refused', 'delivered']);
    assert.equal(await readFile(at('b.txt'), 'utf8'), 'mine\n');
  });

  it('is put back at once where git alone is killed, its lock too', async () => {
    const before = await fixture.witness();
    await filterLate(killsGit);
    const result = await deliverStage(await fixture.open(), stage);
    assert.equal(result.kind, 'refused');
    assert.deepEqual(await fixture.witness(), before);
    await noFilter();
    assert.equal((await deliverStage(await fixture.open(), stage)).kind, 'moved');
  });

  it('is put back and done again by the next driver, once', async () => {
    await dieHalfWay();
    const result = await settleDelivery(await fixture.open());
    assert.equal(result?.kind, 'moved', JSON.stringify(result));
    assert.equal(await fixture.repository.git(['rev-parse', 'main']), tip);
    assert.equal(await fixture.repository.git(['status', '--porcelain']), ' M b.txt\n?? mine.txt');
    assert.deepEqual(await states(), ['delivered']);
    assert.equal(await settleDelivery(await fixture.open()), undefined);
    assert.equal(await movesOfMain(), 1);
  });

  it('stops at what a person changed since, names it, and goes on when that is put right', async () => {
    await dieHalfWay();
    await writeFile(at(oddName), 'a person was here\n');
    const half = await fixture.witness();
    const result = await settleDelivery(await fixture.open());
    assert.deepEqual(result?.kind === 'refused' && result.files, [oddName]);
    const { disk, index, head } = await fixture.witness();
    assert.deepEqual({ disk, index, head }, { disk: half.disk, index: half.index, head: half.head });
    assert.deepEqual(
      (await fixture.open()).journal.state.deliveries.map(each => each.state === 'refused' && each.halfWay),
      [true],
    );

    await rm(at(oddName));
    assert.equal((await settleDelivery(await fixture.open()))?.kind, 'moved');
    assert.equal(await fixture.repository.git(['rev-parse', 'main']), tip);
    assert.deepEqual(await states(), ['refused', 'delivered']);
  });

  it('is put back from each place that git can be stopped at', async () => {
    const { repository } = fixture;
    const before = await fixture.witness();
    const places: readonly (() => Promise<unknown>)[] = [
      () => writeFile(at('a.txt'), ''), // made, not written
      () => writeFile(at('a.txt'), 'tw'),
      () => rm(at('a.txt')), // taken away to be written
      () => rm(at('gone.txt')),
      () => writeFile(at('folder/more.txt'), 'more\n'),
      () => repository.git(['read-tree', '-m', '-u', fixture.base, tip]), // all there, the branch not moved
      () => repository.git(['read-tree', '-m', '-u', fixture.base, tip]).then(() => truncate(at('a.txt'), 1)),
    ];
    for (const [index, stopThere] of places.entries()) {
      await stopThere();
      assert.equal(await undoHalfWay(fixture.git, intent()), true, `place ${index}`);
      assert.deepEqual(await fixture.witness(), before, `place ${index}`);
    }
    assert.equal(await undoHalfWay(fixture.git, intent()), false);
  });

  it('comes to the same end wherever its driver dies between two lines of the journal', async () => {
    const untouched = await fixture.witness();
    await fixture.open();
    for (const action of [deliverStage, undoDelivery]) {
      const goal = action === deliverStage ? tip : fixture.base;
      for (let lines = 0; lines < 3; lines++) {
        const moves = await movesOfMain();
        let left = lines;
        const dying = await fixture.open((descriptor, bytes) => {
          if (left-- === 0) throw new Error('killed');
          return writeSync(descriptor, bytes);
        });
        await assert.rejects(action === deliverStage ? deliverStage(dying, stage) : undoDelivery(dying), /killed|write/);
        const next = await fixture.open();
        const settled = await settleDelivery(next);
        assert.equal(settled?.kind, lines === 0 ? undefined : 'moved', `${lines} lines`);
        if (!settled) await (action === deliverStage ? deliverStage(next, stage) : undoDelivery(next));
        assert.equal(await fixture.repository.git(['rev-parse', 'main']), goal);
        assert.equal(await movesOfMain(), moves + 1, `${lines} lines`);
        assert.equal(next.journal.state.deliveries.at(-1)?.state, action === deliverStage ? 'delivered' : 'undone');
        if (lines < 2) await (action === deliverStage ? undoDelivery(next) : deliverStage(next, stage));
      }
    }
    assert.deepEqual(await fixture.witness(), untouched);
  });
});
