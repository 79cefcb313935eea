import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CrashHarness, type CrashBatch } from '../../support/crashHarness';
import { streamId, working } from '../../support/runHarness';
import { waitFor } from '../../support/waitFor';

const port = 4764;

describe('What somebody did to an attempt while its driver was dead', function () {
  this.timeout(600_000);
  let harness: CrashHarness;
  before(async () => {
    harness = await CrashHarness.start(port);
  });
  after(() => harness.dispose());

  const attemptsOf = async ({ project }: CrashBatch) =>
    (await project.snapshot()).stages[0]?.batches[0]?.threads.map(thread => {
      const attempt = thread.tasks[0]?.attempts[0];
      assert.ok(attempt?.worktree !== undefined && attempt.branch !== undefined && attempt.session !== undefined);
      return { worktree: attempt.worktree, branch: attempt.branch, session: attempt.session };
    }) ?? [];

  it('its worktree or its session deleted, its worktree locked by a person, its branch moved: each is said, and nothing is lost', async () => {
    const ids = [1, 2, 3, 4].map(number => `01.01.0${number}.01`);
    const [homeless = '', silenced = '', locked = '', moved = ''] = ids;
    const batch = await harness.batch({
      tasks: ids,
      scripts: ids.flatMap(id => [{ label: id, directives: '[[hang]]' }, working(id, `[[write out/${id}.txt|the work of ${id}]]`)]),
    });
    const { isHit, output: begun } = await batch.drive({ kind: 'effect.done', effect: 'prompt', side: 'after', victim: 'driver', nth: 4 });
    assert.ok(isHit, begun);
    await waitFor('every agent to hang', () => ids.every(id => harness.runs.model.requestsFor(id).length > 0)); // else it would when it goes on
    const [first, second, third, fourth] = await attemptsOf(batch);
    assert.ok(first && second && third && fourth);
    const { project } = batch;
    const { opencode } = harness.runs.runtime();
    await rm(first.worktree, { recursive: true });
    await (await opencode.server.ensure()).client(second.worktree).session.delete({ sessionID: second.session });
    await project.git('worktree', 'unlock', third.worktree);
    await project.git('worktree', 'lock', '--reason', 'mine', third.worktree);
    const elsewhere = await project.git('commit-tree', '-m', 'Elsewhere', await project.git('rev-parse', 'HEAD^{tree}'));
    await project.git('update-ref', `refs/heads/${fourth.branch}`, elsewhere);
    await harness.killServer();

    const { output } = await batch.drive();
    const { attempts, tasks, merges } = await batch.outcome();
    assert.deepEqual(
      [attempts[homeless], attempts[silenced], attempts[locked]],
      [['interrupted', 'completed'], ['interrupted', 'completed'], ['completed']],
      output,
    );
    assert.match(output, /The worktree .* was removed, and with it what was not committed\. Its branch task\/.* is kept/);
    assert.match(output, /Its session was deleted on the opencode server\. Its branch is kept/);
    assert.match(output, /was kept: it is locked \(mine\)\. Unlock it with: git worktree unlock/);
    assert.match(await project.git('worktree', 'list', '--porcelain'), /^locked mine$/m);
    assert.ok(existsSync(third.worktree));
    assert.deepEqual(
      tasks.slice(0, 3),
      [homeless, silenced, locked].map(id => `${id}: completed — Did ${id}.`),
    );
    assert.match(
      tasks[3] ?? '',
      new RegExp(`^${moved}: blocked — Failed: Branch task/.* was moved: it no longer holds .*git reflog`),
      output,
    );
    assert.deepEqual(merges, { '01.01.01': 1, '01.01.02': 1, '01.01.03': 1, '01.01.04': 0 });
    assert.equal(await project.git('merge-base', '--is-ancestor', elsewhere, `refs/heads/${fourth.branch}`).then(() => 'kept'), 'kept');
    const records = JSON.parse(await project.read(`work/${streamId}/threads.json`)) as {
      readonly threads: readonly { readonly threadId: string; readonly sessions: readonly { readonly status: string }[] }[];
    };
    for (const thread of ['01.01.01', '01.01.02']) {
      const sessions = records.threads.find(({ threadId }) => threadId === thread)?.sessions.map(({ status }) => status);
      assert.deepEqual(sessions, ['interrupted', 'completed'], thread);
    }
  });

  it('a lock of git that was left in the worktree is put aside, and the work is committed', async () => {
    const batch = await harness.batch({ tasks: ['01.01.01.01'] });
    const { isHit, output: begun } = await batch.drive({
      kind: 'effect.intended',
      effect: 'commit',
      side: 'after',
      victim: 'driver',
      nth: 1,
    });
    assert.ok(isHit, begun);
    const [{ worktree } = { worktree: '' }] = await attemptsOf(batch);
    const gitFolder = path.join(batch.project.root, '.git', 'worktrees', path.basename(worktree));
    await writeFile(path.join(gitFolder, 'index.lock'), '');
    const lock = await readFile(path.join(gitFolder, 'locked'), 'utf8');
    assert.match(lock, /^work: task 01\.01\.01\.01 \(process \d+\)$/m, 'the dead driver’s, which holds nobody back');
    const { output } = await batch.drive();
    assert.match(output, /its lock is kept as .*index\.lock\.left-over/);
    assert.deepEqual((await batch.outcome()).merges, { '01.01.01': 1 }, output);
    assert.equal(existsSync(worktree), false, 'it went with its merge');
  });
});
