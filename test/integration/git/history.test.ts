import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { branchTip, changedFiles, commitsBetween } from '../../../src/runtime/git/history';
import { Git } from '../../../src/runtime/git/git';
import { temporaryRepository } from '../../support/gitRepository';

describe('History', () => {
  it('tells what changed between two commits, and by which commits', async () => {
    const long = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join('');
    const repository = await temporaryRepository({
      files: { 'a.txt': 'one\ntwo\n', 'old ñame.txt': long, 'gone.txt': 'x\n', 'same.txt': 's' },
    });
    try {
      const git = new Git(repository.root);
      const base = await repository.git(['rev-parse', 'HEAD']);
      await repository.write({ 'a.txt': 'one\n2\n3\n', 'new\tname.txt': `${long}more\n`, 'bin.dat': Buffer.from([0, 1, 2]) });
      await rm(path.join(repository.root, 'gone.txt'));
      await rm(path.join(repository.root, 'old ñame.txt'));
      const first = await repository.commit('First: $(x)');
      const second = await repository.commit('Second');
      assert.deepEqual(await changedFiles(git, base, second), [
        { path: 'a.txt', oldPath: undefined, kind: 'modified', additions: 2, deletions: 1 },
        { path: 'bin.dat', oldPath: undefined, kind: 'added', additions: undefined, deletions: undefined },
        { path: 'gone.txt', oldPath: undefined, kind: 'deleted', additions: 0, deletions: 1 },
        { path: 'new\tname.txt', oldPath: 'old ñame.txt', kind: 'renamed', additions: 1, deletions: 0 },
      ]);
      assert.deepEqual(await changedFiles(git, second, second), []);
      const commits = await commitsBetween(git, base, second);
      assert.deepEqual(
        commits.map(({ sha, parents, title, author }) => ({ sha, parents, title, author })),
        [
          { sha: first, parents: [base], title: 'First: $(x)', author: 'Ada Test <ada@example.com>' },
          { sha: second, parents: [first], title: 'Second', author: 'Ada Test <ada@example.com>' },
        ],
      );
      assert.equal(await branchTip(git, 'main'), second);
      assert.equal(await branchTip(git, 'nowhere'), undefined);
    } finally {
      await repository.dispose();
    }
  });
});
