import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { MergeQueue } from '../../../src/runtime/merge/mergeQueue';
import { runGit, type TemporaryRepository } from '../../support/gitRepository';
import { mergeFixture, type MergeFixture } from './mergeFixture';

describe('The integration worktree', () => {
  let fixture: MergeFixture;
  let repository: TemporaryRepository;
  let queue: MergeQueue;
  let work: MergeFixture['work'];
  const signal = new AbortController().signal;
  const integration = () => fixture.integration;

  beforeEach(async () => {
    fixture = await mergeFixture();
    ({ repository, work } = fixture);
    queue = fixture.newQueue();
    await queue.ensureIntegrationBranch({ base: fixture.base });
    await queue.merge(await work('01.01.01', { 'b.txt': 'b2\n' }), signal);
    fixture.warnings.length = 0;
  });
  afterEach(() => repository.dispose());

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
    await mergeAnother();
    assert.match(fixture.warnings.join('\n'), /a\.txt.*in-the-way\.txt.*left\/over\.txt/);
    assert.equal(existsSync(path.join(integration(), 'left')), false);
    assert.equal(await readFile(path.join(integration(), 'ignored', 'cache'), 'utf8'), 'kept');
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

  for (const [what, damage] of [
    ['its folder is gone', () => rm(integration(), { recursive: true })],
    [
      'a stale index.lock is in it',
      () => writeFile(path.join(repository.root, '.git', 'worktrees', 'integration-001-x', 'index.lock'), ''),
    ],
    ['a repository was left in it', () => runGit(['init', '--quiet', 'left'], integration())],
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
