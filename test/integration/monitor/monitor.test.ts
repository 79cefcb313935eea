import assert from 'node:assert/strict';
import { confusionMatrix, found } from '../../prove/confusion';
import { plantedAgents, type Planted } from '../../prove/plantedAgents';
import { journalOf, plant, type Agent } from '../../prove/watchedBatch';
import { HandTime } from '../../support/handTime';
import { randomFrom } from '../../support/random';
import { RunHarness, working, type Project } from '../../support/runHarness';
import { waitFor } from '../../support/waitFor';

const patient = { timeout: 120_000 };
/** Its text waits for a release before each word. */
const slowStream: Planted = {
  what: 'slow stream',
  verdict: 'well',
  turns: () => '[[stream word0 |word1 |word2 |word3 |word4 ]]',
  last: true,
};

describe('The monitor', () => {
  let harness: RunHarness;
  let time: HandTime;
  before(async () => {
    harness = await RunHarness.start(4791);
    await harness.runtime().opencode.server.ensure(); // the slow part, before any test has its time
  });
  beforeEach(() => (time = new HandTime()));
  after(() => harness.dispose());

  it('tells an agent that hangs, one that loops and one that asks from one that is slow', async function () {
    this.timeout(240_000);
    const wanted = ['stop in mid-token', 'same call for ever', 'unanswered ask'];
    const planted = [...plantedAgents.filter(({ what }) => wanted.includes(what)), slowStream];
    const ladder = { looping: [{ step: 'abort', after: 0 }] } as const;
    const { project, agents } = await plant(harness, '01.01', planted, randomFrom(7), { monitoring: { time, pace: time.pace, ladder } });
    let said = '';
    project.runtime.opencode.events.onEvent(event => {
      if (event.type === 'message.part.delta') said += event.properties.delta;
    });
    const running = project.run('01.01');
    const [hung, asking, looping, slow] = ['mid-token', 'ask', 'same call', 'slow stream'].map(what =>
      agents.find(agent => agent.planted.what.includes(what)),
    );
    const is = (agent: Agent | undefined, state: string) => agent?.seen.some(seen => seen.state === state) === true;
    const describe = () => agents.map(({ task, seen }) => [task, seen.at(-1)]);
    await waitFor('the question and the loop', () => is(asking, 'waiting') && is(looping, 'looping'), { ...patient, describe });
    await waitFor('two held answers', () => harness.model.waiting === 2 && said.includes('I look at the fi'), { ...patient, describe });

    for (let word = 0; word < 4; word++) {
      const end = time.now() + 20_000; // longer than any token takes, shorter than what makes it suspicious
      await time.passUntil('the end of a pause', () => time.now() >= end, project);
      harness.model.release();
      await waitFor('the word', () => said.includes(`word${word} `), patient);
      await waitFor('the next pause', () => harness.model.waiting === 2, patient);
    }
    const viewer = harness.runtime().repository(project.root); // of another process: it has the journal and what is asked, nothing else
    const rows = (await viewer.snapshot()).stages.flatMap(stage =>
      stage.batches.flatMap(batch => batch.threads.flatMap(({ tasks }) => tasks)),
    );
    assert.equal(rows.find(({ id }) => id === asking?.task)?.health?.state, 'waiting');
    const all = agents.map(found);
    assert.ok(all.every(({ right }) => right), confusionMatrix(all)); // prettier-ignore
    assert.ok(is(hung, 'stalled'));

    await time.passUntil('the slow one being stalled when it says no more', () => is(slow, 'stalled'), project, { most: 300_000 });
    project.repository.runs.stopAll();
    await running;
  });

  it('tells a silent agent to go on, once in its own session, and the work is done', async function () {
    this.timeout(180_000);
    const label = '02.01.01.01';
    harness.model.addScript({ label, directives: '[[write half.txt|half]]\n[[hang]]' });
    harness.model.addScript(working(label, '[[write whole.txt|whole]]'));
    const project = await silentProject(label);
    const running = project.run('02.01');
    await waitFor('the silence', () => harness.model.waiting === 1, patient);
    await passUntilSteps(project, 1);
    const report = await running;
    assert.equal(report.kind === 'finished' && report.result.outcome, 'completed', JSON.stringify([report, await project.tasks()]));
    assert.deepEqual(await stepsOf(project), [`${label}#1 nudge`]);
    const sessions = new Set(harness.model.requestsFor(label).map(({ session }) => session));
    assert.equal(sessions.size, 1);
    const prompts = (await journalOf(project)).filter(event => event.kind === 'effect.done' && event.effect === 'prompt').length;
    assert.equal(prompts, 2);
  });

  it('begins a task anew whose agent stays silent, and says so', async function () {
    this.timeout(180_000);
    const label = '03.01.01.01';
    harness.model.addScript({ label, directives: '[[hang]]' });
    harness.model.addScript({ label, directives: '[[hang]]' });
    harness.model.addScript(working(label, '[[write whole.txt|whole]]'));
    const project = await silentProject(label);
    const running = project.run('03.01');
    const asked = () => harness.model.requestsFor(label).filter(({ tools }) => tools.length > 0).length;
    await waitFor('the silence', () => harness.model.waiting === 1 && asked() === 1, patient);
    await passUntilSteps(project, 1);
    await waitFor('the silence after the nudge', () => harness.model.waiting === 1 && asked() === 2, patient);
    await passUntilSteps(project, 2);
    const report = await running;
    assert.equal(report.kind === 'finished' && report.result.outcome, 'completed', JSON.stringify([report, await project.tasks()]));
    assert.deepEqual(await stepsOf(project), [`${label}#1 nudge`, `${label}#1 abort`, `${label}#1 retry`]);
  });

  const silentProject = (task: string) =>
    harness.project({
      threads: [`${task.slice(0, 8)} One`],
      tasks: { [task]: 'pending' },
      settings: { 'work.limits.idle': 600 },
      runtime: { monitoring: { time, pace: time.pace } },
    });
  const passUntilSteps = (project: Project, count: number) =>
    time.passUntil(`step ${count}`, async () => (await stepsOf(project)).length >= count, project, { step: 5000 });
});

async function stepsOf(project: Project): Promise<readonly string[]> {
  return (await journalOf(project)).flatMap(event => (event.kind === 'attempt.stepped' ? [`${event.attempt} ${event.step}`] : []));
}
