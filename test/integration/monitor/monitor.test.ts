import assert from 'node:assert/strict';
import { confusionMatrix, found } from '../../prove/confusion';
import { plantedAgents, randomFrom } from '../../prove/plantedAgents';
import { journalOf, plant } from '../../prove/watchedBatch';
import { RunHarness, working } from '../../support/runHarness';
import { waitFor } from '../../support/waitFor';

describe('The monitor', () => {
  let harness: RunHarness;
  before(async () => {
    harness = await RunHarness.start(4791);
    await harness.runtime().opencode.server.ensure(); // the slow part, before any test has its time
  });
  after(() => harness.dispose());

  it('tells an agent that hangs, one that loops and one that asks from one that is slow', async function () {
    this.timeout(240_000);
    const wanted = ['stop in mid-token', 'same call for ever', 'unanswered ask', 'slow stream'];
    const { project, agents } = await plant(
      harness,
      '01.01',
      plantedAgents.filter(({ what }) => wanted.includes(what)),
      randomFrom(7),
    );
    const running = project.run('01.01');
    const asking = agents.find(({ planted }) => planted.verdict === 'waiting');
    await waitFor('the question', () => asking?.seen.some(({ state }) => state === 'waiting'), { timeout: 120_000 });
    const viewer = harness.runtime().repository(project.root); // of another process: it has the journal and what is asked, nothing else
    const rows = (await viewer.snapshot()).stages.flatMap(stage =>
      stage.batches.flatMap(batch => batch.threads.flatMap(({ tasks }) => tasks)),
    );
    assert.equal(rows.find(({ id }) => id === asking?.task)?.health?.state, 'waiting');
    project.repository.runs.stop(asking?.task ?? '');
    await running;
    const all = agents.map(found);
    assert.ok(all.every(({ right }) => right), confusionMatrix(all)); // prettier-ignore
  });

  it('tells a silent agent to go on, once in its own session, and the work is done', async function () {
    this.timeout(180_000);
    const label = '02.01.01.01';
    harness.model.addScript({ label, directives: '[[write half.txt|half]]\n[[hang]]' });
    harness.model.addScript(working(label, '[[write whole.txt|whole]]'));
    const project = await harness.project({
      threads: ['02.01.01 One'],
      tasks: { [label]: 'pending' },
      settings: { 'work.limits.idle': 30 },
    });
    const report = await project.run('02.01');
    assert.equal(report.kind === 'finished' && report.result.outcome, 'completed', JSON.stringify([report, await project.tasks()]));
    const events = await journalOf(project);
    const steps = events.flatMap(event => (event.kind === 'attempt.stepped' ? [`${event.attempt} ${event.step}`] : []));
    assert.deepEqual(steps, [`${label}#1 nudge`]);
    const sessions = new Set(harness.model.requestsFor(label).map(({ session }) => session));
    assert.equal(sessions.size, 1);
    const prompts = events.filter(event => event.kind === 'effect.done' && event.effect === 'prompt').length;
    assert.equal(prompts, 2);
  });

  it('begins a task anew whose agent stays silent, and says so', async function () {
    this.timeout(180_000);
    const label = '03.01.01.01';
    harness.model.addScript({ label, directives: '[[hang]]' });
    harness.model.addScript({ label, directives: '[[hang]]' });
    harness.model.addScript(working(label, '[[write whole.txt|whole]]'));
    const project = await harness.project({
      threads: ['03.01.01 One'],
      tasks: { [label]: 'pending' },
      settings: { 'work.limits.idle': 30 },
    });
    const report = await project.run('03.01');
    assert.equal(report.kind === 'finished' && report.result.outcome, 'completed', JSON.stringify([report, await project.tasks()]));
    const steps = (await journalOf(project)).flatMap(event => (event.kind === 'attempt.stepped' ? [`${event.attempt} ${event.step}`] : []));
    assert.deepEqual(steps, [`${label}#1 nudge`, `${label}#1 abort`, `${label}#1 retry`]);
  });
});
