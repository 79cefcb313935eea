import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isServerWorktree } from '../../../src/domain/worktrees/serverWorktree';
import { Snapshots } from '../../../src/runtime/git/snapshots';
import { worktreeKeeping } from '../../../src/runtime/run/worktreeKeeping';
import { systemClock } from '../../../src/common/clock';
import { recordingLogger } from '../../support/recordingLogger';
import { diskContent } from '../../support/diskContent';
import { RunHarness, streamId, working, type Project } from '../../support/runHarness';

describe('With work.worktrees.provider set to opencode', function () {
  this.timeout(300_000);
  let harness: RunHarness;
  before(async () => {
    harness = await RunHarness.start(4737);
  });
  after(() => harness.dispose());

  const settings = (more: Readonly<Record<string, unknown>> = {}) => ({ 'work.worktrees.provider': 'opencode', ...more });
  const attemptOf = async (project: Project) => {
    const attempt = (await project.snapshot()).stages[0]?.batches[0]?.threads[0]?.tasks.at(-1)?.attempts.at(-1);
    assert.ok(attempt?.worktree !== undefined && attempt.branch !== undefined);
    return { worktree: attempt.worktree, branch: attempt.branch };
  };
  const listedByServer = async (project: Project) => {
    const connection = await project.runtime.opencode.server.ensure();
    return (await connection.client(project.root).worktree.list()).data ?? [];
  };

  it('a batch is carried out in worktrees of the server, each task from where the one before ended, and they go with it', async () => {
    harness.model.addScript(working('01.01.01.01', '[[write a.txt|one]]'));
    harness.model.addScript(working('01.01.01.02', '[[bash cp a.txt b.txt]]'));
    const project = await harness.project({
      settings: settings(),
      tasks: { '01.01.01.01': 'pending', '01.01.01.02': 'pending' },
    });
    const report = await project.run('01.01');
    assert.deepEqual(report.kind === 'finished' && report.result.merged, ['01.01.01'], JSON.stringify([report, await project.tasks()]));
    assert.equal(await project.git('show', `refs/heads/work/${streamId}:a.txt`), 'one');
    assert.equal(await project.git('show', `refs/heads/work/${streamId}:b.txt`), 'one');
    const { worktree, branch } = await attemptOf(project);
    assert.ok(isServerWorktree(worktree) && !worktree.startsWith(project.root), worktree);
    assert.match(branch, /^opencode\/task-01-01-01-02-\d+$/);
    assert.ok(!existsSync(path.join(project.root, '.worktrees', path.basename(worktree))));
    assert.equal(existsSync(worktree), false, 'it went with its merge');
    assert.equal(await project.git('branch', '--list', 'opencode/*'), '');
    assert.doesNotMatch(await project.git('worktree', 'list'), /opencode/);
    assert.deepEqual(await listedByServer(project), []);
  });

  it('a worktree is removed with a snapshot of what nobody committed, and comes back where it was with every byte', async () => {
    harness.model.addScript(working('01.01.01.01', '[[write a.txt|one]]'));
    const project = await harness.project({ settings: settings({ 'work.cleanup.onSuccess': 'keep' }) });
    await project.run('01.01');
    const { worktree, branch } = await attemptOf(project);
    await writeFile(path.join(worktree, 'mine.txt'), 'not committed\r\n');
    const before = await diskContent(worktree);
    assert.deepEqual(await listedByServer(project), [worktree]);

    const { provided } = worktreeKeeping(project.repository.git, project.runtime.opencode, {
      directory: path.join(project.root, '.worktrees'),
      clock: systemClock,
      logger: recordingLogger(),
    });
    await project.git('worktree', 'lock', worktree);
    await assert.rejects(provided.remove(project.root, worktree), /it is locked/, 'the server is asked for nothing that we would not do');
    await project.git('worktree', 'unlock', worktree);
    assert.deepEqual(await diskContent(worktree), before);

    const removed = await project.repository.removeWorktree({
      worktree,
      stream: streamId,
      task: '01.01.01.01',
      branch,
      mergedInto: `refs/heads/work/${streamId}`,
    });
    assert.deepEqual({ ...removed, snapshot: undefined }, { snapshot: undefined, branchDeleted: true, finished: true });
    assert.equal(existsSync(worktree), false);
    assert.deepEqual(await listedByServer(project), []);
    const restored = await project.repository.restoreWorktree(removed.snapshot ?? '');
    assert.deepEqual(restored, { worktree, branch });
    assert.deepEqual(await diskContent(worktree), before);
    assert.equal((await new Snapshots(project.repository.git).list()).length, 1);

    await provided.remove(project.root, worktree);
    assert.equal(existsSync(worktree), false);
    const [latest, first] = await new Snapshots(project.repository.git).list();
    assert.notEqual(latest?.ref, first?.ref, 'it was kept before the server deleted it');
    await project.repository.restoreWorktree(latest?.ref ?? '');
    assert.deepEqual(await diskContent(worktree), before);
  });
});
