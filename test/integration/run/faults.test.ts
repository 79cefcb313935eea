import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { opencodeBinary } from '../../support/opencodeBinary';
import { otherProcess } from '../../support/otherProcess';
import { projectRoot } from '../../support/projectRoot';
import { reporting, RunHarness, streamId, working, type Project } from '../../support/runHarness';
import { waitFor } from '../../support/waitFor';

const port = 4761;
const driverTool = fileURLToPath(new URL('driver.tool.mjs', import.meta.url));

const attemptsOf = async (project: Project) =>
  (await project.snapshot()).stages.flatMap(stage =>
    stage.batches.flatMap(batch => batch.threads.flatMap(thread => thread.tasks.flatMap(task => task.attempts))),
  );

describe('When something fails in the middle of a batch', () => {
  let harness: RunHarness;
  before(async () => {
    harness = await RunHarness.start(port);
    await harness.runtime().opencode.server.ensure(); // the slow part, before any test has its time
  });
  after(() => harness.dispose());

  const serverPid = async () => {
    const { server } = harness.runtime().opencode;
    await server.ensure();
    return server.status.pid;
  };
  /** Texts of the user in the longest conversation that the model saw of a task's sessions, one list for each session. */
  const promptsOf = (label: string) => {
    const sessions = new Map(harness.model.requestsFor(label).map(request => [request.session, request]));
    return [...sessions.values()].map(({ messages }) => messages.filter(({ role }) => role === 'user').map(({ text }) => text));
  };

  it('starts a killed server again, tells the agents, and completes the batch; each prompt reached the model once', async () => {
    const labels = ['01.01.01.01', '01.01.02.01'];
    for (const label of labels) {
      harness.model.addScript({ label, directives: `[[write ${label}.txt|before]]\n[[hang]]` });
      harness.model.addScript(working(label, `[[bash echo after >> ${label}.txt]]`));
    }
    const project = await harness.project({
      threads: ['01.01.01 One', '01.01.02 Two'],
      tasks: Object.fromEntries(labels.map(label => [label, 'pending'])),
    });
    const said: string[] = [];
    project.repository.runs.news.onDidNotice(message => said.push(message));
    const running = project.run('01.01');
    await waitFor('both agents to hang', () => harness.model.waiting === 2, { describe: () => harness.model.requests.length });
    const killed = await serverPid();
    assert.ok(killed !== undefined);
    process.kill(killed, 'SIGKILL');
    const report = await running;
    assert.deepEqual(report.kind === 'finished' && [...report.result.merged].sort(), ['01.01.01', '01.01.02'], JSON.stringify(report));
    assert.notEqual(await serverPid(), killed);
    for (const label of labels) {
      assert.ok(
        said.includes(`${label}: the opencode server ended in the middle of the work; it is started again and the agent goes on.`),
        said.join('\n'),
      );
      assert.equal(
        await project.git('show', `refs/heads/work/${streamId}:${label}.txt`),
        'before\nafter',
        'what was there is not done again',
      );
      const sessions = promptsOf(label);
      assert.equal(sessions.length, 1, 'the agent goes on in its session');
      const count = (pattern: RegExp) => sessions[0]?.filter(text => pattern.test(text)).length;
      assert.equal(count(/Do this one task of the thread/), 1);
      assert.equal(count(/was interrupted\. Commands that were running then have ended\./), 1);
    }
    assert.deepEqual(
      (await attemptsOf(project)).map(({ outcome }) => outcome),
      ['completed', 'completed'],
    );
  });

  it('stops an agent that stays silent after it was told to go on, says so, and lets the others go on', async () => {
    harness.model.addScript({ label: '03.01.01.01', directives: '[[write half.txt|half]]\n[[hang]]' });
    harness.model.addScript({ label: '03.01.01.01', directives: '[[hang]]' });
    harness.model.addScript(working('03.01.02.01', '[[write other.txt|other]]'));
    const project = await harness.project({
      threads: ['03.01.01 Silent', '03.01.02 Other'],
      tasks: { '03.01.01.01': 'pending', '03.01.02.01': 'pending' },
      settings: { 'work.limits.idle': 20, 'work.retry.maximumAttempts': 1 },
    });
    const report = await project.run('03.01');
    assert.deepEqual(report.kind === 'finished' && report.result.merged, ['03.01.02'], JSON.stringify(report));
    assert.deepEqual(await project.tasks(), [
      '03.01.01.01: blocked — Failed: The agent was stopped because it made no progress. The model has not begun to answer within 10s. Its worktree is kept.',
      '03.01.02.01: completed — Did 03.01.02.01.',
    ]);
    await waitFor('the model to be let go', () => harness.model.waiting === 0);
  });

  it('stops an agent that takes too long altogether, and takes what it had reported by then', async () => {
    const label = '04.01.01.01';
    harness.model.addScript({ label, directives: `[[write done.txt|done]]\n${reporting(label)}\n[[hang]]` });
    const project = await harness.project({
      threads: ['04.01.01 One'],
      tasks: { [label]: 'pending' },
      settings: { 'work.limits.attempt': 20, 'work.limits.idle': 0 },
    });
    const report = await project.run('04.01');
    assert.equal(report.kind === 'finished' && report.result.outcome, 'completed', JSON.stringify([report, await project.tasks()]));
    assert.deepEqual(await project.tasks(), [`${label}: completed — Did ${label}.`]);
    assert.equal(await project.git('show', `refs/heads/work/${streamId}:done.txt`), 'done');
  });

  for (const { batch, what, finishes } of [
    { batch: '05.01', what: 'goes on with an agent that is still at work when its driver was killed', finishes: false },
    { batch: '06.01', what: 'takes what an agent finished while its driver was dead, and does not do it again', finishes: true },
  ]) {
    it(what, async () => {
      const label = `${batch}.01.01`;
      harness.model.addScript({
        label,
        directives: `[[write first.txt|1]]\n[[gate]]\n${reporting(label)}\n[[say Done.]]`,
      });
      const project = await harness.project({ threads: [`${batch}.01 One`], tasks: { [label]: 'pending' } });
      const options = path.join(project.root, '.git', 'driver-options.json');
      await writeFile(
        options,
        JSON.stringify({
          stateDirectory: harness.stateDirectory,
          pluginFile: path.join(projectRoot(), 'dist', 'plugin.js'),
          workScript: path.join(projectRoot(), 'dist', 'work.js'),
          environment: harness.programEnvironment,
          settings: { 'work.opencode.path': opencodeBinary(), 'work.server.port': port },
        }),
      );
      const driver = await otherProcess(driverTool, [project.root, batch, options], 'driving\n');
      await waitFor('the agent to wait', () => harness.model.waiting === 1);
      driver.kill('SIGKILL');
      await driver.ended;
      const [cut] = await attemptsOf(project);
      assert.equal(cut?.outcome, undefined, 'nobody could write down how it ended');
      if (finishes) {
        harness.model.release();
        await waitFor('the report', async () => (await project.tasks())[0]?.includes('completed'));
      }
      const said: string[] = [];
      project.repository.runs.news.onDidNotice(message => said.push(message));
      const running = project.run(batch);
      if (!finishes) {
        await waitFor('the driver to follow the agent', () => said.includes(`${label}: attempt 1 goes on where it was cut off.`));
        harness.model.release();
      }
      const report = await running;
      assert.equal(report.kind === 'finished' && report.result.outcome, 'completed', JSON.stringify([report, await project.tasks(), said]));
      const attempts = await attemptsOf(project);
      assert.deepEqual(
        attempts.map(({ outcome }) => outcome),
        ['completed'],
      );
      assert.deepEqual(
        promptsOf(label).map(texts => texts.length),
        [1],
        'one session, in which nothing was said but the task',
      );
      assert.equal(await project.git('show', `refs/heads/work/${streamId}:first.txt`), '1');
    });
  }

  it('ends the batch when the server is stopped on purpose: its tasks are pending with the reason, and nothing starts it again', async () => {
    harness.model.addScript({ label: '02.01.01.01', directives: '[[write half.txt|half]]\n[[hang]]' });
    harness.model.addScript(working('02.01.02.01'));
    const project = await harness.project({
      threads: ['02.01.01 One', '02.01.02 Waits'],
      tasks: { '02.01.01.01': 'pending', '02.01.02.01': 'pending' },
      settings: { 'work.maxConcurrent': 1 },
    });
    const running = project.run('02.01');
    await waitFor('the agent to hang', () => harness.model.waiting === 1);
    const another = harness.runtime(); // as `work serve --stop` does
    assert.equal(await another.opencode.server.stop(), true);
    const report = await running;
    assert.equal(report.kind === 'finished' && report.result.outcome, 'cancelled', JSON.stringify(report));
    assert.deepEqual(await project.tasks(), ['02.01.01.01: pending', '02.01.02.01: pending']);
    assert.equal(harness.model.requestsFor('02.01.02.01').length, 0);
    assert.equal(await another.opencode.server.find(), undefined, 'no server was started');
    const [attempt] = await attemptsOf(project);
    assert.equal(attempt?.outcome, 'cancelled');
    assert.match(attempt.reason ?? '', /stopped/);
    assert.ok(existsSync(path.join(attempt.worktree ?? '', 'half.txt')), 'what the agent had done is still there');
  });
});
