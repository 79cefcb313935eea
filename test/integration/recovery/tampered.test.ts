import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CrashHarness, type CrashBatch, type CrashPoint } from '../../support/crashHarness';

const port = 4764;
const task = '01.01.01.01';

describe('What somebody did to an attempt while its driver was dead', function () {
  this.timeout(600_000);
  let harness: CrashHarness;
  before(async () => {
    harness = await CrashHarness.start(port);
  });
  after(() => harness.dispose());

  const cutOff = async (point: Omit<CrashPoint, 'nth'>) => {
    const batch = await harness.batch({ tasks: [task] });
    const { isHit, output } = await batch.drive({ ...point, nth: 1 });
    assert.ok(isHit, output);
    const attempt = (await batch.project.snapshot()).stages[0]?.batches[0]?.threads[0]?.tasks[0]?.attempts[0];
    assert.ok(attempt?.worktree !== undefined && attempt.branch !== undefined && attempt.session !== undefined);
    return { batch, worktree: attempt.worktree, branch: attempt.branch, session: attempt.session };
  };
  const prompted = { kind: 'effect.done', effect: 'prompt', side: 'after', victim: 'both' } as const;
  const endsBySecondAttempt = async (batch: CrashBatch, said: RegExp) => {
    const { output } = await batch.drive();
    const outcome = await batch.outcome();
    assert.match(output, said);
    assert.deepEqual(outcome.attempts[task], ['interrupted', 'completed'], output);
    assert.deepEqual(outcome.tasks, [`${task}: completed — Did ${task}.`]);
    assert.deepEqual(outcome.merges, { '01.01.01': 1 });
    assert.deepEqual(outcome.sessions, ['interrupted', 'completed']);
  };

  it('a worktree that was deleted is said to be gone, and the task goes on in another one from its branch', async () => {
    const { batch, worktree } = await cutOff(prompted);
    await rm(worktree, { recursive: true });
    await endsBySecondAttempt(batch, /The worktree .* was removed, and with it what was not committed\. Its branch task\/.* is kept/);
  });

  it('a session that was deleted ends the attempt, and the task goes on in another one from its branch', async () => {
    const { batch, worktree, session } = await cutOff(prompted);
    const { opencode } = harness.runs.runtime();
    const connection = await opencode.server.ensure();
    await connection.client(worktree).session.delete({ sessionID: session });
    await endsBySecondAttempt(batch, /Its session was deleted on the opencode server\. Its branch is kept/);
  });

  it('a lock of git that was left in the worktree is put aside, and the work is committed', async () => {
    const { batch, worktree } = await cutOff({ kind: 'effect.intended', effect: 'commit', side: 'after', victim: 'driver' });
    const gitFolder = path.join(batch.project.root, '.git', 'worktrees', path.basename(worktree));
    await writeFile(path.join(gitFolder, 'index.lock'), '');
    const lock = await readFile(path.join(gitFolder, 'locked'), 'utf8');
    assert.match(lock, /^work: task 01\.01\.01\.01 \(process \d+\)$/m, 'the dead driver’s, which holds nobody back');
    const { output } = await batch.drive();
    assert.match(output, /its lock is kept as .*index\.lock\.left-over/);
    assert.deepEqual((await batch.outcome()).merges, { '01.01.01': 1 }, output);
    assert.equal(existsSync(worktree), false, 'it went with its merge');
  });

  it('a lock that a person set stays: the work is merged, and its worktree kept with a sentence', async () => {
    const { batch, worktree } = await cutOff(prompted);
    const { project } = batch;
    await project.git('worktree', 'unlock', worktree);
    await project.git('worktree', 'lock', '--reason', 'mine', worktree);
    const { output } = await batch.drive();
    assert.deepEqual((await batch.outcome()).merges, { '01.01.01': 1 }, output);
    assert.match(output, /was kept: it is locked \(mine\)\. Unlock it with: git worktree unlock/);
    assert.match(await project.git('worktree', 'list', '--porcelain'), /^locked mine$/m);
    assert.ok(existsSync(worktree));
  });

  it('a branch that was moved away from its base is not merged, and the report says how to put it back', async () => {
    const { batch, branch } = await cutOff(prompted);
    const { project } = batch;
    const elsewhere = await project.git('commit-tree', '-m', 'Elsewhere', await project.git('rev-parse', 'HEAD^{tree}'));
    await project.git('update-ref', `refs/heads/${branch}`, elsewhere);
    const { output } = await batch.drive();
    const outcome = await batch.outcome();
    assert.match(outcome.tasks[0] ?? '', /blocked — Failed: Branch task\/.* was moved: it no longer holds .*git reflog/, output);
    assert.deepEqual(outcome.merges, { '01.01.01': 0 });
    assert.equal(await project.git('merge-base', '--is-ancestor', elsewhere, `refs/heads/${branch}`).then(() => 'kept'), 'kept');
  });
});
