import assert from 'node:assert/strict';
import { realpath, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '../../../src/common/clock';
import { silentLogger } from '../../../src/common/logger';
import { parseSettings } from '../../../src/domain/settings/parseSettings';
import { createRuntime } from '../../../src/runtime/createRuntime';
import { claimDriver } from '../../../src/runtime/recovery/driverClaim';
import { Journal } from '../../../src/runtime/journal/journal';
import { readJournal } from '../../../src/runtime/journal/readJournal';
import { someTask, tasksText } from '../../support/temporaryWork';
import { planText } from '../../support/workstreamText';
import { planFixture, stream, type PlanFixture } from './planFixture';

describe('work deliver', () => {
  let plan: PlanFixture;
  let base: string;
  let tip: string;
  const journal = () => path.join(plan.root, '.git', 'work', stream, 'journal.jsonl');

  beforeEach(async () => {
    plan = await planFixture({
      [`work/${stream}/PLAN.md`]: planText('01.01.01 Router'),
      [`work/${stream}/tasks.json`]: tasksText(stream, [someTask('01.01.01.01', { status: 'completed', report: 'Wrote it.' })]),
    });
    base = await plan.git('rev-parse', 'HEAD');
    // As a batch leaves it: a run in the journal, work on the integration branch, the user's checkout as it was.
    await plan.git('checkout', '--quiet', '-b', `work/${stream}`);
    await writeFile(path.join(plan.root, 'router.js'), 'route();\n');
    await plan.git('add', 'router.js');
    await plan.git('commit', '--quiet', '-m', 'Route');
    tip = await plan.git('rev-parse', 'HEAD');
    await plan.git('checkout', '--quiet', 'main');
    const written = await Journal.open(journal(), { clock: { now: () => 0 }, epoch: 1, logger: silentLogger });
    written.append({ kind: 'run.started', run: 'r', batch: '01.01', threads: ['01.01.01'], isolation: 'task', base, branch: 'main' });
    written.append({ kind: 'run.finished', run: 'r', batch: '01.01', outcome: 'completed', merged: ['01.01.01'], blocked: [] });
    written.close();
  });
  afterEach(() => plan.dispose());

  it('comes with the approval, is undone and done again, and told in tree and journal', async () => {
    const approved = await plan.work('approve', 'stage', '1');
    assert.deepEqual(approved, { code: 0, out: 'Stage 1 is approved.\nStage 1 is delivered to main: 1 file.\n', err: '' });
    assert.equal(await plan.read('router.js'), 'route();\n');
    assert.match((await plan.work('tree')).out, /delivered to main/);
    assert.match((await plan.work('complete')).out, /is completed\./);
    assert.match(await plan.read(`work/${stream}/COMPLETION.md`), new RegExp(`^- Delivered: \`main\` at \`${tip.slice(0, 10)}\`$`, 'm'));

    const undone = await plan.work('undo-delivery');
    assert.deepEqual(undone, { code: 0, out: `The delivery of stage 1 is undone: main is back at ${base.slice(0, 10)}.\n`, err: '' });
    assert.equal(await plan.git('rev-parse', 'main'), base);
    await assert.rejects(plan.read('router.js'), { code: 'ENOENT' });
    const warned = await plan.work('complete');
    assert.equal(warned.code, 1);
    assert.match(warned.err, new RegExp(`^warning: 1 commit of work/${stream} is not on main\\.$`, 'm'));

    await writeFile(path.join(plan.root, 'router.js'), 'mine();\n');
    const refused = await plan.work('deliver', '--stage', '1');
    assert.deepEqual([refused.code, refused.out], [1, '']);
    assert.match(refused.err, /Nothing was delivered to main: .*untracked: router\.js/);
    assert.match((await plan.work('tree')).out, /not delivered/);
    await rm(path.join(plan.root, 'router.js'));
    assert.equal((await plan.work('deliver')).out, 'Stage 1 is delivered to main: 1 file.\n');
    assert.equal((await plan.work('deliver')).out, 'main has everything already.\n');
    const kinds = (await readJournal(journal())).events.map(({ kind }) => kind).filter(kind => /^(?:stage|delivery)\./.test(kind));
    assert.deepEqual(kinds, [
      'stage.approved',
      'stage.delivered',
      'delivery.undone',
      'delivery.refused',
      'stage.delivered',
      'stage.delivered',
    ]);
    assert.match((await plan.work('journal')).out, /01 {2}delivered to main: [0-9a-f]{10} → [0-9a-f]{10}\n/);
  });

  it('is checked when it is merged with the user’s own commits, and brought anyway with --force', async () => {
    await writeFile(path.join(plan.root, 'mine.js'), 'mine();\n');
    await plan.git('add', 'mine.js');
    await plan.git('commit', '--quiet', '-m', 'Mine');
    const mine = await plan.git('rev-parse', 'main');
    const checks = { WORK_VALIDATION_COMMANDS: 'echo they do not agree && exit 7' };
    const approved = await plan.workFrom(plan.root, ['approve', 'stage', '1'], checks);
    assert.deepEqual([approved.code, approved.out], [0, 'Stage 1 is approved.\n']);
    assert.match(approved.err, /^Checking the work merged with main …\nMerged with .* it does not pass: .* ended with exit code 7\. Nothing was delivered\. It ended with: they do not agree \(all of it: /); // prettier-ignore
    assert.equal((await plan.workFrom(plan.root, ['deliver'], checks)).code, 1);
    assert.equal(await plan.git('rev-parse', 'main'), mine);
    const forced = await plan.workFrom(plan.root, ['deliver', '--force'], checks);
    assert.deepEqual(forced, { code: 0, out: 'Stage 1 is delivered to main: 1 file.\n', err: '' });
    assert.match((await plan.work('journal')).out, / candidate [0-9a-f]{10} is red: /);
  });

  it('waits for its command, or for the end, where the settings say so', async () => {
    const manual = await plan.workFrom(plan.root, ['approve', 'stage', '1'], { WORK_DELIVERY: 'manual' });
    assert.deepEqual(manual, { code: 0, out: 'Stage 1 is approved.\n', err: '' });
    assert.equal(await plan.git('rev-parse', 'main'), base);
    assert.match((await plan.work('complete')).err, /^warning: 1 commit of work\/001-sample is not on main\.$/m);

    await writeFile(path.join(plan.root, 'router.js'), 'mine();\n');
    const atEnd = { WORK_DELIVERY: 'onCompletion' };
    const refused = await plan.workFrom(plan.root, ['complete'], atEnd);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /untracked: router\.js/);
    await assert.rejects(plan.read(`work/${stream}/COMPLETION.md`), { code: 'ENOENT' });
    await rm(path.join(plan.root, 'router.js'));
    const completed = await plan.workFrom(plan.root, ['complete'], atEnd);
    assert.match(completed.out, /^Stage 1 is delivered to main: 1 file\.\n.*COMPLETION\.md\nWorkstream 001-sample is completed\.\n$/);
    assert.equal(await plan.git('rev-parse', 'main'), tip);
  });

  it('refuses agents, stages that are not approved or do not exist, and an undoing without a delivery', async () => {
    assert.match((await plan.work('deliver')).err, /No stage is approved yet/);
    assert.match((await plan.work('deliver', '--stage', '1')).err, /Stage 1 is not approved/);
    assert.match((await plan.work('deliver', '--stage', '7')).err, /Stage 7 not found\. Available: 1/);
    assert.match((await plan.work('undo-delivery')).err, /There is no delivery to undo/);
    const agent = { WORKSTREAM_ROLE: 'AGENT' };
    assert.equal((await plan.workFrom(plan.root, ['approve', 'stage', '1'], { WORK_DELIVERY: 'manual' })).code, 0);
    for (const command of ['deliver', 'undo-delivery']) {
      const refused = await plan.workFrom(plan.root, [command], agent);
      assert.equal(refused.code, 1);
      assert.match(refused.err, /Agents do not deliver work/);
    }
    assert.equal(await plan.git('rev-parse', 'main'), base);
  });

  it('is ended by whoever opens the repository next, if it was cut off half-way', async () => {
    await plan.workFrom(plan.root, ['approve', 'stage', '1'], { WORK_DELIVERY: 'manual' });
    const cutOff = await Journal.open(journal(), { clock: { now: () => 0 }, epoch: 9, logger: silentLogger });
    const intent = { action: 'deliver', stage: '01', branch: 'main', checkout: await realpath(plan.root), before: base, after: tip };
    cutOff.append({ kind: 'effect.intended', effect: 'delivery', key: '01/delivery/1', intent });
    cutOff.close();
    await writeFile(path.join(plan.root, 'router.js'), 'rou');
    const { settings } = parseSettings({});
    let isTrusted = false;
    const runtime = createRuntime({
      stateDirectory: path.join(plan.root, '..', 'state'),
      settings: () => settings,
      pluginFile: '',
      workScript: '',
      environment: plan.environment,
      clock: systemClock,
      logger: silentLogger,
      isTrusted: () => isTrusted,
    });
    try {
      const repository = runtime.repository(plan.root);
      assert.deepEqual(await repository.finishDeliveries(), [], 'not trusted');
      isTrusted = true;
      const other = await claimDriver(path.join(plan.root, '.git'), { clock: systemClock, logger: silentLogger, program: 'another' });
      assert.deepEqual(await repository.finishDeliveries(), [], 'somebody else drives');
      await other.release();
      assert.equal(await plan.git('rev-parse', 'main'), base);
      assert.deepEqual(
        (await repository.finishDeliveries()).map(({ kind }) => kind),
        ['moved'],
      );
      assert.equal(await plan.git('rev-parse', 'main'), tip);
      assert.equal(await plan.read('router.js'), 'route();\n');
      assert.equal((await repository.snapshot()).stages[0]?.delivery?.state, 'delivered');
      assert.deepEqual(await repository.finishDeliveries(), []);
    } finally {
      runtime.dispose();
    }
  });
});
