import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, cp, mkdir, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Git } from '../../../src/runtime/git/git';
import { gitFailure, isGitError } from '../../../src/runtime/git/gitError';
import { Removal } from '../../../src/runtime/git/removal';
import { Snapshots } from '../../../src/runtime/git/snapshots';
import { Worktrees } from '../../../src/runtime/git/worktrees';
import { diskContent } from '../../support/diskContent';
import { runGit, temporaryRepository, type TemporaryRepository } from '../../support/gitRepository';
import { temporaryDirectory } from '../../support/temporaryDirectory';

describe('What git says of a disk that it cannot write', () => {
  for (const [words, reason] of [
    ['error: unable to write loose object file: No space left on device', 'no-space'],
    ["fatal: Unable to create '/r/.git/index.lock': No space left on device", 'no-space'],
    ["fatal: Unable to create '/r/.git/index.lock': Read-only file system", 'read-only'],
    ['error: insufficient permission for adding an object to repository database .git/objects', 'read-only'],
  ] as const) {
    it(`becomes a sentence with a way out: ${words}`, () => {
      const failure = gitFailure(['hash-object'], '/r', 128, words);
      assert.equal(failure.reason, reason);
      assert.match(failure.message, /Nothing is lost; make (room|its \.git folder writable), then try again\.$/);
    });
  }
});

/** A disk of its own of three megabytes; only some systems give one to tests. */
describe('A worktree on a small disk', () => {
  let folder: { readonly path: string; dispose(): Promise<void> };
  let template: TemporaryRepository;
  let root: string;
  let place: string;
  let content: ReadonlyMap<string, string>;
  let snapshots: Snapshots;
  let removal: Removal;
  let directory: string;

  const mount = (...args: string[]) => spawnSync('mount', args).status === 0;
  const filler = () => path.join(folder.path, 'filler');
  /** Leaves so many bytes. */
  const fill = async (left = 0) => {
    await writeFile(filler(), '');
    for (let isFull = false; !isFull;) {
      isFull = await appendFile(filler(), Buffer.alloc(4096)).then(
        () => false,
        () => true,
      );
    }
    await truncate(filler(), Math.max(0, (await stat(filler())).size - left));
  };
  const request = () => ({ worktree: place, stream: '001-demo', task: '01.01.01.01', branch: 'task/a', mergedInto: 'refs/heads/main' });
  const told = (reason: 'no-space' | 'read-only') => (error: unknown) => {
    assert.ok(isGitError(error, reason), String(error));
    assert.match(error.message, /Nothing is lost; make .*, then try again\.$/);
    return true;
  };
  const leftOver = async () => [
    ...(await readdir(path.join(root, '.git', 'work'), { recursive: true }).catch(() => [])).filter(name => name.includes('json')),
    ...(await readdir(path.join(root, '.git'))).filter(name => name.startsWith('work-')),
    ...(await readdir(directory)),
  ];

  beforeEach(async function () {
    folder = await temporaryDirectory();
    template = await temporaryRepository({ files: { 'a.txt': 'one\n' } });
    if (process.platform !== 'linux' || !mount('-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder.path)) this.skip();
    root = path.join(folder.path, 'repository');
    await cp(template.root, root, { recursive: true });
    const git = new Git(root);
    snapshots = new Snapshots(git);
    directory = path.join(root, '.worktrees');
    await mkdir(directory);
    removal = new Removal(git, snapshots, { directory });
    ({ path: place } = await new Worktrees(git, { directory }).add({ name: 'a', branch: 'task/a', base: 'main' }));
    await writeFile(path.join(place, 'big.bin'), randomBytes(500_000));
    content = await diskContent(place);
  });
  afterEach(async () => {
    spawnSync('umount', [folder.path]);
    await folder.dispose();
    await template.dispose();
  });

  it('is not removed while the disk is too full for its snapshot, and that is said', async () => {
    await fill();
    await assert.rejects(removal.remove(request()), told('no-space'));
    assert.deepEqual(await diskContent(place), content);
    assert.deepEqual(await snapshots.list(), []);
    assert.deepEqual(await leftOver(), ['a']);
    await rm(filler());
    assert.equal((await removal.remove(request())).finished, true);
  });

  it('comes back when there is room again, after attempts that leave nothing behind', async () => {
    const { snapshot = '' } = await removal.remove(request());
    for (const left of [0, 60_000, 200_000]) {
      await fill(left);
      await assert.rejects(snapshots.restore(snapshot, directory), told('no-space'));
      assert.deepEqual(await leftOver(), []);
    }
    await rm(filler());
    assert.equal((await snapshots.restore(snapshot, directory)).worktree, place);
    assert.deepEqual(await diskContent(place), content);
    assert.equal((await runGit(['worktree', 'list'], root)).split('\n').length, 2);
  });

  it('stays as it is on a disk that must not be written, and that is said', async () => {
    assert.ok(mount('-o', 'remount,ro', folder.path));
    await assert.rejects(removal.remove(request()), told('read-only'));
    await assert.rejects(snapshots.take(request()), told('read-only'));
    await removal.finish();
    assert.ok(mount('-o', 'remount,rw', folder.path));
    assert.ok(existsSync(path.join(place, 'big.bin')));
    assert.deepEqual(await leftOver(), ['a']);
  });
});
