import assert from 'node:assert/strict';
import { chmod, rm } from 'node:fs/promises';
import path from 'node:path';
import { Git } from '../../../src/runtime/git/git';
import { fileAt, sizeAt } from '../../../src/runtime/git/worktreeDiff';
import { readReview } from '../../../src/runtime/review/readReview';
import { ReviewFixture } from '../../support/reviewFixture';

const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 4\n';

describe('What is reviewed', () => {
  let fixture: ReviewFixture;
  let git: Git;
  const review = (node: string, isTrusted = true) => readReview({ git, isTrusted: () => isTrusted }, fixture.stream, node);
  const files = async (node: string) =>
    (await review(node)).files.map(({ kind, from, path: name }) => `${kind} ${from === undefined ? '' : `${from} -> `}${name}`);

  beforeEach(async () => {
    fixture = await ReviewFixture.make({ 'a.txt': 'a\n', 'b.txt': 'b\n', 'old.txt': 'one\ntwo\nthree\nfour\n' });
    git = new Git(fixture.repository.root);
  });
  afterEach(() => fixture.repository.dispose());

  it('is of a task what it did, of its thread what all its tasks did, of nothing else', async () => {
    const first = await fixture.finish(await fixture.begin('01.01.01.01'), { 'one.txt': '1\n' });
    const second = await fixture.finish(await fixture.begin('01.01.01.02', first), { 'two.txt': '2\n' });
    const other = await fixture.finish(await fixture.begin('01.01.02.01'), { 'other.txt': 'o\n' });
    assert.deepEqual(await files('01.01.01.01'), ['added one.txt']);
    assert.deepEqual(await files('01.01.01.02'), ['added two.txt']);
    assert.deepEqual(await files('01.01.01'), ['added one.txt', 'added two.txt']);
    await fixture.merge('01.01.02', other);
    await fixture.merge('01.01.01', second);
    assert.deepEqual(await files('01.01.01'), ['added one.txt', 'added two.txt']);
    assert.deepEqual(await files('01.01.02'), ['added other.txt']);
    assert.equal((await review('01.01.01')).head, second);
  });

  it('is of a thread only its own work when it took over what others had merged, and when it goes on after its merge', async () => {
    const other = await fixture.finish(await fixture.begin('01.01.02.01'), { 'other.txt': 'o\n' });
    const attempt = await fixture.begin('01.01.01.01');
    await fixture.finish(attempt, { 'one.txt': '1\n' });
    await fixture.merge('01.01.02', other);
    await fixture.repository.git(['merge', '--quiet', '--no-edit', `work/${fixture.stream}`], attempt.worktree);
    const resolved = await fixture.finish(attempt, { 'one.txt': '1, after the other\n' });
    assert.deepEqual(await files('01.01.01'), ['added one.txt']);
    await fixture.merge('01.01.01', resolved);
    assert.deepEqual(await files('01.01.01'), ['added one.txt']);
    const third = await fixture.finish(await fixture.begin('01.01.03.01'), { 'third.txt': '3\n' });
    await fixture.merge('01.01.03', third);
    const again = await fixture.begin('01.01.01.01');
    await fixture.repository.write({ 'a.txt': 'fixed\n' }, again.worktree);
    assert.deepEqual(await files('01.01.01'), ['modified a.txt']);
  });

  it('is of a batch and a stage what the integration branch took, of the workstream what it has before the user’s branch', async () => {
    for (const [thread, name] of [
      ['01.01.01', 'one.txt'],
      ['01.02.01', 'two.txt'],
      ['02.01.01', 'three.txt'],
    ] as const) {
      await fixture.merge(thread, await fixture.finish(await fixture.begin(`${thread}.01`), { [name]: 'x\n' }));
    }
    assert.deepEqual(await files('01.01'), ['added one.txt']);
    assert.deepEqual(await files('01'), ['added one.txt', 'added two.txt']);
    assert.deepEqual(await files('02'), ['added three.txt']);
    assert.deepEqual(await files(fixture.stream), ['added one.txt', 'added three.txt', 'added two.txt']);
    await fixture.repository.git(['merge', '--quiet', '--ff-only', `work/${fixture.stream}`]); // delivered
    assert.deepEqual(await files(fixture.stream), ['added one.txt', 'added three.txt', 'added two.txt']);
  });

  it('is what stands in the folder while an agent works there, and after one ended without a commit; untrusted, commits alone', async () => {
    const attempt = await fixture.begin('01.01.01.01');
    await fixture.repository.write({ 'new.txt': 'n\n', 'a.txt': 'changed\n' }, attempt.worktree);
    await rm(path.join(attempt.worktree, 'b.txt'));
    const live = ['modified a.txt', 'deleted b.txt', 'added new.txt'];
    assert.deepEqual(await files('01.01.01'), live);
    assert.equal((await review('01.01.01.01')).head, undefined);
    await assert.rejects(review('01.01.01', false), { reason: 'untrusted' });
    await fixture.journal({ kind: 'attempt.finished', attempt: attempt.attempt, outcome: 'failed' });
    assert.deepEqual(await files('01.01.01'), live);
    await fixture.repository.git(['worktree', 'remove', '--force', attempt.worktree]);
    await assert.rejects(review('01.01.01'), { reason: 'nothing-done' });
  });

  it('knows what was added, deleted, renamed, made a program, and submodules; their bytes are git’s, of a pointer the pointer', async () => {
    const attempt = await fixture.begin('01.01.01.01');
    const { worktree } = attempt;
    const binary = Buffer.from([0, 1, 2, 255]);
    await fixture.repository.git(['mv', 'old.txt', 'moved to.txt'], worktree);
    await rm(path.join(worktree, 'b.txt'));
    await chmod(path.join(worktree, 'a.txt'), 0o755);
    await fixture.repository.write({ '.gitmodules': '[submodule "lib"]\n\tpath = lib\n\turl = ./lib\n', 'big.bin': pointer }, worktree);
    await fixture.repository.write({ 'picture.png': binary, 'empty.txt': '', 'crlf.txt': 'x\r\n' }, worktree);
    await fixture.repository.git(['add', '.'], worktree);
    await fixture.repository.git(['update-index', '--add', '--cacheinfo', `160000,${fixture.start},lib`], worktree);
    const commit = await fixture.repository.git(['write-tree'], worktree);
    const head = await fixture.repository.git(['commit-tree', commit, '-p', fixture.start, '-m', 'Work'], worktree);
    await fixture.journal({ kind: 'attempt.finished', attempt: attempt.attempt, outcome: 'completed', commit: head });
    assert.deepEqual(await files('01.01.01'), [
      'added .gitmodules',
      'modified a.txt',
      'deleted b.txt',
      'added big.bin',
      'added crlf.txt',
      'added empty.txt',
      'added lib',
      'renamed old.txt -> moved to.txt',
      'added picture.png',
    ]);
    const bytes = async (name: string) => (await fileAt(git, head, name))?.toString('latin1');
    assert.equal(await bytes('picture.png'), binary.toString('latin1'));
    assert.equal(await bytes('crlf.txt'), 'x\r\n');
    assert.equal(await bytes('big.bin'), pointer);
    assert.equal(await bytes('lib'), `Subproject commit ${fixture.start}\n`);
    assert.equal(await bytes('b.txt'), undefined);
    for (const name of ['picture.png', 'empty.txt', 'lib', 'moved to.txt', 'b.txt']) {
      assert.equal(await sizeAt(git, head, name), (await fileAt(git, head, name))?.length, name);
    }
  });

  it('says in a sentence that a commit is gone, that nothing was done, that nothing was merged', async () => {
    const gone = '1'.repeat(40);
    const attempt = await fixture.begin('01.01.01.01');
    await fixture.journal({ kind: 'attempt.finished', attempt: attempt.attempt, outcome: 'completed', commit: gone });
    await assert.rejects(review('01.01.01'), {
      reason: 'commit-gone',
      message: 'Commit 1111111111 of 01.01.01 is gone from this repository, so its changes cannot be shown.',
    });
    await assert.rejects(fileAt(git, gone, 'a.txt'), { reason: 'unknown-revision', message: /^Commit 1111111111 is gone/ });
    await assert.rejects(sizeAt(git, gone, 'a.txt'), { reason: 'unknown-revision' });
    await assert.rejects(review('01.01.02'), { reason: 'nothing-done', message: 'Nothing was changed in 01.01.02 yet.' });
    await assert.rejects(review('01.01'), { message: /^Nothing of 01\.01 has been merged yet\. / });
    await fixture.repository.git(['branch', '-D', `work/${fixture.stream}`]);
    await assert.rejects(review(fixture.stream), { reason: 'commit-gone', message: /^Branch work\/001-sample does not exist/ });
  });

  it('is nothing, without an error, where what was done is no difference', async () => {
    const commit = await fixture.finish(await fixture.begin('01.01.01.01'), { 'a.txt': 'a\n' });
    assert.deepEqual(await files('01.01.01.01'), []);
    assert.notEqual(commit, fixture.start);
  });
});
