import assert from 'node:assert/strict';
import type { EffectKind } from '../../../src/domain/journal/events';
import { reporting } from '../../support/runHarness';
import { schedulePlanText } from '../../support/schedulePlan';
import { basesOf, proveBases } from '../../support/scheduleRound';
import { waitFor } from '../../support/waitFor';
import { CrashHarness, type CrashOutcome, type CrashPoint } from '../../support/crashHarness';

const port = 4763;
const done = (effect: EffectKind, side: CrashPoint['side'] = 'before') => ({ kind: 'effect.done', effect, side }) as const;

describe('A batch whose driver or server is killed', function () {
  this.timeout(600_000); // every moment is a process of its own
  const tasks = ['01.01.01.01'];
  let harness: CrashHarness;
  let uninterrupted: CrashOutcome;
  before(async () => {
    harness = await CrashHarness.start(port);
    const batch = await harness.batch({ tasks });
    const { output } = await batch.drive();
    uninterrupted = await batch.outcome();
    assert.deepEqual(uninterrupted.tasks, ['01.01.01.01: completed — Did 01.01.01.01.'], output);
    assert.deepEqual(uninterrupted.merges, { '01.01.01': 1 });
    assert.deepEqual(uninterrupted.prompts, { '01.01.01.01': { sessions: 1, prompts: 1 } });
    assert.deepEqual(uninterrupted.attempts, { '01.01.01.01': ['completed'] });
    assert.equal(uninterrupted.tree.filter(line => line.includes(' out/')).length, 1);
  });
  after(() => harness.dispose());

  it('together with its server, again and again, comes to the same end as one that nobody killed', async () => {
    const batch = await harness.batch({ tasks });
    const story = await batch.crash([
      { ...done('prompt'), victim: 'both' },
      { ...done('merge'), victim: 'both' },
    ]);
    assert.deepEqual(await batch.outcome(), uninterrupted, story);
  });

  it('comes to the same end when only the server is killed, and is started again', async () => {
    const batch = await harness.batch({ tasks });
    const { isHit, isFinished, output } = await batch.drive({ ...done('prompt', 'after'), victim: 'server', nth: 1 });
    assert.ok(isHit && isFinished, output);
    assert.deepEqual(await batch.outcome(), uninterrupted, output);
  });

  it('goes on in the middle of a stage: no thread runs twice, and each one begins on the merges of what it depends on', async () => {
    const needs = {
      '01.01.01': [],
      '01.01.02': [],
      '01.02.01': ['01.01.01'],
      '01.02.02': ['01.01.02'],
      '01.03.01': ['01.02.01', '01.02.02'],
    };
    const plain = { shares: [], meets: false, isBlocked: false };
    const threads = Object.entries(needs).map(([id, waits]) => ({ ...plain, id, needs: waits, files: [`out/${id}.base`] }));
    const held = ['01.01.02', '01.02.01'];
    const scripts = threads.map(({ id }) => ({
      label: `${id}.01`,
      directives: [
        `[[bash mkdir -p out && git rev-parse HEAD | tee out/${id}.base]]`,
        ...(held.includes(id) ? ['[[gate]]'] : []),
        reporting(`${id}.01`),
        '[[say Done.]]',
      ].join('\n'),
    }));
    const stage = await harness.batch({
      tasks: threads.map(({ id }) => `${id}.01`),
      plan: schedulePlanText({ threads }),
      scope: '01',
      scripts,
    });
    const { model } = harness.runs;
    const firstRequest = model.requests.length;
    const asked = () => model.requests.slice(firstRequest).flatMap(({ label }) => label?.slice(0, 8) ?? []);

    const first = await stage.start();
    await waitFor('a thread of the first batch and one of the second to be at work', () => model.waiting === 2, { timeout: 180_000 });
    assert.deepEqual(
      new Set(asked()),
      new Set(['01.01.01', ...held]),
      'nobody waited for the rest of the first batch, nor began too early',
    );
    first.kill('SIGKILL');
    assert.equal(await first.ended, null);
    model.release();

    // A merge that others wait for has moved the branch, and nobody noted it.
    const second = await stage.drive({ ...done('merge'), victim: 'driver', nth: 2 });
    assert.ok(second.isHit, second.output);
    const last = await stage.drive();
    assert.ok(last.isFinished, last.output);

    const { tasks: ended, prompts, merges, attempts } = await stage.outcome();
    const story = [second.output, last.output].join('\n---\n');
    assert.deepEqual(ended, threads.map(({ id }) => `${id}.01: completed — Did ${id}.01.`), story); // prettier-ignore
    assert.deepEqual(Object.values(prompts), threads.map(() => ({ sessions: 1, prompts: 1 })), story); // prettier-ignore
    assert.deepEqual(Object.values(attempts), threads.map(() => ['completed']), story); // prettier-ignore
    assert.deepEqual(Object.values(merges), threads.map(() => 1), story); // prettier-ignore
    const firstParents = await stage.project.git('log', '--first-parent', '--format=%(trailers:key=Thread,valueonly,separator=)', 'main..work/001-sample'); // prettier-ignore
    assert.deepEqual(firstParents.split('\n').filter(Boolean).sort(), threads.map(({ id }) => id), story); // prettier-ignore
    const faults: string[] = [];
    assert.equal(await proveBases(stage.project, { threads }, basesOf(model.requests.slice(firstRequest)), faults), 4);
    assert.deepEqual(faults, [], story);
    assert.ok(
      (await stage.journal()).filter(({ kind }) => kind === 'run.started').length === 1,
      'it is one run from its beginning to its end',
    );
  });
});
