import assert from 'node:assert/strict';
import { CrashHarness } from '../../support/crashHarness';

const port = 4747;

describe('A batch whose driver is killed, where a task has no worktree of its own or one that the server made', function () {
  this.timeout(600_000);
  let harness: CrashHarness;
  before(async () => {
    harness = await CrashHarness.start(port);
  });
  after(() => harness.dispose());

  it('goes on in the one worktree and session of its thread, within a task and between two', async () => {
    const tasks = ['01.01.01.01', '01.01.01.02'];
    const settings = { 'work.isolation': 'thread' };
    const batch = await harness.batch({ tasks, settings });
    const story = await batch.crash([
      { kind: 'effect.done', effect: 'prompt', side: 'after', victim: 'both' },
      { kind: 'attempt.finished', side: 'after' },
    ]);
    const { merges, attempts: ends, prompts, tree } = await batch.outcome();
    assert.deepEqual(merges, { '01.01.01': 1 }, story);
    assert.deepEqual(ends, { '01.01.01.01': ['completed'], '01.01.01.02': ['completed'] }, story);
    assert.deepEqual(Object.values(prompts).map(({ sessions }) => sessions), [1, 1], story); // prettier-ignore
    assert.equal(tree.filter(line => line.includes(' out/')).length, 2, story);
    const attempts = (await batch.project.snapshot()).stages[0]?.batches[0]?.threads[0]?.tasks.flatMap(task => task.attempts) ?? [];
    assert.equal(attempts.length, 2);
    assert.equal(new Set(attempts.map(({ worktree }) => worktree)).size, 1, 'one worktree');
    assert.equal(new Set(attempts.map(({ session }) => session)).size, 1, 'one session');
    assert.deepEqual(await batch.lost(), []);
  });

  it('takes the worktree that the server made and nobody wrote down, or has another one made, and leaves none behind', async () => {
    const batch = await harness.batch({ tasks: ['01.01.01.01'], settings: { 'work.worktrees.provider': 'opencode' } });
    const output = await batch.crash([
      { kind: 'effect.done', effect: 'worktree', side: 'before' },
      { kind: 'effect.done', effect: 'setup', side: 'before' },
    ]);
    const outcome = await batch.outcome();
    assert.deepEqual(outcome.attempts, { '01.01.01.01': ['completed'] }, output);
    assert.deepEqual(outcome.merges, { '01.01.01': 1 });
    assert.equal(await batch.project.git('branch', '--list', 'opencode/*', 'task/*'), '', 'they went with the merge');
    assert.doesNotMatch(await batch.project.git('worktree', 'list'), /opencode/);
  });
});
