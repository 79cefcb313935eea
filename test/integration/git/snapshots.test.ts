import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, chmod, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Git } from '../../../src/runtime/git/git';
import { SnapshotError } from '../../../src/runtime/git/snapshotError';
import { Snapshots } from '../../../src/runtime/git/snapshots';
import { Worktrees } from '../../../src/runtime/git/worktrees';
import { diskContent } from '../../support/diskContent';
import { runGit, temporaryRepository, type TemporaryRepository } from '../../support/gitRepository';

const posix = process.platform !== 'win32';
const stream = '001-demo';
const task = '01.01.01.01';

describe('Snapshots', () => {
  let repository: TemporaryRepository;
  let git: Git;
  let worktrees: Worktrees;
  let snapshots: Snapshots;
  let place: string;

  beforeEach(async () => {
    repository = await temporaryRepository({
      name: 'wörk tree',
      files: {
        'a.txt': 'one\n',
        'b/c.txt': 'two\n',
        'b/d.txt': 'three\n',
        'run.sh': '#!/bin/sh\n',
        '.gitignore': 'build/\n*.log\n',
        '.gitattributes': '*.up filter=up\n*.crlf text eol=crlf\n*.auto text=auto\n',
        'kept.up': 'LOUD\n',
        'kept.crlf': 'one\ntwo\n',
      },
    });
    await repository.git(['config', 'filter.up.clean', 'tr a-z A-Z']);
    await repository.git(['config', 'filter.up.smudge', 'tr A-Z a-z']);
    git = new Git(repository.root);
    worktrees = new Worktrees(git, { directory: path.join(repository.root, '.worktrees') });
    snapshots = new Snapshots(git);
    ({ path: place } = await worktrees.add({ name: 'task-a', branch: 'task/a', base: 'main' }));
  });
  afterEach(() => repository.dispose());

  const inside = (...names: string[]) => path.join(place, ...names);
  const here = (...args: string[]) => runGit(args, place);
  const status = (cwd: string) => runGit(['status', '--porcelain=v2', '--branch', '--untracked-files=all'], cwd);
  const take = () => snapshots.take({ worktree: place, stream, task });
  const refused =
    (reason: string, ...paths: string[]) =>
    (error: unknown) => {
      assert.ok(error instanceof SnapshotError, String(error));
      assert.equal(error.reason, reason);
      assert.deepEqual(error.paths, paths);
      return true;
    };
  const removeByForce = async () => {
    await repository.git(['worktree', 'remove', '--force', '--force', place]);
    await repository.git(['branch', '-D', 'task/a']).catch(() => undefined);
    await repository.git(['gc', '--prune=now', '--quiet']);
  };
  const innerRepository = async (folder: string) => {
    await mkdir(inside(folder), { recursive: true });
    await runGit(['init', '--quiet', '--initial-branch=main'], inside(folder));
    await appendFile(inside(folder, '.git', 'config'), '[user]\n\tname = In\n\temail = in@example.com\n');
    await repository.write({ 'in.txt': 'inner\n', 'in.log': 'not ignored here\n' }, inside(folder));
  };

  const contents: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['nothing changed, with filters between git and the disk', () => Promise.resolve()],
    [
      'a changed, a deleted, a renamed and a new file',
      async () => {
        await writeFile(inside('a.txt'), 'changed');
        await rm(inside('b', 'c.txt'));
        await rename(inside('b', 'd.txt'), inside('e.txt'));
        await repository.write({ 'new/deep/file.txt': 'new', 'empty.txt': '' }, place);
      },
    ],
    [
      'changes that are staged, and changed again',
      async () => {
        await writeFile(inside('a.txt'), 'staged');
        await writeFile(inside('n.txt'), 'staged');
        await here('add', 'a.txt', 'n.txt');
        await here('rm', '--quiet', '--cached', 'b/d.txt');
        await writeFile(inside('a.txt'), 'and changed');
        await rm(inside('n.txt'));
      },
    ],
    [
      'a file that was replaced by a folder, and a folder by a file',
      async () => {
        await rm(inside('a.txt'));
        await repository.write({ 'a.txt/inside.txt': 'x' }, place);
        await rm(inside('b'), { recursive: true });
        await writeFile(inside('b'), 'a file now');
      },
    ],
    [
      'line ends and filters that git would change',
      async () => {
        await writeFile(inside('mixed.auto'), 'one\r\ntwo\nthree\r\n');
        await writeFile(inside('kept.crlf'), 'one\ntwo\r\nthree');
        await writeFile(inside('kept.up'), 'Quiet Or Loud\n');
        await writeFile(inside('new.up'), 'Both\n');
        await writeFile(inside('bytes.auto'), Buffer.from([0, 13, 10, 255, 13, 10]));
      },
    ],
    [
      'files that git was told not to look at',
      async () => {
        await here('update-index', '--assume-unchanged', 'a.txt');
        await here('update-index', '--skip-worktree', 'run.sh');
        await writeFile(inside('a.txt'), 'hidden change');
        await writeFile(inside('run.sh'), 'hidden too');
      },
    ],
    [
      'a file outside a sparse checkout',
      async () => {
        await here('sparse-checkout', 'set', '--no-cone', '/a.txt', '/.gitignore');
        assert.equal(existsSync(inside('b')), false);
        await repository.write({ 'b/c.txt': 'back, and changed\n' }, place);
      },
    ],
    [
      'a merge with conflicts',
      async () => {
        await repository.write({ 'a.txt': 'theirs\n' });
        await repository.commit('Theirs');
        await writeFile(inside('a.txt'), 'ours\n');
        await repository.commit('Ours', place);
        await assert.rejects(here('merge', 'main'));
        assert.match(await readFile(inside('a.txt'), 'utf8'), /<<<<<<</);
      },
    ],
    [
      'a lock that somebody left on the index',
      async () => {
        await writeFile(inside('a.txt'), 'changed');
        await writeFile(path.join(await here('rev-parse', '--absolute-git-dir'), 'index.lock'), '');
      },
    ],
    [
      'a branch without a commit',
      async () => {
        await here('checkout', '--quiet', '--orphan', 'fresh');
        await writeFile(inside('a.txt'), 'fresh');
      },
    ],
    [
      'a detached commit that no branch holds',
      async () => {
        await here('checkout', '--quiet', '--detach');
        await writeFile(inside('a.txt'), 'lost\n');
        await repository.commit('On no branch', place);
        await writeFile(inside('a.txt'), 'lost, and changed\n');
      },
    ],
    ['a repository without a commit', () => innerRepository('inner')],
    [
      'a repository with commits and changes, and another one inside it',
      async () => {
        await innerRepository('inner');
        await repository.commit('Inner', inside('inner'));
        await writeFile(inside('inner', 'in.txt'), 'changed');
        await innerRepository('inner/deep/er');
        await repository.commit('Deeper', inside('inner', 'deep', 'er'));
      },
    ],
    [
      'a repository whose id is in the index',
      async () => {
        await innerRepository('inner');
        await repository.commit('Inner', inside('inner'));
        await here('-c', 'advice.addEmbeddedRepo=false', 'add', 'inner');
        await writeFile(inside('inner', 'in.txt'), 'changed');
      },
    ],
    [
      'a folder called .git that is no repository, a broken link to one, empty folders',
      async () => {
        await repository.write(
          { 'plain/.git/notes.txt': 'not git', 'plain/x.txt': 'x', 'broken/.git': 'gitdir: ../nowhere\n', 'broken/y.txt': 'y' },
          place,
        );
        await mkdir(inside('hollow', 'inner'), { recursive: true });
      },
    ],
    ...(posix
      ? [
          [
            'links, programs and names that are hard to write',
            async () => {
              await chmod(inside('a.txt'), 0o755);
              await symlink('a.txt', inside('link'));
              await symlink('nowhere\nat all', inside('dangling'));
              await symlink('b', inside('folder link'));
              await rm(inside('run.sh'));
              await symlink('a.txt', inside('run.sh'));
              for (const name of [
                'new\nline',
                '"quoted"',
                "it's",
                ' space ',
                '-rf',
                'tab\t',
                'ends\r',
                '%',
                '%41',
                'git~1',
                'back\\slash',
                '.git ',
                'ünï',
                '🚀',
                '.GIT',
                'a:b',
                '$(x)',
              ]) {
                await writeFile(inside(name), `content of ${name}`);
              }
              await writeFile(Buffer.concat([Buffer.from(`${place}/`), Buffer.from([0xff, 0xfe, 0x80])]), 'no text');
              await mkdir(inside('%.git'));
              await writeFile(inside('%.git', 'x'), 'x');
            },
          ] as const,
        ]
      : []),
  ];

  for (const [what, change] of contents) {
    it(`brings back ${what}, byte for byte, with index and branch`, async () => {
      await change();
      const [disk, state] = [await diskContent(place), await status(place)];
      const staged = await here('diff', '--cached', '--raw', '--no-renames', '--ignore-submodules=none').catch(() => '');
      const { ref } = await take();
      assert.deepEqual(await diskContent(place), disk);
      assert.equal(await status(place), state);
      await removeByForce();
      const restored = await snapshots.restore(ref, worktrees.directory);
      assert.equal(restored.worktree, place);
      assert.deepEqual(await diskContent(place), disk);
      if (what.startsWith('a merge')) return; // what is in conflict is told, not brought back
      assert.equal(await status(place), state);
      assert.equal(await here('diff', '--cached', '--raw', '--no-renames', '--ignore-submodules=none').catch(() => ''), staged);
    });
  }

  it('brings back a submodule with its changes and with commits that exist nowhere else', async () => {
    const library = await temporaryRepository({ files: { 'lib.txt': 'lib\n' } });
    try {
      await here('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library.root, 'lib');
      await repository.commit('With a submodule', place);
      await appendFile(
        path.join(await runGit(['rev-parse', '--absolute-git-dir'], inside('lib')), 'config'),
        '[user]\n\tname = In\n\temail = in@example.com\n',
      );
      await writeFile(inside('lib', 'lib.txt'), 'only here\n');
      const only = await repository.commit('Only here', inside('lib'));
      await writeFile(inside('lib', 'lib.txt'), 'and changed\n');
      const { ref } = await take();
      await removeByForce();
      await snapshots.restore(ref, worktrees.directory);
      assert.equal(await readFile(inside('lib', 'lib.txt'), 'utf8'), 'and changed\n');
      assert.equal(await runGit(['rev-parse', 'HEAD'], inside('lib')), only);
      assert.equal(await runGit(['show', 'HEAD:lib.txt'], inside('lib')), 'only here');
    } finally {
      await library.dispose();
    }
  });

  it('says what it did not keep, and in the middle of what the worktree was', async () => {
    await repository.write({ 'build/out.bin': 'x', 'x.log': 'x' }, place);
    if (posix) execFileSync('mkfifo', [inside('pipe')]);
    await repository.write({ 'a.txt': 'theirs\n' });
    const theirs = await repository.commit('Theirs');
    await writeFile(inside('a.txt'), 'ours\n');
    await repository.commit('Ours', place);
    await assert.rejects(here('merge', 'main'));
    const snapshot = await take();
    assert.deepEqual(snapshot.notKept, { ignored: ['build', 'x.log'], special: posix ? ['pipe'] : [], state: [`MERGE_HEAD ${theirs}`] });
  });

  it('lists what was taken with all that is known of it, newest first, and tells merged from unmerged', async () => {
    const head = await here('rev-parse', 'HEAD');
    await writeFile(inside('a.txt'), 'changed');
    const first = await new Snapshots(git, { clock: { now: () => 1000 } }).take({ worktree: place, stream, task, attempt: `${task}#1` });
    await here('checkout', '--quiet', '--detach');
    const lost = await repository.commit('On no branch', place);
    const second = await new Snapshots(git, { clock: { now: () => 2000 } }).take({ worktree: place, stream, task });
    assert.equal(first.ref, `refs/work/snapshots/${stream}/${task}/1`);
    assert.equal(second.ref, `refs/work/snapshots/${stream}/${task}/2`);
    const [listedSecond, listedFirst, ...others] = await snapshots.list();
    assert.deepEqual([listedSecond, listedFirst, others], [second, first, []]);
    assert.deepEqual([first.head, first.branch, first.attempt, first.takenAt, first.unmerged], [head, 'task/a', `${task}#1`, 1000, false]);
    assert.deepEqual([second.head, second.branch, second.unmerged], [lost, null, true]);
    assert.equal(
      first.size,
      [...(await diskContent(place)).values()].reduce(
        (sum, text) => sum + (text === 'folder' ? 0 : text.length - text.indexOf(' ') - 1),
        0,
      ),
    );
    await assert.rejects(snapshots.restore('refs/work/snapshots/x/y/1', worktrees.directory), refused('unknown-snapshot'));
  });

  it('comes back beside what is in the way, and never moves a branch', async () => {
    await writeFile(inside('a.txt'), 'changed');
    const { ref } = await take();
    const again = await snapshots.restore(ref, worktrees.directory);
    assert.deepEqual(again, { worktree: `${place}-restored`, branch: 'task/a-restored' });
    const third = await snapshots.restore(ref, worktrees.directory);
    assert.deepEqual(third, { worktree: `${place}-restored-2`, branch: 'task/a-restored-2' });
    await repository.git(['worktree', 'remove', '--force', place]);
    const tip = await repository.git(['commit-tree', '-p', 'task/a', '-m', 'Later', 'task/a^{tree}']);
    await repository.git(['branch', '-f', 'task/a', tip]);
    assert.deepEqual(await snapshots.restore(ref, worktrees.directory), { worktree: place, branch: 'task/a-restored-3' });
    assert.equal(await repository.git(['rev-parse', 'task/a']), tip);
  });

  it('refuses large files that git does not track until somebody agrees, and names them', async () => {
    const small = new Snapshots(git, { limits: { file: 1000, all: 5000 } });
    await writeFile(inside('big.bin'), Buffer.alloc(1001));
    await writeFile(inside('a.txt'), Buffer.alloc(9000));
    await assert.rejects(small.take({ worktree: place, stream, task }), refused('too-large', 'big.bin'));
    assert.deepEqual(await snapshots.list(), []);
    const { ref } = await small.take({ worktree: place, stream, task, consent: { largeFiles: true } });
    assert.ok(ref);
    await rm(inside('big.bin'));
    for (let number = 0; number < 6; number++) await writeFile(inside(`part-${number}`), Buffer.alloc(900));
    await assert.rejects(
      small.take({ worktree: place, stream, task }),
      (error: unknown) => error instanceof SnapshotError && error.paths.length === 6,
    );
  });

  it('refuses to keep what git would not give back', async () => {
    const object = await here('rev-parse', 'HEAD:a.txt');
    const file = path.join(repository.root, '.git', 'objects', object.slice(0, 2), object.slice(2));
    const other = await here('rev-parse', 'HEAD:run.sh');
    await chmod(file, 0o644);
    await writeFile(file, await readFile(path.join(repository.root, '.git', 'objects', other.slice(0, 2), other.slice(2))));
    await assert.rejects(take(), refused('damaged'));
    assert.deepEqual(await snapshots.list(), []);
  });

  it('takes a worktree again that changes meanwhile, and gives up on one that never rests', async () => {
    let changes = 0;
    let most = 1;
    class Restless extends Git {
      override async input(...args: Parameters<Git['input']>) {
        if (args[0][0] === 'commit-tree' && changes < most) await writeFile(inside('restless.txt'), String(changes++));
        return super.input(...args);
      }
    }
    const restless = new Snapshots(new Restless(repository.root));
    const { id } = await restless.take({ worktree: place, stream, task });
    assert.equal(await repository.git(['show', `${id}:restless.txt`]), '0');
    most = Infinity;
    await assert.rejects(restless.take({ worktree: place, stream, task }), refused('changing', 'restless.txt'));
    assert.equal((await snapshots.list()).length, 1);
  });

  it('names a file and a folder that cannot be read, and keeps nothing', async function () {
    if (!posix) return this.skip();
    await repository.write({ 'secret.txt': 'x', 'closed/x.txt': 'x' }, place);
    await chmod(inside('secret.txt'), 0);
    await chmod(inside('closed'), 0);
    const asNobody = process.getuid?.() === 0;
    // The superuser may read everything: the repository is given to somebody who may not.
    if (asNobody) {
      execFileSync('chown', ['-R', '65534:65534', path.dirname(repository.root)]);
      process.seteuid?.(65534);
    }
    try {
      const theirs = new Git(repository.root, {
        environment: { ...process.env, HOME: path.dirname(repository.root), XDG_CONFIG_HOME: undefined },
      });
      await assert.rejects(new Snapshots(theirs).take({ worktree: place, stream, task }), refused('unreadable', 'closed', 'secret.txt'));
    } finally {
      if (asNobody) process.seteuid?.(0);
      await chmod(inside('closed'), 0o755);
    }
    await assert.rejects(repository.git(['show-ref', '--quiet', '--verify', `refs/work/snapshots/${stream}/${task}/1`]));
  });
});
