import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { CrashHarness, type CrashPoint } from '../../support/crashHarness';
import { reporting, streamId } from '../../support/runHarness';

const port = 4765;
const task = '01.01.01.01';

describe('A batch that was cut off', function () {
  this.timeout(600_000);
  let harness: CrashHarness;
  before(async () => {
    harness = await CrashHarness.start(port);
  });
  after(() => harness.dispose());

  const cutOff = async (...before: readonly CrashPoint[]) => {
    const batch = await harness.batch({ tasks: [task] });
    assert.deepEqual(await batch.project.repository.recoverable(), [], 'nothing was begun yet');
    for (const point of [...before, { kind: 'effect.done', effect: 'prompt', side: 'after', victim: 'both', nth: 1 } as const]) {
      const { isHit, output } = await batch.drive(point);
      assert.ok(isHit, output);
    }
    const [open, ...others] = await batch.project.repository.recoverable();
    assert.deepEqual([open?.stream, open?.batch, open?.tasks, others], [streamId, '01.01', [task], []]);
    return batch;
  };

  it('is found, and goes on when it is resumed: nothing of it is left to be found', async () => {
    const { project, outcome } = await cutOff();
    const { runs } = project.repository;
    const report = await runs.runBatch({ batch: '01.01', resume: true }, new AbortController().signal);
    assert.equal(report.kind === 'finished' && report.result.outcome, 'completed', JSON.stringify(report));
    assert.deepEqual((await outcome()).attempts, { [task]: ['completed'] });
    assert.deepEqual(await project.repository.recoverable(), []);
  });

  it('is left when that is wanted, with the one session it ever had: its attempt is interrupted, its task pending, its worktree kept', async () => {
    // The session was opened, and nobody had written down that it was.
    const { project, journal } = await cutOff({ kind: 'effect.done', effect: 'session', side: 'before', victim: 'driver', nth: 1 });
    await project.repository.runs.leave(streamId);
    const attempt = (await project.snapshot()).stages[0]?.batches[0]?.threads[0]?.tasks[0]?.attempts[0];
    assert.equal(attempt?.outcome, 'interrupted');
    assert.ok(existsSync(attempt.worktree ?? ''));
    const { opencode } = harness.runs.runtime();
    await opencode.server.ensure();
    const sessions = await opencode.sessions.list(attempt.worktree ?? '');
    assert.deepEqual(
      sessions.map(({ id }) => id),
      [attempt.session],
    );
    assert.deepEqual(await project.tasks(), [`${task}: pending`]);
    assert.match(await project.read(`work/${streamId}/threads.json`), /"status": "interrupted"/);
    assert.deepEqual(
      (await journal()).slice(-3).map(({ kind }) => kind),
      ['attempt.finished', 'thread.finished', 'run.finished'],
    );
    assert.deepEqual(await project.repository.recoverable(), []);
  });

  it('goes on with what a person said to an agent, though its driver died before the agent could hear it', async () => {
    const blocked = reporting(task, 'I cannot.', 'blocked');
    const { project, drive } = await harness.batch({ tasks: [task], scripts: [{ label: task, directives: blocked }] });
    await drive();
    const goOn = { task, message: 'You can. Try once more.' };
    const { isHit, output } = await drive({ kind: 'attempt.started', side: 'before', victim: 'driver', nth: 1 }, { only: [task], goOn });
    assert.ok(isHit, output);
    await drive();
    const told = harness.runs.model.requestsFor(task).flatMap(({ messages }) => messages.map(({ text }) => text));
    assert.ok(told.some(text => text.includes(goOn.message)));
    const attempts = (await project.snapshot()).stages[0]?.batches[0]?.threads[0]?.tasks[0]?.attempts ?? [];
    assert.equal(new Set(attempts.map(({ session }) => session)).size, 1, 'in the same session');
  });
});
