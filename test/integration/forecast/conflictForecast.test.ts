import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { silentLogger } from '../../../src/common/logger';
import type { ForeseenConflict } from '../../../src/domain/merge/foreseen';
import { ConflictForecast, type ThreadPlace } from '../../../src/runtime/forecast/conflictForecast';
import { Git } from '../../../src/runtime/git/git';
import { presentCommit } from '../../../src/runtime/git/presentCommit';
import { runGit, temporaryRepository, type TemporaryRepository } from '../../support/gitRepository';

describe('The conflict forecast', () => {
  let repository: TemporaryRepository;
  let git: Git;
  let places: ThreadPlace[];
  let told: (readonly ForeseenConflict[])[];
  let forecast: ConflictForecast;

  beforeEach(async () => {
    repository = await temporaryRepository({
      files: { 'a.txt': 'one\n', 'b.txt': 'one\n', '.gitignore': 'out/\n.worktrees/\n', 'work/001-x/tasks.json': '[]\n' },
    });
    git = new Git(repository.root);
    await repository.git(['branch', 'work/001-x']);
    places = [];
    told = [];
    forecast = new ConflictForecast({
      git,
      streamId: '001-x',
      logger: silentLogger,
      places: () => places,
      known: () => told.at(-1) ?? [],
      tell: conflicts => told.push(conflicts),
    });
  });
  afterEach(async () => {
    await forecast.stop();
    await repository.dispose();
  });

  /** A thread's worktree with these files in it, not committed. */
  const thread = async (id: string, files: Readonly<Record<string, string>>) => {
    const worktree = path.join(repository.root, '.worktrees', id);
    await repository.git(['worktree', 'add', '--quiet', '-b', `task/${id}`, worktree, 'main']);
    await repository.write(files, worktree);
    places.push({ thread: id, worktree });
    return worktree;
  };
  /** Looks until nothing is to be looked at any longer. */
  const look = () => forecast.look();
  const everyRef = () => repository.git(['for-each-ref']);

  it('names the two threads and the file they both change, and nobody else, while nothing of it is committed', async () => {
    const one = await thread('01.01.01', { 'a.txt': 'first\n' });
    await thread('01.01.02', { 'a.txt': 'second\n', 'new.txt': 'n' });
    await thread('01.01.03', { 'b.txt': 'third\n' });
    const refs = await everyRef();
    const index = path.join(repository.root, '.git', 'worktrees', '01.01.01', 'index');
    const before = [await readFile(index), (await stat(index)).mtimeMs];
    await look();
    assert.deepEqual(told, [[{ thread: '01.01.01', other: '01.01.02', files: ['a.txt'] }]]);
    assert.equal(await everyRef(), refs, 'no ref is made or moved');
    assert.deepEqual([await readFile(index), (await stat(index)).mtimeMs], before, 'the index is not touched');
    assert.equal(await runGit(['status', '--porcelain'], one), ' M a.txt');
  });

  it('is told once, and taken back when it is no longer true', async () => {
    await thread('01.01.01', { 'a.txt': 'first\n' });
    const two = await thread('01.01.02', { 'a.txt': 'second\n' });
    await look();
    await look();
    assert.equal(told.length, 1);
    await repository.write({ 'a.txt': 'first\n' }, two);
    await look();
    assert.deepEqual(told.slice(1), [[]], 'the same change twice is no conflict');
  });

  it('sees new files, commits and what is on the integration branch; state files and ignored ones count for nothing', async () => {
    const one = await thread('01.01.01', { 'new.txt': 'first\n', 'out/x': 'first', 'work/001-x/tasks.json': '["a"]\n' });
    await repository.commit('One', one);
    await thread('01.01.02', { 'new.txt': 'second\n', 'out/x': 'second', 'work/001-x/tasks.json': '["b"]\n', 'a.txt': 'second\n' });
    const other = await thread('x', { 'a.txt': 'landed\n' });
    places.pop();
    await repository.git(['update-ref', 'refs/heads/work/001-x', await repository.commit('Landed', other)]);
    await look();
    assert.deepEqual(told, [
      [
        { thread: '01.01.01', other: '01.01.02', files: ['new.txt'] },
        { thread: '01.01.02', other: null, files: ['a.txt'] },
      ],
    ]);
  });

  it('goes on without a worktree that is gone, and says nothing of a thread that landed meanwhile', async () => {
    await thread('01.01.01', { 'a.txt': 'first\n' });
    await thread('01.01.02', { 'a.txt': 'second\n' });
    places.unshift({ thread: '01.01.00', worktree: path.join(repository.root, 'gone') });
    await look();
    assert.equal(told.at(-1)?.length, 1);
    places.pop();
    await look();
    assert.deepEqual(told.at(-1), []);
  });

  it('leaves out what is too large to look at', async () => {
    const one = await thread('01.01.01', { 'large.bin': 'x'.repeat(1_000_001), 'small.txt': 's' });
    const commit = (await presentCommit(git, one)) ?? '';
    assert.equal(await repository.git(['diff', '--name-only', 'main', commit]), 'small.txt');
    assert.equal(await presentCommit(git, one), commit, 'the same content is the same commit');
    assert.equal(await presentCommit(git, repository.root), await repository.git(['rev-parse', 'main']));
  });
});
