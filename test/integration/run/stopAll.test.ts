import assert from 'node:assert/strict';
import { napping, toolProcesses } from '../../support/nappingAgents';
import { RunHarness } from '../../support/runHarness';
import { waitFor } from '../../support/waitFor';

describe('Stop All', function () {
  if (process.platform !== 'linux') return; // elsewhere nobody can tell whose a process is
  let harness: RunHarness;
  before(async () => {
    harness = await RunHarness.start(4897);
  });
  after(() => harness.dispose());

  it('ends the sessions and tool processes of eight agents, whatever group they hide in, and commits what was done', async () => {
    const { project, naps } = await napping(harness, 8);
    const running = project.run('01.01');
    await waitFor('two naps of each agent', async () => (await naps()).length === 16, {
      timeout: 240_000,
      describe: () => project.tasks(),
    });
    project.runtime.stopAll();
    const gone = waitFor('no tool process to be left', async () => (await toolProcesses(project.root)).length === 0);
    const [report] = await Promise.all([running, gone]);
    assert.equal(report.kind === 'finished' && report.result.outcome, 'cancelled', JSON.stringify(report));
    assert.deepEqual(await toolProcesses(project.root), [], 'nothing began afterwards');
    const [batch] = (await project.snapshot()).stages[0]?.batches ?? [];
    assert.deepEqual([batch?.running, batch?.threads.length], [false, 8]);
    for (const { id, tasks, running: isRunning } of batch?.threads ?? []) {
      const [attempt] = tasks[0]?.attempts ?? [];
      assert.deepEqual([isRunning, attempt?.outcome], [false, 'cancelled'], id);
      assert.match(attempt?.reason ?? '', /was stopped/);
      assert.deepEqual(await project.runtime.opencode.sessions.status(attempt?.worktree ?? ''), {}, `${id}: its session is idle`);
      assert.equal(await project.git('show', `${attempt?.commit ?? ''}:${id}.txt`), 'made\nmore');
      assert.equal(await project.git('-C', attempt?.worktree ?? '', 'status', '--porcelain'), '');
    }
    assert.ok((await project.tasks()).every(task => task.includes(': pending')));
  });
});
