import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Git } from '../../../src/runtime/git/git';
import { Snapshots } from '../../../src/runtime/git/snapshots';
import type { MergeQueue } from '../../../src/runtime/merge/mergeQueue';
import { diskContent } from '../../support/diskContent';
import { runGit, type TemporaryRepository } from '../../support/gitRepository';
import { mergeFixture, type MergeFixture } from './mergeFixture';

describe('The integration worktree', () => {
  let fixture: MergeFixture;
  let repository: TemporaryRepository;
  let queue: MergeQueue;
  let work: MergeFixture['work'];
  let snapshots: Snapshots;
  const signal = new AbortController().signal;
  const integration = () => fixture.integration;

  beforeEach(async () => {
    fixture = await mergeFixture();
    ({ repository, work } = fixture);
    queue = fixture.newQueue();
    snapshots = new Snapshots(new Git(repository.root));
    await queue.ensureIntegrationBranch({ base: fixture.base });
    await queue.merge(await work('01.01.01', { 'b.txt': 'b2\n' }), signal);
    fixture.warnings.length = 0;
  });
  afterEach(() => repository.dispose());

  const restoreLatest = async () => {
    const [latest] = await snapshots.list();
    return (await snapshots.restore(latest?.ref ?? '', path.dirname(integration()))).worktree;
  };
  const mergeAnother = async () => {
    const outcome = await queue.merge(await work('01.01.02', { 'c.txt': 'c\n', 'in-the-way.txt': 'ours\n' }), signal);
    assert.equal(outcome.kind, 'landed');
    assert.equal(await readFile(path.join(integration(), 'c.txt'), 'utf8'), 'c\n');
    assert.equal(await runGit(['status', '--porcelain'], integration()), '');
  };

  it('is cleared of what was left in it, by name, ignored files aside', async () => {
    await repository.write(
      { 'a.txt': 'changed\n', 'in-the-way.txt': 'theirs\n', 'left/over.txt': 'x', 'ignored/cache': 'kept' },
      integration(),
    );
    const disk = await diskContent(integration());
    await mergeAnother();
    assert.match(
      fixture.warnings.join('\n'),
      /a\.txt.*in-the-way\.txt.*left\/over\.txt.* kept in refs\/work\/snapshots\/001-x\/integration\/1\./,
    );
    assert.equal(existsSync(path.join(integration(), 'left')), false);
    assert.equal(await readFile(path.join(integration(), 'ignored', 'cache'), 'utf8'), 'kept');
    const restored = await diskContent(await restoreLatest());
    assert.deepEqual(
      [...restored],
      [...disk].filter(([name]) => !name.startsWith('ignored/')),
    );
  });

  it('keeps a commit that somebody made in it and that no branch holds', async () => {
    await repository.write({ 'a.txt': 'committed here\n' }, integration());
    const commit = await repository.commit('Here', integration());
    await mergeAnother();
    assert.match(fixture.warnings.join('\n'), /held commits of its own.* kept in refs\/work\/snapshots\//);
    await repository.git(['reflog', 'expire', '--expire=now', '--all']);
    await repository.git(['gc', '--prune=now', '--quiet']);
    assert.equal(await runGit(['rev-parse', 'HEAD'], await restoreLatest()), commit);
  });

  it('keeps no candidate of ours that did not land, nor what is in commits anyway', async () => {
    const outcome = await queue.merge<string>(await work('01.01.03', { 'd.txt': 'd\n' }), signal, () => Promise.resolve('red'));
    assert.equal(outcome.kind, 'rejected');
    await mergeAnother();
    assert.deepEqual([await snapshots.list(), fixture.warnings], [[], []]);
  });

  it('is left as it is when something in it cannot be kept, and nothing is merged', async () => {
    const large = path.join(integration(), 'large.bin');
    await writeFile(large, '');
    await truncate(large, 51 << 20);
    const before = await repository.git(['rev-parse', 'refs/heads/work/001-x']);
    await assert.rejects(mergeAnother(), /^GitError: Nothing can be merged while .* large\.bin \(51 MB\)/);
    assert.ok(existsSync(large));
    assert.equal(await repository.git(['rev-parse', 'refs/heads/work/001-x']), before);
  });

  it('moves no branch that somebody checked out in it', async () => {
    await runGit(['switch', '--quiet', '-c', 'somebody'], integration());
    const before = await repository.git(['rev-parse', 'somebody']);
    await mergeAnother();
    assert.equal(await repository.git(['rev-parse', 'somebody']), before);
  });

  it('recovers from a merge that was left half done', async () => {
    const other = await work('01.01.03', { 'b.txt': 'conflicting\n' });
    await assert.rejects(runGit(['merge', other.tip], integration()));
    await mergeAnother();
  });

  it('keeps the repository that was left in it, and is made anew', async () => {
    await runGit(['init', '--quiet', 'left'], integration());
    await writeFile(path.join(integration(), 'left', 'x.txt'), 'x');
    const disk = await diskContent(integration());
    await mergeAnother();
    assert.match(fixture.warnings.join('\n'), /made anew/);
    assert.deepEqual(await diskContent(await restoreLatest()), disk);
    assert.deepEqual(await readdir(path.dirname(integration())), [
      'integration-001-x',
      'integration-001-x-restored',
      't-01.01.01',
      't-01.01.02',
    ]);
  });

  for (const [what, damage] of [
    ['its folder is gone', () => rm(integration(), { recursive: true })],
    [
      'a stale index.lock is in it',
      () => writeFile(path.join(repository.root, '.git', 'worktrees', 'integration-001-x', 'index.lock'), ''),
    ],
    [
      'its addition was cut off',
      async () => {
        const own = path.join(repository.root, '.git', 'worktrees', 'integration-001-x');
        await writeFile(path.join(own, 'locked'), 'initializing');
        await writeFile(path.join(own, 'index.lock'), '');
        await rm(path.join(own, 'index'));
        await rm(path.join(integration(), 'a.txt'));
      },
    ],
  ] as const) {
    it(`is made anew when ${what}`, async () => {
      await damage();
      await mergeAnother();
      assert.match(fixture.warnings.join('\n'), /made anew/);
    });
  }
});
