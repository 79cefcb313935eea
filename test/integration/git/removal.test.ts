import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { lockReason } from '../../../src/domain/worktrees/lockReason';
import { Git } from '../../../src/runtime/git/git';
import { GitError } from '../../../src/runtime/git/gitError';
import { lockWorktree, unlockWorktree } from '../../../src/runtime/git/lockWorktree';
import { Removal, type RemovalDisk } from '../../../src/runtime/git/removal';
import { Snapshots } from '../../../src/runtime/git/snapshots';
import { readTombstones, writeTombstone } from '../../../src/runtime/git/tombstones';
import { Worktrees } from '../../../src/runtime/git/worktrees';
import { diskContent } from '../../support/diskContent';
import { runGit, temporaryRepository, type TemporaryRepository } from '../../support/gitRepository';

describe('Removal', () => {
  let repository: TemporaryRepository;
  let git: Git;
  let worktrees: Worktrees;
  let snapshots: Snapshots;
  let place: string;

  beforeEach(async () => {
    repository = await temporaryRepository({ files: { 'a.txt': 'one\n', 'b.txt': 'two\n', '.gitignore': 'build/\n' } });
    git = new Git(repository.root);
    worktrees = new Worktrees(git, { directory: path.join(repository.root, '.worktrees') });
    snapshots = new Snapshots(git);
    ({ path: place } = await worktrees.add({ name: 'a', branch: 'task/a', base: 'main' }));
  });
  afterEach(() => repository.dispose());

  const real: RemovalDisk = { rename, rm: folder => rm(folder, { recursive: true, force: true }) };
  const removalWith = (disk: Partial<RemovalDisk> = {}, directory = worktrees.directory) =>
    new Removal(git, snapshots, { directory, disk: { ...real, ...disk } });
  const request = () => ({ worktree: place, stream: '001-demo', task: '01.01.01.01', branch: 'task/a', mergedInto: 'refs/heads/main' });
  const refused = (reason: string) => (error: unknown) => error instanceof GitError && error.reason === reason;
  const leftInDirectory = () => readdir(worktrees.directory);
  const openRemovals = async () => (await readdir(path.join(repository.root, '.git', 'work', '.removals')).catch(() => [])).length;
  const inUse = () => Promise.reject(Object.assign(new Error('in use'), { code: 'EBUSY' }));
  const assertRestores = async (ref: string | undefined, disk: ReadonlyMap<string, string>) => {
    assert.ok(ref);
    const { worktree } = await snapshots.restore(ref, worktrees.directory);
    assert.deepEqual(await diskContent(worktree), disk);
  };

  it('takes a clean, merged worktree away with its branch, and needs no snapshot for that', async () => {
    await repository.write({ 'build/out.txt': 'ignored' }, place);
    assert.deepEqual(await removalWith().remove(request()), { snapshot: undefined, branchDeleted: true, finished: true });
    assert.deepEqual(await leftInDirectory(), []);
    assert.equal((await worktrees.list()).length, 1);
    assert.equal(await git.refExists('refs/heads/task/a'), false);
    assert.deepEqual(await snapshots.list(), []);
    assert.equal(await openRemovals(), 0);
  });

  for (const [what, change] of [
    ['a changed file', () => writeFile(path.join(place, 'a.txt'), 'changed')],
    ['a new file', () => writeFile(path.join(place, 'new.txt'), 'new')],
    [
      'a repository inside',
      async () => {
        await runGit(['init', '--quiet', 'inner'], place);
        await writeFile(path.join(place, 'inner', 'x.txt'), 'x');
      },
    ],
    [
      'a change that git was told not to look at',
      async () => {
        await runGit(['update-index', '--assume-unchanged', 'a.txt'], place);
        await writeFile(path.join(place, 'a.txt'), 'hidden');
      },
    ],
    [
      'a commit that is not merged',
      async () => {
        await writeFile(path.join(place, 'a.txt'), 'committed');
        await repository.commit('Not merged', place);
      },
    ],
    [
      'a commit on no branch',
      async () => {
        await runGit(['checkout', '--quiet', '--detach'], place);
        await writeFile(path.join(place, 'a.txt'), 'committed');
        await repository.commit('On no branch', place);
      },
    ],
  ] as const) {
    it(`keeps ${what} in a snapshot before it takes the worktree and the branch away`, async () => {
      await change();
      const disk = await diskContent(place);
      const head = await runGit(['rev-parse', 'HEAD'], place);
      const { snapshot, branchDeleted, finished } = await removalWith().remove(request());
      assert.deepEqual([branchDeleted, finished], [true, true]);
      assert.deepEqual(await leftInDirectory(), []);
      await repository.git(['gc', '--prune=now', '--quiet']);
      await assertRestores(snapshot, disk);
      assert.equal(await runGit(['rev-parse', 'HEAD'], place), head);
    });
  }

  it('keeps a branch that moved on elsewhere', async () => {
    await writeFile(path.join(place, 'new.txt'), 'new');
    await runGit(['checkout', '--quiet', '--detach'], place);
    const later = await repository.git(['commit-tree', '-p', 'main', '-m', 'Later', 'main^{tree}']);
    await repository.git(['branch', '-f', 'task/a', later]);
    assert.equal((await removalWith().remove(request())).branchDeleted, false);
    assert.equal(await git.resolve('refs/heads/task/a'), later);
  });

  it('refuses what is not a worktree of ours, what holds another checkout, and what is locked by the living', async () => {
    const foreign = path.join(repository.root, '..', 'foreign');
    await repository.git(['worktree', 'add', '--quiet', '-b', 'foreign', foreign]);
    await mkdir(path.join(worktrees.directory, 'plain'));
    await symlink(foreign, path.join(worktrees.directory, 'link'), 'junction');
    for (const other of [
      repository.root,
      foreign,
      path.join(worktrees.directory, 'plain'),
      path.join(worktrees.directory, 'link'),
      path.dirname(place),
    ]) {
      await assert.rejects(removalWith().remove({ ...request(), worktree: other }), refused('outside'), other);
      assert.ok(existsSync(other));
    }
    await assert.rejects(
      removalWith({}, path.dirname(repository.root)).remove({ ...request(), worktree: repository.root }),
      refused('checked-out'),
    );
    await repository.git(['worktree', 'add', '--quiet', '-b', 'inner', path.join(place, 'build', 'inner')]);
    await assert.rejects(removalWith().remove(request()), refused('checked-out'));
    await repository.git(['worktree', 'remove', path.join(place, 'build', 'inner')]);
    for (const reason of ['mine', lockReason('task 01.01.01.01', process.pid)]) {
      await lockWorktree(git, place, reason);
      await assert.rejects(removalWith().remove(request()), refused('locked'));
      await unlockWorktree(git, place);
    }
    assert.ok(existsSync(path.join(place, 'a.txt')));
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    await lockWorktree(git, place, lockReason('task 01.01.01.01', gone));
    assert.equal((await removalWith().remove(request())).finished, true);
  });

  it('keeps a worktree of which something cannot be kept', async () => {
    const small = new Snapshots(git, { limits: { file: 10, all: 10 } });
    await writeFile(path.join(place, 'big.bin'), 'more than ten bytes');
    const removal = new Removal(git, small, { directory: worktrees.directory });
    await assert.rejects(removal.remove(request()), { reason: 'too-large', paths: ['big.bin'] });
    assert.ok(existsSync(path.join(place, 'big.bin')));
    assert.ok(await git.refExists('refs/heads/task/a'));
    await removal.remove({ ...request(), consent: { largeFiles: true } });
    assert.equal(existsSync(place), false);
  });

  it('loses nothing to a program that writes until the folder is out of its reach', async () => {
    let times = 0;
    const removal = removalWith({
      rename: async (from, to) => {
        if (from === place && times++ === 0) await writeFile(path.join(place, 'late.txt'), 'late');
        await rename(from, to);
      },
    });
    const { snapshot, finished } = await removal.remove(request());
    assert.equal(finished, true);
    await assertRestores(
      snapshot,
      new Map([
        ['.gitignore', 'file build/\n'],
        ['a.txt', 'file one\n'],
        ['b.txt', 'file two\n'],
        ['late.txt', 'file late'],
      ]),
    );
  });

  it('gives up on a worktree that something goes on changing, and leaves it where it is', async () => {
    let times = 0;
    const removal = removalWith({
      rename: async (from, to) => {
        if (from === place) await writeFile(path.join(place, 'late.txt'), String(times++));
        await rename(from, to);
      },
    });
    await assert.rejects(removal.remove(request()), refused('dirty'));
    assert.ok(existsSync(path.join(place, 'late.txt')));
    assert.equal((await worktrees.list()).length, 2);
    assert.equal(await openRemovals(), 0);
  });

  it('deletes at the next start what was in use, whether the folder could be moved or not', async () => {
    await writeFile(path.join(place, 'new.txt'), 'new');
    const disk = await diskContent(place);
    const held = await removalWith({ rm: inUse }).remove(request());
    assert.equal(held.finished, false);
    assert.equal(existsSync(place), false);
    assert.equal((await leftInDirectory()).length, 1);
    await removalWith().finish();
    assert.deepEqual([await leftInDirectory(), await openRemovals()], [[], 0]);
    await assertRestores(held.snapshot, disk);

    const { branch } = await snapshots.get(held.snapshot ?? '');
    assert.equal((await removalWith({ rename: inUse }).remove({ ...request(), branch: branch ?? undefined })).finished, false);
    assert.ok(existsSync(path.join(place, 'new.txt')));
    await writeFile(path.join(place, 'later.txt'), 'later');
    const after = await diskContent(place);
    await removalWith().finish();
    assert.deepEqual([await leftInDirectory(), await openRemovals()], [[], 0]);
    const [latest] = await snapshots.list();
    await assertRestores(latest?.ref, after);
  });

  it('forgets one whose folder somebody deleted', async () => {
    await rm(place, { recursive: true });
    assert.deepEqual(await removalWith().remove(request()), { snapshot: undefined, branchDeleted: true, finished: true });
    assert.equal((await worktrees.list()).length, 1);
    assert.equal(await removalWith().isGone(place), true);
  });

  it('leaves alone what another living process is removing', async () => {
    const held = removalWith({ rename: inUse });
    await writeFile(path.join(place, 'new.txt'), 'new');
    await held.remove(request());
    const [tombstone] = await readTombstones(git);
    assert.ok(tombstone);
    const other = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
    try {
      await writeTombstone(git, { ...tombstone, pid: other.pid });
      await removalWith().finish();
      assert.ok(existsSync(path.join(place, 'new.txt')));
      await assert.rejects(removalWith().remove(request()), refused('locked'));
    } finally {
      other.kill();
      await once(other, 'close');
    }
    await removalWith().finish();
    assert.deepEqual([await leftInDirectory(), await openRemovals()], [[], 0]);
  });
});
