import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Git } from '../../../src/runtime/git/git';
import { GitError } from '../../../src/runtime/git/gitError';
import { lockWorktree, unlockWorktree } from '../../../src/runtime/git/lockWorktree';
import { Removal } from '../../../src/runtime/git/removal';
import { Snapshots } from '../../../src/runtime/git/snapshots';
import { Worktrees } from '../../../src/runtime/git/worktrees';
import { branchHolders, parseWorktreeList } from '../../../src/runtime/git/worktreeList';
import { runGit, temporaryRepository, type TemporaryRepository } from '../../support/gitRepository';
import { recordingLogger } from '../../support/recordingLogger';
import { waitFor } from '../../support/waitFor';

describe('Worktrees', () => {
  let repository: TemporaryRepository;
  let git: Git;
  let worktrees: Worktrees;
  let base: string;

  beforeEach(async () => {
    repository = await temporaryRepository({
      name: 'wörk tree $(x) ; &',
      files: { 'a.txt': 'one\n', 'crlf.txt': 'one\r\ntwo\r\n', '.gitignore': 'build/\n' },
    });
    git = new Git(repository.root);
    worktrees = new Worktrees(git, { directory: path.join(repository.root, '.worktrees') });
    base = await repository.git(['rev-parse', 'HEAD']);
  });
  afterEach(() => repository.dispose());

  const status = (cwd = repository.root) => runGit(['status', '--porcelain', '--untracked-files=all'], cwd);
  const refused = (reason: string) => (error: unknown) => error instanceof GitError && error.reason === reason;

  it('adds a worktree on a new branch that tracks nothing', async () => {
    await repository.git(['config', 'branch.autoSetupMerge', 'always']);
    const { path: place } = await worktrees.add({ name: 'task-1', branch: 'task/1', base: 'main' });
    assert.equal(place, path.join(repository.root, '.worktrees', 'task-1'));
    assert.equal(await runGit(['symbolic-ref', 'HEAD'], place), 'refs/heads/task/1');
    assert.equal(await runGit(['rev-parse', 'HEAD'], place), base);
    assert.equal(await status(place), '');
    assert.equal((await readFile(path.join(place, 'crlf.txt'))).toString(), 'one\r\ntwo\r\n');
    await assert.rejects(repository.git(['config', '--get-regexp', '^branch\\.task/1']));
  });

  it('is not troubled by a failing post-checkout hook', async () => {
    const hook = path.join(repository.root, '.git', 'hooks', 'post-checkout');
    await writeFile(hook, '#!/bin/sh\nexit 1\n');
    await chmod(hook, 0o755);
    await worktrees.add({ name: 'task-1', branch: 'task/1', base });
    assert.equal((await worktrees.list()).length, 2);
  });

  it('keeps its folder out of git status by info/exclude alone, once, below what stands there', async () => {
    const exclude = path.join(repository.root, '.git', 'info', 'exclude');
    await writeFile(exclude, '# mine\r\n*.log');
    const ignore = await readFile(path.join(repository.root, '.gitignore'));
    await worktrees.add({ name: 'task-1', branch: 'task/1', base });
    await worktrees.add({ name: 'task-2', branch: 'task/2', base });
    assert.equal(await readFile(exclude, 'utf8'), '# mine\r\n*.log\n/.worktrees/\n');
    assert.deepEqual(await readFile(path.join(repository.root, '.gitignore')), ignore);
    assert.equal(await status(), '');
    await rm(path.join(repository.root, '.git', 'info'), { recursive: true });
    const odd = new Worktrees(git, { directory: path.join(repository.root, 'trees [a]*\\ #! ') });
    await odd.add({ name: 'task-3', branch: 'task/3', base });
    await repository.write({ 'trees a': 'x' });
    assert.equal(await status(), ['?? .worktrees/task-1/', '?? .worktrees/task-2/', '?? "trees a"'].join('\n'));
  });

  it('writes nothing into a repository whose worktrees are elsewhere, and refuses to keep them where the repository is', async () => {
    const exclude = path.join(repository.root, '.git', 'info', 'exclude');
    const before = await readFile(exclude, 'utf8');
    const outside = new Worktrees(git, { directory: path.join(repository.root, '..', 'trees') });
    const { path: place } = await outside.add({ name: 'task-1', branch: 'task/1', base });
    assert.equal(await readFile(exclude, 'utf8'), before);
    assert.equal(await status(place), '');
    for (const directory of [repository.root, path.dirname(repository.root)]) {
      await assert.rejects(new Worktrees(git, { directory }).add({ name: 'x', branch: 'task/x', base }), refused('outside'));
    }
  });

  it('takes names as one path segment only', async () => {
    for (const name of ['', '.', '..', '../x', 'a/b', 'a\\b', 'a\0b']) {
      assert.throws(() => worktrees.pathOf(name), refused('outside'), JSON.stringify(name));
    }
    const { path: place } = await worktrees.add({ name: '; rm -rf $(x) <script>', branch: 'task/1', base });
    assert.equal(await status(place), '');
  });

  it('says what is wrong with a base, a branch or a folder, and leaves nothing behind', async () => {
    await assert.rejects(worktrees.add({ name: 'a', branch: 'task/a', base: 'nowhere' }), refused('unknown-revision'));
    await assert.rejects(worktrees.add({ name: 'a', branch: '--track', base }), GitError);
    await assert.rejects(worktrees.add({ name: 'a', branch: 'a..b', base }), GitError);
    await repository.git(['branch', 'task']);
    await assert.rejects(worktrees.add({ name: 'a', branch: 'task/a', base }), refused('name-taken'));
    await repository.git(['branch', '-m', 'task', 'other']);
    await worktrees.add({ name: 'a', branch: 'task/a', base });
    await assert.rejects(worktrees.add({ name: 'b', branch: 'task/a', base }), refused('exists'));
    await assert.rejects(worktrees.add({ name: 'a', branch: 'task/b', base }), refused('exists'));
    assert.deepEqual(
      (await worktrees.list()).map(({ branch }) => branch),
      ['main', 'task/a'],
    );
  });

  it('locks one while another is half added', async () => {
    const { path: place } = await worktrees.add({ name: 'one', branch: 'task/one', base: 'main' });
    const half = path.join(repository.root, '.git', 'worktrees', 'half');
    await mkdir(half);
    await writeFile(path.join(half, 'HEAD'), `${base}\n`);
    await writeFile(path.join(half, 'gitdir'), path.join(repository.root, '.worktrees', 'half', '.git'));
    await writeFile(path.join(half, 'commondir'), ''); // git makes the file, then writes it
    const logger = recordingLogger();
    const isRetried = () => logger.lines.some(line => line.includes('Trying again'));
    const locking = lockWorktree(new Git(repository.root, { logger }), place, 'in use');
    await waitFor('a second try', isRetried);
    await rm(half, { recursive: true });
    await locking;
    assert.equal((await worktrees.list()).find(({ path: its }) => its === place)?.locked, 'in use');
    await unlockWorktree(git, place);
    assert.equal((await worktrees.list()).find(({ path: its }) => its === place)?.locked, undefined);
  });

  it('adds twenty at once', async () => {
    const numbers = Array.from({ length: 20 }, (_, index) => index);
    const added = await Promise.all(
      numbers.map(number =>
        new Worktrees(git, { directory: worktrees.directory }).add({ name: `t-${number}`, branch: `task/${number}`, base }),
      ),
    );
    const listed = await worktrees.list();
    assert.deepEqual(listed.map(({ path: place }) => place).sort(), [repository.root, ...added.map(({ path: place }) => place)].sort());
    for (const { path: place } of added) assert.equal(await status(place), '');
  });

  it('works from a root that is a linked worktree itself', async () => {
    const linked = path.join(repository.root, '..', 'linked root');
    await repository.git(['worktree', 'add', '--quiet', '-b', 'linked', linked]);
    const inner = new Git(linked);
    assert.equal(await inner.commonDir(), path.join(repository.root, '.git'));
    const ours = new Worktrees(inner, { directory: path.join(linked, '.worktrees') });
    const { path: place } = await ours.add({ name: 'task-1', branch: 'task/1', base: 'HEAD' });
    assert.equal(await status(linked), '');
    assert.equal(await status(place), '');
    assert.deepEqual(
      (await ours.list()).map(({ path: listed, isMain }) => [listed, isMain]),
      [repository.root, await realpath(linked), await realpath(place)].map((listed, index) => [listed, index === 0]),
    );
    const remove = (directory: string, worktree: string) =>
      new Removal(inner, new Snapshots(inner), { directory }).remove({ worktree, stream: '001-demo', task: '01.01.01.01' });
    assert.equal((await remove(ours.directory, place)).finished, true);
    await assert.rejects(remove(path.dirname(repository.root), linked), refused('checked-out'));
  });

  it('reads branch, detached, locked, bare and names with newlines from the list', () => {
    const listed = parseWorktreeList(
      [
        'worktree /r\nx\0bare\0',
        'worktree /r/a\0HEAD 11\0branch refs/heads/task/1\0locked\0',
        'worktree /r/b\0HEAD 22\0detached\0locked two words\0prunable gone\0',
        '',
      ].join('\0'),
    );
    const at = (place: string) => path.resolve(place);
    assert.deepEqual(listed, [
      { path: at('/r\nx'), isMain: true, head: undefined, branch: undefined, locked: undefined, prunable: undefined },
      { path: at('/r/a'), isMain: false, head: '11', branch: 'task/1', locked: '', prunable: undefined },
      { path: at('/r/b'), isMain: false, head: '22', branch: undefined, locked: 'two words', prunable: 'gone' },
    ]);
  });

  it('knows who holds a branch: a checkout, a rebase, a bisect', async () => {
    const { path: place } = await worktrees.add({ name: 'a', branch: 'task/a', base });
    assert.deepEqual(await branchHolders(git, 'task/a'), [{ path: place, by: 'checkout' }]);
    assert.deepEqual(await branchHolders(git, 'task'), []);
    await repository.write({ 'a.txt': 'theirs\n' }, place);
    await repository.commit('Theirs', place);
    await repository.write({ 'a.txt': 'ours\n' });
    await repository.commit('Ours');
    await assert.rejects(runGit(['rebase', 'main'], place));
    assert.deepEqual(await branchHolders(git, 'task/a'), [{ path: place, by: 'rebase' }]);
    await runGit(['rebase', '--abort'], place);
    await runGit(['bisect', 'start'], place);
    await runGit(['checkout', '--quiet', '--detach'], place);
    assert.deepEqual(await branchHolders(git, 'task/a'), [{ path: place, by: 'bisect' }]);
  });
});
