import assert from 'node:assert/strict';
import type { EffectKind } from '../../../src/domain/journal/events';
import { CrashHarness, type CrashOutcome, type CrashStep } from '../../support/crashHarness';
import { reporting } from '../../support/runHarness';
import { schedulePlanText } from '../../support/schedulePlan';
import { basesOf, proveBases } from '../../support/scheduleRound';

const done = (effect: EffectKind, side: CrashStep['side'] = 'before') => ({ kind: 'effect.done', effect, side }) as const;
const behind = (kind: CrashStep['kind']): CrashStep => ({ kind, side: 'after' });
const effects: readonly EffectKind[] = ['worktree', 'setup', 'session', 'prompt', 'commit', 'merge', 'removal'];
const lines: readonly CrashStep[] = [
  behind('attempt.started'),
  { kind: 'effect.intended', effect: 'prompt', side: 'after' },
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
    harness = await CrashHarness.start(4763);
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

  for (const [what, moments] of [
    ['between each effect and its line', effects.map(effect => done(effect))],
    ['after lines of each kind', lines],
  ] as const) {
    it(`${what} comes to the same end as one that nobody killed`, async () => {
      const batch = await harness.batch({ tasks });
      const story = await batch.crash(moments);
      assert.deepEqual(await batch.outcome(), uninterrupted, story);
    });
  }

  it('goes on in the middle of a stage, its server killed too: no thread runs twice, and the one that waited begins on the merge', async () => {
    const plain = { shares: [], meets: false, isBlocked: false };
    const threads = [
      { ...plain, id: '01.01.01', needs: [], files: ['out/01.01.01.base'] },
      { ...plain, id: '01.02.01', needs: ['01.01.01'], files: ['out/01.02.01.base'] },
    ];
    const ids = threads.map(({ id }) => `${id}.01`);
    const stage = await harness.batch({
      tasks: ids,
      plan: schedulePlanText({ threads }),
      scope: '01',
      scripts: threads.map(({ id }) => ({
        label: `${id}.01`,
        directives: `[[bash mkdir -p out && git rev-parse HEAD | tee out/${id}.base]]\n${reporting(`${id}.01`)}\n[[say Done.]]`,
      })),
    });
    const { model } = harness.runs;
    const firstRequest = model.requests.length;
    // The second time, the merge that the other thread waits for has moved the branch, and nobody noted it.
    const story = await stage.crash([
      { ...done('prompt'), victim: 'both' },
      { ...done('merge'), victim: 'both' },
    ]);
    const { tasks: ended, prompts, merges, attempts } = await stage.outcome();
    assert.deepEqual(ended, ids.map(id => `${id}: completed — Did ${id}.`), story); // prettier-ignore
    assert.deepEqual(Object.values(prompts), Array(2).fill({ sessions: 1, prompts: 1 }), story);
    assert.deepEqual(Object.values(attempts), Array(2).fill(['completed']), story);
    assert.deepEqual(Object.values(merges), [1, 1], story);
    const faults: string[] = [];
    assert.equal(await proveBases(stage.project, { threads }, basesOf(model.requests.slice(firstRequest)), faults), 1, story);
    assert.deepEqual(faults, [], story);
    assert.equal((await stage.journal()).filter(({ kind }) => kind === 'run.started').length, 1, 'it is one run');
  });
});
