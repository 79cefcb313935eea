import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Git } from '../../../src/runtime/git/git';
import { Snapshots } from '../../../src/runtime/git/snapshots';
import { Worktrees } from '../../../src/runtime/git/worktrees';
import { diskContent } from '../../support/diskContent';
import { runGit, temporaryRepository, type TemporaryRepository } from '../../support/gitRepository';
import { recordingLogger } from '../../support/recordingLogger';
import { restoreStream, restoreTask } from '../../support/restoreChild';

const tool = path.join(path.dirname(fileURLToPath(import.meta.url)), 'restoring.tool.mjs');

describe('A restoration that was killed', () => {
  let repository: TemporaryRepository;
  let git: Git;
  let snapshots: Snapshots;
  let directory: string;
  let place: string;
  let ref: string;
  let before: ReadonlyMap<string, string>;
  let said: readonly string[];

  beforeEach(async () => {
    repository = await temporaryRepository({ files: { 'a.txt': 'one\n', 'b/c.txt': 'two\n' } });
    git = new Git(repository.root);
    const recording = recordingLogger();
    said = recording.lines;
    snapshots = new Snapshots(git, { logger: recording });
    directory = path.join(repository.root, '.worktrees');
    ({ path: place } = await new Worktrees(git, { directory }).add({ name: 'a', branch: 'task/a', base: 'main' }));
    await repository.write({ 'a.txt': 'committed\n' }, place);
    await repository.commit('Work', place);
    await repository.write({ 'a.txt': 'changed\r\n', 'new.txt': 'new' }, place);
    before = await diskContent(place);
    ({ ref } = await snapshots.take({ worktree: place, stream: restoreStream, task: restoreTask }));
    await repository.git(['worktree', 'remove', '--force', place]);
    await repository.git(['branch', '-D', 'task/a']);
  });
  afterEach(() => repository.dispose());

  /** Restores in a process that kills itself at that point; whether it did. */
  const killAt = (point: string | number) => {
    const { signal } = spawnSync(process.execPath, [tool, 'restore', repository.root, place, ref, String(point)]);
    return signal === 'SIGKILL';
  };
  const killAfterAdding = () => {
    assert.ok(killAt('after worktree add'));
    assert.ok(existsSync(path.join(place, '.git')));
  };
  const own = (...names: string[]) => path.join(repository.root, '.git', ...names);
  const lockOfBranch = () => own('refs', 'heads', 'task', 'a.lock');
  const assertComesBack = async () => {
    assert.deepEqual(await snapshots.restore(ref, directory), { worktree: place, branch: 'task/a' });
    assert.deepEqual(await diskContent(place), before);
    assert.equal(await runGit(['branch', '--show-current'], place), 'task/a');
    assert.deepEqual(await readdir(directory), ['a']);
    assert.deepEqual(await readdir(own('work', '.restorations')), []);
    assert.equal(existsSync(lockOfBranch()), false);
    assert.equal((await runGit(['worktree', 'list'], repository.root)).split('\n').length, 2);
  };

  it('is made anew in the same place and on the same branch, wherever it was cut', async function () {
    this.timeout(120_000); // a dozen processes
    let points = 0;
    for (let point = 1; killAt(point); point += 5, points++) {
      await assertComesBack();
      await repository.git(['worktree', 'remove', '--force', place]);
      await repository.git(['branch', '-D', 'task/a']);
    }
    assert.ok(points > 5, `only ${points} points`);
  });

  for (const [what, spoil] of [
    ['whose link to the repository was not written yet', () => writeFile(path.join(place, '.git'), '')],
    ['that git still calls unfinished', () => writeFile(own('worktrees', 'a', 'locked'), 'initializing')],
    [
      'whose link was not written and that git still calls unfinished',
      async () => {
        await writeFile(path.join(place, '.git'), '');
        await writeFile(own('worktrees', 'a', 'locked'), 'initializing');
      },
    ],
    [
      'of which git does not know yet where it is',
      async () => {
        await writeFile(own('worktrees', 'a', 'gitdir'), '');
        await rm(path.join(place, '.git'));
      },
    ],
    [
      'whose lock has no reason yet',
      async () => {
        await writeFile(own('worktrees', 'a', 'locked'), '');
        await rm(path.join(place, '.git'));
      },
    ],
  ] as const) {
    it(`is made anew after a worktree ${what}`, async () => {
      killAfterAdding();
      await spoil();
      await assertComesBack();
    });
  }

  it('leaves no lock on the branch that it was about to make', async () => {
    assert.ok(killAt('before update-ref -m work refs/heads/task/a'));
    await mkdir(path.dirname(lockOfBranch()), { recursive: true });
    await writeFile(lockOfBranch(), '');
    await assertComesBack();
  });

  it('is cleared away by the next start, with the branch that was made for it, and told', async () => {
    killAfterAdding();
    await snapshots.finish();
    assert.deepEqual(await readdir(directory), []);
    assert.equal(await git.resolve('refs/heads/task/a'), undefined);
    assert.equal((await runGit(['worktree', 'list'], repository.root)).split('\n').length, 1);
    assert.ok(
      said.some(line => line.includes(place) && line.includes(ref)),
      said.join('\n'),
    );
    await assertComesBack();
  });

  for (const [what, name, content] of [
    ['a file of somebody', 'mine.txt', 'mine'],
    ['a change of somebody', 'a.txt', 'edited'],
  ] as const) {
    it(`stays with ${what} in it, which is named, and comes back beside it`, async () => {
      killAfterAdding();
      await writeFile(path.join(place, name), content);
      const restored = await snapshots.restore(ref, directory);
      assert.equal(restored.worktree, `${place}-restored`);
      assert.deepEqual(await diskContent(restored.worktree), before);
      assert.equal((await diskContent(place)).get(name), `file ${content}`);
      assert.ok(
        said.some(line => line.includes(place) && line.includes(name)),
        said.join('\n'),
      );
    });
  }

  it('is left alone while the program that is at it lives', async () => {
    killAfterAdding();
    const note = own('work', '.restorations', 'a.json');
    await writeFile(note, (await readFile(note, 'utf8')).replace(/"pid":\d+/, `"pid":${process.ppid}`));
    await writeFile(own('worktrees', 'a', 'locked'), 'initializing');
    await snapshots.finish();
    assert.ok(existsSync(path.join(place, '.git')));
  });
});

describe('A snapshot that was killed', () => {
  it('leaves no index and no lock behind', async () => {
    const repository = await temporaryRepository({ files: { 'a.txt': 'one\n' } });
    try {
      const git = new Git(repository.root);
      const snapshots = new Snapshots(git);
      const own = path.join(repository.root, '.git');
      const temporaries = async () => (await readdir(own)).filter(name => name.startsWith('work-snapshot-'));
      await writeFile(path.join(repository.root, 'a.txt'), 'changed');
      spawnSync(process.execPath, [tool, 'take', repository.root, repository.root, '-', 'before read-tree --empty']);
      assert.equal((await temporaries()).length, 1);
      const living = path.join(own, `work-snapshot-${process.ppid}-x`);
      await mkdir(living);
      await snapshots.finish();
      assert.deepEqual(await temporaries(), [path.basename(living)]);

      const lock = path.join(own, 'refs', 'work', 'snapshots', restoreStream, restoreTask, '1.lock');
      await mkdir(path.dirname(lock), { recursive: true });
      await writeFile(lock, '');
      const { ref } = await snapshots.take({ worktree: repository.root, stream: restoreStream, task: restoreTask });
      assert.equal(await runGit(['rev-parse', `${ref}:a.txt`], repository.root), await runGit(['hash-object', 'a.txt'], repository.root));
      assert.equal(existsSync(lock), false);
    } finally {
      await repository.dispose();
    }
  });
});
