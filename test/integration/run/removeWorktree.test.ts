import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GitError } from '../../../src/runtime/git/gitError';
import { Snapshots } from '../../../src/runtime/git/snapshots';
import { worktreeUse } from '../../../src/runtime/model/worktreeUse';
import { diskContent } from '../../support/diskContent';
import { RunHarness, streamId, working } from '../../support/runHarness';
import { waitFor } from '../../support/waitFor';

describe('A repository’s worktree', function () {
  this.timeout(300_000);
  let harness: RunHarness;
  before(async () => {
    harness = await RunHarness.start(4733);
  });
  after(() => harness.dispose());

  it('is kept while a batch works in it, goes with a snapshot afterwards, and comes back with every byte', async () => {
    const project = await harness.project({ settings: { 'work.cleanup.onSuccess': 'keep' } });
    const { repository } = project;
    harness.model.addScript(working('01.01.01.01', '[[write a.txt|a]]', '[[gate]]'));
    const running = project.run('01.01');
    await waitFor('the agent to work', () => harness.model.waiting === 1, {
      timeout: 150_000, // the server is started first
      describe: () => project.tasks(),
    });
    const attempt = async () => (await project.snapshot()).stages[0]?.batches[0]?.threads[0]?.tasks[0]?.attempts[0];
    const worktree = (await attempt())?.worktree ?? '';
    const branch = (await attempt())?.branch;
    const request = { worktree, stream: streamId, task: '01.01.01.01', branch, mergedInto: `refs/heads/work/${streamId}` };
    const inUse = (error: unknown) =>
      error instanceof GitError && error.reason === 'locked' && error.message.includes('task 01.01.01.01 is worked on there');
    const lock = async () => (await project.git('worktree', 'list', '--porcelain')).split('\n').filter(line => line.startsWith('locked'));
    assert.deepEqual(await lock(), [`locked work: task 01.01.01.01 (process ${process.pid})`]);
    await assert.rejects(project.git('worktree', 'remove', '--force', worktree), /locked working tree, lock reason: work: task/);
    await assert.rejects(repository.removeWorktree(request), inUse);
    const other = harness.runtime().repository(project.root); // another program; it does not drive
    await assert.rejects(other.removeWorktree(request), inUse);
    assert.equal(await project.git('-C', worktree, 'rev-parse', '--is-inside-work-tree'), 'true', 'it is untouched');

    harness.model.release();
    await running;
    assert.deepEqual(await lock(), []);
    const use = { commonDir: path.join(project.root, '.git'), directory: path.join(project.root, '.worktrees'), worktree };
    assert.equal(await worktreeUse(repository.files, use), undefined, 'the batch ended');
    await writeFile(path.join(worktree, 'mine.txt'), 'not committed\r\n');
    const before = await diskContent(worktree);
    const removed = await repository.removeWorktree(request);
    assert.deepEqual({ ...removed, snapshot: undefined }, { snapshot: undefined, branchDeleted: true, finished: true });
    assert.ok(!(await project.git('worktree', 'list')).includes(path.basename(worktree)));
    const [kept] = await new Snapshots(repository.git).list();
    assert.equal(kept?.ref, removed.snapshot);
    const restored = await repository.restoreWorktree(removed.snapshot ?? '');
    assert.equal(restored.worktree, worktree);
    assert.deepEqual(await diskContent(worktree), before);
  });
});
