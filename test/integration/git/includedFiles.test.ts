import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { lstat, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { silentLogger } from '../../../src/common/logger';
import { Git } from '../../../src/runtime/git/git';
import { Worktrees } from '../../../src/runtime/git/worktrees';
import { runGit, temporaryRepository, type TemporaryRepository } from '../../support/gitRepository';

/** Links need rights on Windows, and it has no executable files: such tests exist elsewhere only. */
const onUnix = (title: string, test: () => Promise<void>) => (process.platform === 'win32' ? undefined : it(title, test));

describe('Copying what .worktreeinclude names', () => {
  let repository: TemporaryRepository;
  let worktrees: Worktrees;
  let warnings: string[];
  let place: string;

  const open = async (files: Record<string, string>) => {
    repository = await temporaryRepository({ name: 'with spaces ü', files });
    warnings = [];
    worktrees = new Worktrees(new Git(repository.root), {
      directory: path.join(repository.root, '.worktrees'),
      logger: { ...silentLogger, warn: message => warnings.push(message) },
    });
    place = (await worktrees.add({ name: 'a', branch: 'task/a', base: 'HEAD' })).path;
  };
  afterEach(() => repository.dispose());

  it('copies ignored files by the rules of .gitignore, at any depth, with nested lists and exceptions', async () => {
    await open({
      '.gitignore': '.env*\nsecrets/\n*.local\n',
      '.worktreeinclude': '# local settings\n.env*\n!.env.example\n/secrets/\n',
      'packages/api/.worktreeinclude': 'own.local\n/top.local\n',
      'packages/api/index.js': '',
    });
    await repository.write({
      '.env': 'A=1\r\n',
      '.env.example': 'A=',
      'packages/web/.env.test': 'B=2',
      'secrets/deep/kéy with space': 'k',
      'packages/api/own.local': '1',
      'packages/api/deep/own.local': '2',
      'packages/api/deep/top.local': 'no',
      'packages/web/own.local': 'no',
    });
    assert.deepEqual(await worktrees.copyIncluded(place), [
      '.env',
      'packages/api/deep/own.local',
      'packages/api/own.local',
      'packages/web/.env.test',
      'secrets/deep/kéy with space',
    ]);
    assert.equal(await readFile(path.join(place, '.env'), 'utf8'), 'A=1\r\n');
    assert.equal(await runGit(['status', '--porcelain'], place), '');
    assert.deepEqual(warnings, []);
  });

  it('copies nothing without a list', async () => {
    await open({ '.gitignore': '.env\n' });
    await repository.write({ '.env': 'A=1' });
    assert.deepEqual(await worktrees.copyIncluded(place), []);
  });

  it('never copies what git would commit, what is tracked, or what is there already', async () => {
    await open({ '.gitignore': '*.local\n', '.worktreeinclude': 'a.txt\nnotes.txt\n*.local\n', 'a.txt': 'committed' });
    await repository.write({ 'a.txt': 'changed here', 'notes.txt': 'not ignored', 'b.local': 'from main' });
    await repository.write({ 'b.local': 'already here' }, place);
    assert.deepEqual(await worktrees.copyIncluded(place), []);
    assert.equal(await readFile(path.join(place, 'a.txt'), 'utf8'), 'committed');
    assert.equal(await readFile(path.join(place, 'b.local'), 'utf8'), 'already here');
    assert.equal(existsSync(path.join(place, 'notes.txt')), false);
    assert.equal(warnings.length, 2);
  });

  it('leaves other worktrees and nested repositories alone', async () => {
    await open({ '.gitignore': '*.local\ninner/\n', '.worktreeinclude': '*\n' });
    await repository.write({ 'x.local': 'x' });
    await repository.write({ 'x.local': 'of a' }, place);
    await runGit(['init', '--quiet', 'inner'], repository.root);
    await repository.write({ 'inner/x.local': 'x' });
    const other = await worktrees.add({ name: 'b', branch: 'task/b', base: 'HEAD' });
    assert.deepEqual(await worktrees.copyIncluded(other.path), ['x.local']);
  });

  onUnix('makes plain files of links and follows none out of the repository or the worktree', async () => {
    await open({ '.gitignore': '*.local\n', '.worktreeinclude': '*.local\n', 'conf/a.txt': 'a' });
    const outside = path.join(repository.root, '..', 'outside');
    await mkdir(outside);
    await writeFile(path.join(outside, 'secret'), 's');
    await repository.write({ 'real.local': 'r', 'conf/x.local': 'x', 'run.local': '#!' });
    await symlink('real.local', path.join(repository.root, 'inner.local'));
    await symlink(path.join(outside, 'secret'), path.join(repository.root, 'outer.local'));
    await symlink(outside, path.join(repository.root, 'folder.local'));
    await symlink('nowhere', path.join(repository.root, 'broken.local'));
    await runGit(['rm', '--quiet', '-r', 'conf'], place);
    await symlink(outside, path.join(place, 'conf'));
    assert.deepEqual(await worktrees.copyIncluded(place), ['inner.local', 'real.local', 'run.local']);
    assert.ok((await lstat(path.join(place, 'inner.local'))).isFile());
    assert.equal(await readFile(path.join(place, 'inner.local'), 'utf8'), 'r');
    assert.equal(existsSync(path.join(outside, 'x.local')), false);
    assert.equal(warnings.length, 4);
  });

  onUnix('keeps a file executable', async () => {
    await open({ '.gitignore': '*.local\n', '.worktreeinclude': '*.local\n' });
    await writeFile(path.join(repository.root, 'run.local'), '#!/bin/sh\n', { mode: 0o755 });
    await worktrees.copyIncluded(place);
    assert.equal((await stat(path.join(place, 'run.local'))).mode & 0o100, 0o100);
  });
});
