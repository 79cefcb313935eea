import assert from 'node:assert/strict';
import { readJournal } from '../../../src/runtime/journal/readJournal';
import { journalFile, journalFolder } from '../../../src/runtime/journal/journalPaths';
import { RunHarness, streamId, working } from '../../support/runHarness';
import { waitFor } from '../../support/waitFor';

describe('An overloaded model', () => {
  let harness: RunHarness;
  before(async () => {
    harness = await RunHarness.start(4881);
  });
  after(() => harness.dispose());

  it('lets fewer agents begin afterwards; the journal says so, and every task is completed', async () => {
    const ids = ['01', '02', '03', '04', '05', '06'].map(number => `01.01.${number}`);
    const first = ids.slice(0, 4);
    for (const id of ids) {
      const { label, directives } = working(`${id}.01`, `[[write ${id}.txt|${id}]]`);
      // The first four are refused together; whoever comes later waits until the test has counted how many are there at once.
      harness.model.addScript({ label, directives: `${first.includes(id) ? '[[status 429 1 | slow down]]' : '[[gate]]'}\n${directives}` });
    }
    const project = await harness.project({
      threads: ids.map(id => `${id} Thread`),
      tasks: Object.fromEntries(ids.map(id => [`${id}.01`, 'pending' as const])),
      settings: { 'work.maxConcurrent': 4 },
    });
    const said: string[] = [];
    project.repository.runs.news.onDidAppend(({ kind }) => said.push(kind));
    const running = project.run('01.01');
    await waitFor('fewer to be let in', () => said.includes('limit.changed'), { timeout: 150_000 });
    const gated = ids.slice(4).map(id => `${id}.01`);
    for (const label of gated) {
      await waitFor(`${label} to wait`, () => harness.model.requestsFor(label).length === 1);
      harness.model.release();
    }
    const report = await running;
    assert.equal(report.kind === 'finished' && report.result.outcome, 'completed', JSON.stringify([report, await project.tasks()]));
    const { events } = await readJournal(journalFile(journalFolder(`${project.root}/.git`, streamId)));
    const changes = events.flatMap(event => (event.kind === 'limit.changed' ? [[event.limit, event.setting]] : []));
    assert.deepEqual(changes[0], [2, 4]);
    let atWork = 0;
    let limit = 4;
    for (const event of events) {
      if (event.kind === 'limit.changed') ({ limit } = event);
      if (event.kind === 'attempt.finished') atWork -= 1;
      if (event.kind === 'attempt.started') {
        assert.ok(atWork < limit, `${event.attempt} began while ${atWork} were at work and ${limit} were allowed`);
        atWork += 1;
      }
    }
    assert.equal((await project.tasks()).filter(task => task.includes(': completed')).length, ids.length);
  });
});
