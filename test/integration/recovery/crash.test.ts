import assert from 'node:assert/strict';
import type { EffectKind } from '../../../src/domain/journal/events';
import { CrashHarness, type CrashBatch, type CrashOutcome, type CrashPoint } from '../../support/crashHarness';

const port = 4763;
const done = (effect: EffectKind, side: CrashPoint['side'] = 'before') => ({ kind: 'effect.done', effect, side }) as const;
const intended = (effect: EffectKind) => ({ kind: 'effect.intended', effect, side: 'after' }) as const;
const effects: readonly EffectKind[] = ['worktree', 'setup', 'session', 'prompt', 'commit', 'merge', 'removal'];

type Moment = Pick<CrashPoint, 'kind' | 'effect' | 'side'>;

const afterLines: readonly Moment[] = (
  ['run.started', 'thread.started', 'attempt.started', 'attempt.finished', 'merge.landed', 'thread.finished'] as const
).map(kind => ({ kind, side: 'after' }));

describe('A batch whose driver is killed', function () {
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
    assert.equal(uninterrupted.tree.length, 1);
  });
  after(() => harness.dispose());

  /** Each moment kills one driver more; the last one carries the batch to its end. */
  const crashAt = async (batch: CrashBatch, victim: CrashPoint['victim'], moments: readonly Moment[]) => {
    const story: string[] = [];
    for (const moment of moments) {
      const { isHit, output } = await batch.drive({ ...moment, victim, nth: 1 });
      story.push(`${JSON.stringify(moment)}\n${output}`);
      assert.ok(isHit, `${JSON.stringify(moment)} was never reached: ${story.join('\n---\n')}`);
    }
    story.push((await batch.drive()).output);
    return story.join('\n---\n');
  };

  for (const { what, moments } of [
    { what: 'between each effect and its line', moments: effects.map(effect => done(effect)) },
    { what: 'after each intent', moments: effects.map(intended) },
    { what: 'after each effect', moments: effects.map(effect => done(effect, 'after')) },
    { what: 'after each other line', moments: afterLines },
  ]) {
    it(`${what} comes to the same end as one that nobody killed`, async () => {
      const batch = await harness.batch({ tasks });
      const story = await crashAt(batch, 'driver', moments);
      assert.deepEqual(await batch.outcome(), uninterrupted, story);
    });
  }

  it('together with its server, in two threads of two tasks, comes to the same end too', async () => {
    const whole = await harness.batch();
    await whole.drive();
    const expected = await whole.outcome();
    assert.deepEqual(expected.merges, { '01.01.01': 1, '01.01.02': 1 });
    const batch = await harness.batch();
    const story = await crashAt(batch, 'both', [done('session'), done('prompt'), done('commit', 'after'), done('merge')]);
    assert.deepEqual(await batch.outcome(), expected, story);
  });

  it('comes to the same end when only the server is killed, and is started again', async () => {
    for (const moment of [intended('session'), done('prompt', 'after')]) {
      const batch = await harness.batch({ tasks });
      const { isHit, isFinished, output } = await batch.drive({ ...moment, victim: 'server', nth: 1 });
      assert.ok(isHit && isFinished, output);
      assert.deepEqual(await batch.outcome(), uninterrupted, output);
    }
  });
});
