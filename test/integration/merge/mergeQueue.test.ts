import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { MergeQueue } from '../../../src/runtime/merge/mergeQueue';
import { runGit, type TemporaryRepository } from '../../support/gitRepository';
import { mergeFixture, type MergeFixture } from './mergeFixture';

const ref = 'refs/heads/work/001-x';

const digest = (content: Buffer) => createHash('sha256').update(content).digest('hex');

/** Every byte of a checkout, with git's own record of it: index, HEAD and the user's branch. */
async function fingerprint(root: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  const visit = async (folder: string) => {
    for (const entry of await readdir(path.join(root, folder), { withFileTypes: true })) {
      const name = path.join(folder, entry.name);
      if (name === '.git' || name === '.worktrees') continue;
      if (entry.isDirectory()) await visit(name);
      else files[name] = digest(await readFile(path.join(root, name)));
    }
  };
  await visit('.');
  for (const name of ['index', 'HEAD', 'refs/heads/main', 'ORIG_HEAD', 'MERGE_HEAD', 'FETCH_HEAD', 'logs/HEAD', 'config']) {
    const content = await readFile(path.join(root, '.git', name)).catch(() => undefined);
    files[`.git/${name}`] = content ? digest(content) : 'absent';
  }
  return files;
}

describe('MergeQueue', () => {
  let fixture: MergeFixture;
  let repository: TemporaryRepository;
  let queue: MergeQueue;
  let base: string;
  let work: MergeFixture['work'];
  const signal = new AbortController().signal;

  beforeEach(async () => {
    fixture = await mergeFixture();
    ({ repository, base, work } = fixture);
    queue = fixture.newQueue();
  });
  afterEach(() => repository.dispose());

  const tip = () => repository.git(['rev-parse', ref]);
  const candidates = () => repository.git(['for-each-ref', 'refs/work/candidates']);

  describe('the integration branch', () => {
    it('is created at the user’s commit, checked out nowhere', async () => {
      assert.deepEqual(await queue.ensureIntegrationBranch({ base }), { kind: 'created', tip: base });
      assert.deepEqual(await queue.ensureIntegrationBranch({ base }), { kind: 'unchanged', tip: base });
      assert.equal(await repository.git(['symbolic-ref', 'HEAD']), 'refs/heads/main');
    });

    it('follows the user’s branch while it has nothing of its own, and never goes back', async () => {
      await queue.ensureIntegrationBranch({ base });
      await repository.write({ 'a.txt': 'a2\n' });
      const next = await repository.commit('Next');
      assert.deepEqual(await queue.ensureIntegrationBranch({ base: next }), { kind: 'forwarded', tip: next, before: base });
      assert.deepEqual(await queue.ensureIntegrationBranch({ base }), { kind: 'ahead', tip: next });
    });

    it('stays where it is when both went their own way', async () => {
      await queue.ensureIntegrationBranch({ base });
      await queue.merge(await work('01.01.01', { 'b.txt': 'b2\n' }), signal);
      const before = await tip();
      await repository.write({ 'a.txt': 'a2\n' });
      const next = await repository.commit('Next');
      assert.deepEqual(await queue.ensureIntegrationBranch({ base: next }), { kind: 'diverged', tip: before, base: next });
      assert.equal(await tip(), before);
    });

    it('is not moved under somebody who has it checked out', async () => {
      await queue.ensureIntegrationBranch({ base });
      await repository.write({ 'a.txt': 'a2\n' });
      const next = await repository.commit('Next');
      await repository.git(['switch', '--quiet', 'work/001-x']);
      await assert.rejects(queue.ensureIntegrationBranch({ base: next }), { reason: 'checked-out' });
      await assert.rejects(queue.merge(await work('01.01.01', { 'b.txt': 'b2\n' }), signal), { reason: 'checked-out' });
      assert.equal(await tip(), base);
      assert.equal(await repository.git(['status', '--porcelain']), '');
    });

    it('cannot be created without a commit, or where a branch is in the way', async () => {
      await assert.rejects(queue.ensureIntegrationBranch({ base: '' }), { reason: 'no-commit' });
      await repository.git(['branch', 'work']);
      await assert.rejects(queue.ensureIntegrationBranch({ base }), { reason: 'name-taken' });
    });
  });

  describe('merging', () => {
    beforeEach(() => queue.ensureIntegrationBranch({ base }));

    it('lands a thread as a commit with two parents and touches nothing of the user’s', async () => {
      await repository.write({ 'a.txt': 'dirty\n', 'untracked.txt': 'u', 'staged.txt': 's', 'ignored/x': 'i' });
      await repository.git(['add', 'staged.txt']);
      const request = await work('01.01.01', { 'b.txt': 'b2\n', 'new.txt': 'n' });
      const before = await fingerprint(repository.root);
      const outcome = await queue.merge(request, signal);
      assert.deepEqual(outcome, { kind: 'landed', commit: await tip(), before: base, leftOut: [], byRule: [] });
      assert.deepEqual(await fingerprint(repository.root), before);
      assert.equal(
        await repository.git(['log', '-1', '--format=%P|%s|%(trailers:key=Thread,valueonly)', ref]),
        `${base} ${request.tip}|Merge thread 01.01.01|01.01.01\n`,
      );
      assert.equal(await candidates(), '');
      assert.equal(await runGit(['status', '--porcelain'], fixture.integration), '');
      await assert.rejects(runGit(['symbolic-ref', '-q', 'HEAD'], fixture.integration));
      assert.equal(await repository.git(['fsck', '--strict']), '');
    });

    it('squashes when it is told to', async () => {
      const request = await work('01.01.01', { 'b.txt': 'b2\n' });
      const squashing = fixture.newQueue('squash');
      const outcome = await squashing.merge(request, signal);
      assert.equal(await repository.git(['log', '-1', '--format=%P', ref]), base);
      assert.deepEqual(await squashing.merge(request, signal), outcome);
    });

    it('takes threads one at a time, each on top of the one before', async () => {
      const requests = [
        await work('01.01.01', { '1.txt': '1' }),
        await work('01.01.02', { '2.txt': '2' }),
        await work('01.01.03', { '3.txt': '3' }),
      ];
      const outcomes = await Promise.all(requests.map(request => queue.merge(request, signal)));
      const landed = outcomes.map(outcome => (outcome.kind === 'landed' ? outcome : assert.fail(outcome.kind)));
      assert.deepEqual(
        landed.map(({ before }) => before),
        [base, landed[0]?.commit, landed[1]?.commit],
      );
      assert.equal(await repository.git(['ls-tree', '--name-only', ref, '1.txt', '2.txt', '3.txt']), '1.txt\n2.txt\n3.txt');
    });

    it('names files and both sides of a conflict, moves nothing, and goes on with the next', async () => {
      await queue.merge(await work('01.01.01', { 'a.txt': 'one\n' }), signal);
      const before = await tip();
      const request = await work('01.01.02', { 'a.txt': 'two\n' });
      const [conflict, next] = await Promise.all([
        queue.merge(request, signal),
        queue.merge(await work('01.01.03', { 'c.txt': 'c' }), signal),
      ]);
      assert.deepEqual(conflict, { kind: 'conflict', files: ['a.txt'], ours: before, theirs: request.tip });
      assert.equal(next.kind, 'landed');
      assert.equal(await candidates(), '');
    });

    it('takes a thread that changed nothing for a success without a commit', async () => {
      assert.deepEqual(await queue.merge(await work('01.01.01', {}), signal), { kind: 'empty', leftOut: [] });
      assert.equal(await tip(), base);
    });

    it('keeps state files as they are and says so', async () => {
      const outcome = await queue.merge(await work('01.01.01', { 'work/001-x/tasks.json': '["agent"]\n', 'c.txt': 'c' }), signal);
      assert.deepEqual(outcome, { kind: 'landed', commit: await tip(), before: base, leftOut: ['work/001-x/tasks.json'], byRule: [] });
      assert.equal(await repository.git(['show', `${ref}:work/001-x/tasks.json`]), '[]');
    });

    it('lands a request once, however often it is asked', async () => {
      const request = await work('01.01.01', { 'b.txt': 'b2\n' });
      const outcome = await queue.merge(request, signal);
      await queue.merge(await work('01.01.02', { 'c.txt': 'c' }), signal);
      const after = await tip();
      assert.deepEqual(await fixture.newQueue().merge(request, signal), outcome);
      assert.equal(await tip(), after);
    });

    it('builds anew when somebody moves the branch, and gives up the second time', async () => {
      const elsewhere = await repository.git(['commit-tree', '-p', base, '-m', 'By hand', `${base}^{tree}`]);
      const request = await work('01.01.01', { 'b.txt': 'b2\n' });
      let moves = 0;
      const outcome = await queue.merge(request, signal, async () => {
        if (moves++ === 0) await repository.git(['update-ref', ref, elsewhere]);
        return undefined;
      });
      assert.deepEqual(outcome, { kind: 'landed', commit: await tip(), before: elsewhere, leftOut: [], byRule: [] });
      let last = '';
      const moved = await queue.merge(await work('01.01.02', { 'c.txt': 'c' }), signal, async ({ before }) => {
        last = await repository.git(['commit-tree', '-p', before, '-m', 'By hand again', `${before}^{tree}`]);
        await repository.git(['update-ref', ref, last]);
        return undefined;
      });
      assert.deepEqual([moved.kind, moved.kind === 'moved' && moved.actual], ['moved', last]);
      assert.equal(await tip(), last);
      assert.equal(await candidates(), '');
    });

    it('shows the candidate to a validation before anything moves, pinned and checked out', async () => {
      const request = await work('01.01.01', { 'b.txt': 'b2\n' });
      const outcome = await queue.merge<string>(request, signal, async ({ commit, before, worktree }) => {
        assert.equal(before, base);
        assert.equal(await tip(), base);
        assert.equal(await repository.git(['rev-parse', 'refs/work/candidates/001-x/01.01.01']), commit);
        assert.equal(await runGit(['rev-parse', 'HEAD'], worktree), commit);
        assert.equal(await readFile(path.join(worktree, 'b.txt'), 'utf8'), 'b2\n');
        return 'tests are red';
      });
      assert.equal(outcome.kind === 'rejected' && outcome.reason, 'tests are red');
      assert.equal(await tip(), base);
      assert.equal(await candidates(), '');
    });

    it('stops between steps when it is aborted, and moves nothing', async () => {
      const abort = new AbortController();
      const first = queue.merge(await work('01.01.01', { 'b.txt': 'b2\n' }), abort.signal, () => {
        abort.abort();
        return Promise.resolve(undefined);
      });
      const waiting = queue.merge(await work('01.01.02', { 'c.txt': 'c' }), abort.signal);
      await assert.rejects(first, { name: 'AbortError' });
      await assert.rejects(waiting, { name: 'AbortError' });
      assert.equal(await tip(), base);
      assert.equal(await candidates(), '');
    });

    it('says when the work or the branch is gone', async () => {
      const request = await work('01.01.01', { 'b.txt': 'b2\n' });
      await assert.rejects(queue.merge({ ...request, tip: 'f'.repeat(40) }, signal), { reason: 'unknown-revision' });
      await repository.git(['update-ref', '-d', ref]);
      await assert.rejects(queue.merge(request, signal), { reason: 'unknown-revision' });
    });
  });
});
