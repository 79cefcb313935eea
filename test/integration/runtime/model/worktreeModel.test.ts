import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Emitter } from '../../../../src/common/event';
import { silentLogger } from '../../../../src/common/logger';
import { untranslated } from '../../../../src/common/translate';
import { lockReason } from '../../../../src/domain/worktrees/lockReason';
import { worktreeRow } from '../../../../src/domain/worktrees/worktreeRow';
import { WorkFiles } from '../../../../src/runtime/files/workFiles';
import { Git } from '../../../../src/runtime/git/git';
import { pruneWorktrees } from '../../../../src/runtime/git/pruneWorktrees';
import { snapshotMessage, type SnapshotRecord } from '../../../../src/runtime/git/snapshotRecord';
import { WorktreeModel, type WorktreeModelSources } from '../../../../src/runtime/model/worktreeModel';
import { temporaryRepository, type TemporaryRepository } from '../../../support/gitRepository';
import { journalAttempt } from '../../../support/journalAttempt';
import { indexText, someStream, someTask, tasksText } from '../../../support/temporaryWork';
import { waitFor } from '../../../support/waitFor';

const stream = '001-sample';
const files = {
  'README.md': 'A project.\n',
  'work/index.json': indexText([someStream(stream)], stream),
  [`work/${stream}/tasks.json`]: tasksText(stream, [
    someTask('01.01.01.01', { name: 'First' }),
    someTask('01.01.01.02', { name: 'Second' }),
    someTask('01.01.02.01', { name: 'Third' }),
  ]),
};

describe('The model of worktrees', () => {
  let repository: TemporaryRepository;
  let model: WorktreeModel;
  let start: string;
  const runs = new Emitter<unknown>();

  beforeEach(async () => {
    repository = await temporaryRepository({ files });
    start = await repository.git(['rev-parse', 'HEAD']);
    await repository.git(['branch', `work/${stream}`]);
    await writeFile(path.join(repository.root, '.git', 'info', 'exclude'), '/.worktrees/\n');
    model = open();
  });
  afterEach(async () => {
    model.dispose();
    await repository.dispose();
  });

  function open(changes: Partial<WorktreeModelSources> = {}): WorktreeModel {
    return new WorktreeModel({
      git: new Git(repository.root),
      files: new WorkFiles(repository.root),
      directory: () => path.join(repository.root, '.worktrees'),
      isDriving: () => false,
      readDriver: () => Promise.resolve(undefined),
      isTrusted: () => true,
      onDidRun: runs.event,
      logger: silentLogger,
      ...changes,
    });
  }
  const ours = (name: string) => path.join(repository.root, '.worktrees', name);
  const add = (name: string, ...more: readonly string[]) =>
    repository.git(['worktree', 'add', '--quiet', '-b', `task/${name}`, ours(name), ...more]);

  const attempt = (task: string, name: string, fields: { readonly finished?: boolean; readonly merged?: string } = {}) =>
    journalAttempt({ root: repository.root, stream, task, worktree: ours(name), branch: `task/${name}`, base: start, ...fields });

  /** The rows as a person reads them: `label: description`. */
  async function rows(): Promise<readonly string[]> {
    await model.refresh();
    const snapshot = model.snapshot ?? assert.fail('nothing was read');
    assert.equal(snapshot.problem, undefined);
    return snapshot.worktrees.map(worktree => {
      const { label, description } = worktreeRow(worktree, untranslated);
      return `${label}: ${description}`.replace(/[0-9a-f]{8}$/, '<commit>');
    });
  }
  const found = (name: string) => model.snapshot?.worktrees.find(worktree => path.basename(worktree.path) === name);

  it('lists the main checkout, ours by their tasks, and those of others, each with what is in it', async () => {
    await add('b');
    await attempt('01.01.02.01', 'b');
    await add('a');
    await attempt('01.01.01.01', 'a');
    await repository.write({ 'new.txt': 'x', 'README.md': 'changed\n' }, ours('a'));
    await add('left-over');
    await repository.git(['worktree', 'add', '--quiet', '--detach', ours(`integration-${stream}`)]);
    await repository.git(['worktree', 'add', '--quiet', '-b', 'feature', path.join(repository.root, '..', 'elsewhere')]);
    assert.deepEqual(await rows(), [
      'repository: clean · main',
      '01.01.01.01: 2 changes · First · task/a',
      '01.01.02.01: clean · Third · task/b',
      'Integration of 001-sample: clean · detached at <commit>',
      'left-over: clean · task/left-over',
      'elsewhere: not ours · clean · feature',
    ]);
    assert.deepEqual(
      [found('a')?.attempt?.session, found('a')?.attempt?.agent, found('a')?.base, found('a')?.stream],
      ['ses_1', 'backend', start, stream],
    );
  });

  it('knows what is merged, by history or squashed, from what merely has no commit of its own', async () => {
    for (const [name, task] of Object.entries({ empty: '01.01.01.01', merged: '01.01.01.02', squashed: '01.01.02.01' })) {
      await add(name);
      const commit =
        name === 'empty' ? undefined : (await repository.write({ [name]: 'x' }, ours(name)), await repository.commit('Work', ours(name)));
      await attempt(task, name, name === 'squashed' && commit !== undefined ? { merged: commit } : {});
    }
    await repository.git(['update-ref', `refs/heads/work/${stream}`, 'task/merged']);
    assert.deepEqual(await rows(), [
      'repository: clean · 1 behind · main',
      '01.01.01.01: clean · 1 behind · First · task/empty',
      '01.01.01.02: clean · merged · Second · task/merged',
      '01.01.02.01: clean · merged · Third · task/squashed',
    ]);
    await repository.write({ more: 'x' }, ours('squashed'));
    await repository.commit('More', ours('squashed'));
    assert.ok((await rows()).includes('01.01.02.01: clean · 2 ahead · 1 behind · Third · task/squashed'));
  });

  it('tells locks, detached heads, merges with conflicts and folders that were deleted by hand', async () => {
    await add('locked');
    await repository.git(['worktree', 'lock', '--reason', 'work pid=1', ours('locked')]);
    await repository.git(['worktree', 'add', '--quiet', '--detach', ours('detached')]);
    await add('gone');
    await rm(ours('gone'), { recursive: true });
    await add('merging');
    await repository.write({ 'README.md': 'theirs\n' }, ours('merging'));
    await repository.commit('Theirs', ours('merging'));
    await repository.write({ 'README.md': 'ours\n' });
    await repository.commit('Ours');
    await assert.rejects(repository.git(['merge', 'main'], ours('merging')));
    assert.deepEqual(await rows(), [
      'repository: clean · 1 ahead · main',
      'detached: clean · detached at <commit>',
      'gone: folder missing · task/gone',
      'locked: clean · locked · task/locked',
      'merging: merging · 1 conflict · 1 change · task/merging',
    ]);
    assert.equal(found('locked')?.locked, 'work pid=1');
  });

  it('tells an addition that was cut off from a worktree full of deletions', async () => {
    await add('torn');
    await writeFile(path.join(repository.root, '.git', 'worktrees', 'torn', 'locked'), 'initializing');
    assert.ok((await rows()).includes('torn: unfinished · task/torn'));
  });

  it('counts a worktree inside another as its own row and not as its host’s changes, when it is kept out of sight', async () => {
    await add('host');
    const inner = path.join(ours('host'), '.worktrees', 'inner');
    await repository.git(['worktree', 'add', '--quiet', '-b', 'task/inner', inner]);
    assert.deepEqual(await rows(), ['repository: clean · main', 'host: clean · task/host', 'inner: clean · task/inner']);
    await writeFile(path.join(inner, 'big'), Buffer.alloc(100_000));
    assert.ok((await model.measure(ours('host'))).bytes < 10_000);
    assert.ok((await model.measure(inner)).bytes >= 100_000);
  });

  it('shows what it can of a worktree that git cannot read', async () => {
    await add('broken');
    await writeFile(path.join(repository.root, '.git', 'worktrees', 'broken', 'index'), 'no index');
    assert.ok((await rows()).includes('broken: unknown · task/broken'));
    const { condition } = found('broken') ?? assert.fail();
    assert.match(condition.kind === 'unread' ? (condition.reason ?? '') : '', /index/);
  });

  it('says that an agent works only while somebody drives', async () => {
    await add('a');
    await attempt('01.01.01.01', 'a', { finished: false });
    assert.ok((await rows()).includes('01.01.01.01: clean · First · task/a'));
    model.dispose();
    model = open({ isDriving: () => true });
    assert.ok((await rows()).includes('01.01.01.01: running · clean · First · task/a'));
  });

  it('looks into no worktree of a repository that is not trusted', async () => {
    model.dispose();
    model = open({ isTrusted: () => false });
    await add('a');
    assert.deepEqual(await rows(), ['repository: unknown · main', 'a: unknown · task/a']);
  });

  it('offers what was deleted, by the task’s name and whether its work is in the integration branch, until it is there again', async () => {
    const tree = await repository.git(['rev-parse', 'HEAD^{tree}']);
    const snapshot = async (task: string, head: string, of: string) => {
      const record: SnapshotRecord = {
        ...{ version: 1, stream, task, worktree: ours(task), branch: `task/${task}`, head, index: head, extras: head },
        ...{ takenAt: Number(task.slice(-1)), files: 1, size: 5, notKept: { ignored: [], special: [], state: [] } },
      };
      const id = await repository.git(['commit-tree', of, '-p', head, '-m', snapshotMessage(record)]);
      await repository.git(['update-ref', `refs/work/snapshots/${stream}/${task}/1`, id]);
    };
    await snapshot('01.01.01.01', start, tree);
    await repository.write({ 'README.md': 'changed\n' });
    const later = await repository.commit();
    await snapshot('01.01.01.02', later, `${later}^{tree}`);
    await snapshot('01.01.02.01', start, `${later}^{tree}`);
    const deleted = async () => {
      await model.refresh();
      return model.snapshot?.deleted.map(({ name, unmerged, size }) => `${name ?? '?'} ${unmerged ? 'unmerged' : 'merged'} ${size}`);
    };
    assert.deepEqual(await deleted(), ['Second unmerged 5', 'First merged 5', 'Third unmerged 5']);
    await add('01.01.01.02');
    assert.deepEqual(await deleted(), ['First merged 5', 'Third unmerged 5']);
    await repository.git(['update-ref', `refs/heads/work/${stream}`, later]);
    await repository.git(['worktree', 'remove', ours('01.01.01.02')]);
    assert.deepEqual(await deleted(), ['Second merged 5', 'First merged 5', 'Third unmerged 5']);
  });

  it('notices worktrees that come, change and go while somebody watches, and looks at nothing before', async () => {
    let changes = 0;
    model.onDidChange(() => changes++);
    runs.fire(undefined);
    await add('before');
    assert.equal(model.snapshot, undefined);
    model.setActive(true);
    await waitFor('the first look', () => found('before'));
    await add('a');
    await waitFor('the new worktree', () => found('a'));
    await repository.write({ file: 'x' }, ours('a'));
    await repository.git(['add', 'file'], ours('a'));
    await waitFor('its change', () => {
      const condition = found('a')?.condition;
      return condition?.kind === 'read' && condition.changed === 1;
    });
    await repository.git(['worktree', 'remove', '--force', ours('a')]);
    await waitFor('its end', () => found('a') === undefined);
    assert.ok(changes >= 4);
  });

  it('says why nothing can be listed', async () => {
    const empty = await temporaryRepository();
    try {
      await rm(path.join(empty.root, '.git'), { recursive: true });
      model.dispose();
      model = open({ git: new Git(empty.root), files: new WorkFiles(empty.root) });
      await model.refresh();
      assert.deepEqual(model.snapshot?.worktrees, []);
      assert.match(model.snapshot.problem ?? '', /not in a git repository/);
    } finally {
      await empty.dispose();
    }
  });

  it('measures until it is told to stop, and remembers', async () => {
    await add('a');
    await model.refresh();
    await writeFile(path.join(ours('a'), 'big'), Buffer.alloc(50_000));
    await assert.rejects(model.measure(ours('a'), AbortSignal.abort()), { name: 'AbortError' });
    assert.equal(model.sizeOf(ours('a')), undefined);
    const { bytes } = await model.measure(ours('a'));
    assert.ok(bytes >= 50_000);
    assert.equal(model.sizeOf(ours('a'))?.bytes, bytes);
    await repository.git(['worktree', 'remove', '--force', ours('a')]);
    await model.refresh();
    assert.equal(model.sizeOf(ours('a')), undefined);
  });

  it('counts the lock of a process of ours that is gone for nothing, and prunes what it held', async () => {
    const { pid: gone } = spawnSync(process.execPath, ['--version']);
    for (const [name, pid] of [['abandoned', gone] as const, ['held', process.pid] as const]) {
      await add(name, '--lock', '--reason', lockReason('task 01.01.01.01', pid));
    }
    await rows();
    assert.deepEqual([found('abandoned')?.locked, found('held')?.locked], [undefined, lockReason('task 01.01.01.01', process.pid)]);
    for (const name of ['abandoned', 'held']) await rm(ours(name), { recursive: true });
    await pruneWorktrees(new Git(repository.root), { dryRun: false });
    await rows();
    assert.deepEqual([found('abandoned'), found('held')?.condition.kind], [undefined, 'missing']);
  });

  it('prunes only registrations whose folder is gone, and tells before what it would do', async () => {
    await add('a');
    await add('gone');
    await rm(ours('gone'), { recursive: true });
    const git = new Git(repository.root);
    assert.match((await pruneWorktrees(git, { dryRun: true })).join('\n'), /gone/);
    assert.equal((await rows()).length, 3);
    assert.equal((await pruneWorktrees(git, { dryRun: false })).length, 1);
    assert.deepEqual(await rows(), ['repository: clean · main', 'a: clean · task/a']);
  });
});
