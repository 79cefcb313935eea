import assert from 'node:assert/strict';
import { untranslated } from '../../../src/common/translate';
import { deliverySentence } from '../../../src/domain/delivery/deliveryWords';
import { deliverStage, undoDelivery } from '../../../src/runtime/delivery/deliverStage';
import { deliveryFixture, integration, stage, streamId, type DeliveryFixture } from './deliveryFixture';

const second = { id: '02', name: 'More' };

describe('A delivery while later stages are merged already', () => {
  let fixture: DeliveryFixture;
  beforeEach(async () => {
    fixture = await deliveryFixture();
  });
  afterEach(() => fixture.dispose());

  const main = () => fixture.repository.git(['rev-parse', 'main']);
  const landed = async (thread: string, commit: string) => {
    const { journal } = await fixture.open();
    journal.append({ kind: 'merge.landed', thread, commit, before: fixture.base, branch: `work/${streamId}` });
    return commit;
  };
  const merge = async (thread: string) => landed(thread, await fixture.work({ [`${thread}.txt`]: `${thread}\n` }));
  const words = async (of: { readonly id: string; readonly name: string }) =>
    deliverySentence(await deliverStage(await fixture.open(), of), untranslated);

  it('brings the stage alone, says what stays, and brings the rest with its own stage', async () => {
    const first = await landed('01.01.01', fixture.tip);
    await merge('02.01.01');
    const last = await merge('02.01.02');
    assert.equal(
      await words(stage),
      'Stage 1 is delivered to main: 5 files. Merged, and not delivered until its stage is approved: 02.01.01, 02.01.02.',
    );
    assert.equal(await main(), first);
    assert.equal(await fixture.repository.git(['rev-parse', integration]), last);
    assert.equal(await words(stage), 'main has everything of stage 1 already.');
    assert.equal(await words(second), 'Stage 2 is delivered to main: 2 files.');
    assert.equal(await main(), last);
    assert.equal((await undoDelivery(await fixture.open(), '02')).kind, 'moved');
    assert.equal(await main(), first);
  });

  it('names what comes along because it was merged before the stage ended', async () => {
    await landed('01.01.01', fixture.tip);
    await merge('02.01.01');
    const fix = await merge('01.02.01');
    await merge('02.01.02');
    const sentence =
      'Stage 1 is delivered to main: 7 files. Merged before it ended, and so brought along: 02.01.01. Merged, and not delivered until its stage is approved: 02.01.02.';
    assert.equal(await words(stage), sentence);
    assert.equal(await main(), fix);
  });

  it('knows threads that landed together, and those that were delivered with a merge of the user’s commits', async () => {
    const { repository, git } = fixture;
    await landed('01.01.01', fixture.tip);
    await repository.write({ 'mine.txt': 'mine\n' });
    await repository.commit('Mine');
    assert.equal(await words(stage), 'Stage 1 is delivered to main: 5 files.');
    const delivered = await main();
    await git.updateRef(integration, delivered, fixture.tip); // as the next batch begins
    await merge('01.02.01');
    const inner = await fixture.work({ 'x.txt': 'x\n' });
    const own = await repository.git(['rev-parse', `${inner}~1`]);
    const tree = await repository.git(['rev-parse', `${inner}^{tree}`]);
    const join = await repository.git(['commit-tree', tree, '-p', own, '-p', inner, '-m', 'Merge 2 threads']);
    await git.updateRef(integration, join, inner);
    await landed('01.02.02', inner); // behind the second parent of the commit that joins it with others
    await merge('02.01.01');
    assert.equal(
      await words(stage),
      'Stage 1 is delivered to main: 2 files. Merged, and not delivered until its stage is approved: 02.01.01.',
    );
    assert.equal(await main(), join);
  });

  it('brings nothing from a branch that somebody took merged work from, and says what to do', async () => {
    const { journal } = await fixture.open();
    for (const thread of ['01.01.01', '01.02.01']) journal.append({ kind: 'thread.started', run: 'run-1', thread });
    await landed('01.01.01', fixture.tip);
    const fix = await merge('01.02.01');
    await fixture.git.updateRef(integration, fixture.base);
    const before = await main();
    assert.equal(
      await words(stage),
      `Branch work/${streamId} was moved by hand: it does not hold what was merged of 01.01.01, 01.02.01 any more. Put it back with: git update-ref ${integration} ${fix.slice(0, 10)}. To have that work done anew, set its tasks to pending. Nothing was delivered.`,
    );
    assert.equal(await main(), before);
  });

  it('has nothing to bring of a stage that merged nothing', async () => {
    await fixture.git.updateRef(integration, fixture.base, fixture.tip);
    await merge('02.01.01');
    assert.equal(await words(stage), 'main has everything of stage 1 already.');
    assert.equal(await main(), fixture.base);
  });
});
