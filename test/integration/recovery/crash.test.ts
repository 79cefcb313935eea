import assert from 'node:assert/strict';
import type { EffectKind } from '../../../src/domain/journal/events';
import { CrashHarness, type CrashBatch, type CrashOutcome, type CrashPoint } from '../../support/crashHarness';

const port = 4763;
const done = (effect: EffectKind, side: CrashPoint['side'] = 'before') => ({ kind: 'effect.done', effect, side }) as const;
const intended = (effect: EffectKind) => ({ kind: 'effect.intended', effect, side: 'after' }) as const;
const effects: readonly EffectKind[] = ['worktree', 'setup', 'session', 'prompt', 'commit', 'merge', 'removal'];

type Moment = Pick<CrashPoint, 'kind' | 'effect' | 'side'>;

const behind = (kind: CrashPoint['kind']): Moment => ({ kind, side: 'after' });
const lines: readonly Moment[] = [
  behind('attempt.started'),
  intended('prompt'),
  done('commit', 'after'),
  behind('attempt.finished'),
  behind('merge.landed'),
];

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
    assert.equal(uninterrupted.tree.filter(line => line.includes(' out/')).length, 1);
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

  for (const { what, victim, moments } of [
    { what: 'between each effect and its line', victim: 'driver', moments: effects.map(effect => done(effect)) },
    { what: 'after lines of each kind', victim: 'driver', moments: lines },
    { what: 'together with its server', victim: 'both', moments: [done('prompt'), done('merge')] },
  ] as const) {
    it(`${what} comes to the same end as one that nobody killed`, async () => {
      const batch = await harness.batch({ tasks });
      const story = await crashAt(batch, victim, moments);
      assert.deepEqual(await batch.outcome(), uninterrupted, story);
    });
  }

  it('comes to the same end when only the server is killed, and is started again', async () => {
    const batch = await harness.batch({ tasks });
    const { isHit, isFinished, output } = await batch.drive({ ...done('prompt', 'after'), victim: 'server', nth: 1 });
    assert.ok(isHit && isFinished, output);
    assert.deepEqual(await batch.outcome(), uninterrupted, output);
  });
});
