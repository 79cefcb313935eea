import assert from 'node:assert/strict';
import { mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { deliverStage, undoDelivery } from '../../../src/runtime/delivery/deliverStage';
import { runGit } from '../../support/gitRepository';
import { deliveryFixture, integration, oddName, stage, type DeliveryFixture } from './deliveryFixture';

type Row = {
  readonly name: string;
  readonly prepare: (fixture: DeliveryFixture) => Promise<unknown>;
  /** Words that the refusal must hold. */
  readonly says?: readonly (string | RegExp)[];
  readonly files?: readonly string[];
};

const at = ({ repository }: DeliveryFixture, name: string) => path.join(repository.root, ...name.split('/'));
const write = (fixture: DeliveryFixture, name: string, text: string) => fixture.repository.write({ [name]: text });

/** A branch that differs from main in the same file; main is checked out. */
async function conflictingSide(repository: DeliveryFixture['repository']): Promise<void> {
  await repository.git(['checkout', '--quiet', '-b', 'side']);
  await repository.write({ 'b.txt': 'side\n' });
  await repository.commit('Side');
  await repository.git(['checkout', '--quiet', 'main']);
  await repository.write({ 'b.txt': 'main\n' });
  await repository.commit('Main');
}

/** What the user has lying about that nothing of the work touches. */
const landing: readonly Row[] = [
  { name: 'clean', prepare: () => Promise.resolve() },
  { name: 'changed elsewhere', prepare: fixture => write(fixture, 'b.txt', 'mine\n') },
  {
    name: 'staged elsewhere, and changed again',
    prepare: async fixture => {
      await write(fixture, 'b.txt', 'staged\n');
      await write(fixture, 'staged new.txt', 'staged\n');
      await fixture.repository.git(['add', '-A']);
      await write(fixture, 'b.txt', 'changed again\n');
    },
  },
  {
    name: 'untracked and ignored elsewhere',
    prepare: async fixture => {
      await write(fixture, 'mine.txt', 'mine\n');
      await write(fixture, 'mine.ignored', 'mine\n');
      await write(fixture, 'new folder/mine.txt', 'mine\n');
    },
  },
  {
    name: 'changed elsewhere under assume-unchanged and skip-worktree',
    prepare: async fixture => {
      await fixture.repository.git(['update-index', '--assume-unchanged', 'b.txt']);
      await fixture.repository.git(['update-index', '--skip-worktree', 'folder/deep.txt']);
      await write(fixture, 'b.txt', 'mine\n');
      await write(fixture, 'folder/deep.txt', 'mine\n');
    },
  },
  {
    name: 'deleted elsewhere, touched at the same path',
    prepare: async fixture => {
      await rm(at(fixture, 'b.txt'));
      await writeFile(at(fixture, 'a.txt'), 'one\n');
    },
  },
];

const refused: readonly Row[] = [
  {
    name: 'changed in the same file',
    prepare: fixture => write(fixture, 'a.txt', 'mine\n'),
    says: ['changed: a.txt', 'Commit or stash'],
    files: ['a.txt'],
  },
  {
    name: 'staged in the same file',
    prepare: async fixture => {
      await write(fixture, 'a.txt', 'mine\n');
      await fixture.repository.git(['add', 'a.txt']);
      await write(fixture, 'a.txt', 'one\n');
    },
    says: ['staged: a.txt'],
    files: ['a.txt'],
  },
  {
    name: 'changed in a file that the work deletes',
    prepare: fixture => write(fixture, 'gone.txt', 'mine\n'),
    says: ['changed: gone.txt'],
    files: ['gone.txt'],
  },
  { name: 'deleted where the work changes it', prepare: fixture => rm(at(fixture, 'a.txt')), says: ['changed: a.txt'], files: ['a.txt'] },
  {
    name: 'untracked in the way',
    prepare: fixture => write(fixture, oddName, 'mine\n'),
    says: [`untracked: ${oddName}`, 'Move them away'],
    files: [oddName],
  },
  {
    name: 'untracked in the way, with the same bytes',
    prepare: fixture => write(fixture, oddName, 'new\n'),
    says: ['untracked'],
    files: [oddName],
  },
  {
    name: 'a file where the work makes a folder',
    prepare: fixture => write(fixture, 'new folder', 'mine\n'),
    says: ['untracked: new folder'],
    files: ['new folder'],
  },
  {
    name: 'a folder where the work makes a file',
    prepare: fixture => write(fixture, `${oddName}/mine.txt`, 'mine\n'),
    files: [`${oddName}/mine.txt`],
  },
  {
    name: 'ignored in the way',
    prepare: fixture => write(fixture, 'made.ignored', 'secret\n'),
    says: ['ignored: made.ignored'],
    files: ['made.ignored'],
  },
  {
    name: 'changed in a file that is marked assume-unchanged',
    prepare: async fixture => {
      await fixture.repository.git(['update-index', '--assume-unchanged', 'a.txt']);
      await write(fixture, 'a.txt', 'mine\n');
    },
    says: ['marked assume-unchanged: a.txt', 'git update-index --no-assume-unchanged'],
    files: ['a.txt'],
  },
  {
    name: 'changed in a file that is marked skip-worktree and that the work deletes',
    prepare: async fixture => {
      await fixture.repository.git(['config', 'core.trustctime', 'false']);
      await fixture.repository.git(['update-index', '--skip-worktree', 'gone.txt']);
      const file = at(fixture, 'gone.txt');
      const { atime, mtime } = await stat(file);
      await writeFile(file, 'mine\n'); // as long as before, in the very moment in which git looked
      for (const each of [file, path.join(fixture.repository.root, '.git', 'index')]) await utimes(each, atime, mtime);
    },
    says: ['marked skip-worktree: gone.txt', 'git update-index --no-skip-worktree'],
    files: ['gone.txt'],
  },
  {
    name: 'another git at work',
    prepare: fixture => writeFile(path.join(fixture.repository.root, '.git', 'index.lock'), ''),
    says: ['index.lock exists'],
  },
  {
    name: 'in the middle of a merge',
    prepare: async ({ repository }) => {
      await repository.git(['checkout', '--quiet', '-b', 'side']);
      await repository.write({ 'side.txt': 'side\n' });
      await repository.commit('Side');
      await repository.git(['checkout', '--quiet', 'main']);
      await repository.git(['merge', '--no-ff', '--no-commit', 'side']);
    },
    says: ['A merge is in progress'],
  },
  {
    name: 'in the middle of a cherry-pick that conflicts',
    prepare: async ({ repository }) => {
      await conflictingSide(repository);
      await assert.rejects(repository.git(['cherry-pick', 'side']));
    },
    says: ['A cherry-pick is in progress'],
  },
  {
    name: 'in the middle of a rebase',
    prepare: async ({ repository }) => {
      await conflictingSide(repository);
      await assert.rejects(repository.git(['rebase', 'side']));
    },
    says: ['Branch main is being rebased in'],
  },
  {
    name: 'in the middle of a bisect',
    prepare: async ({ repository }) => {
      for (const name of ['1', '2', '3', '4']) {
        await repository.write({ [`c${name}.txt`]: name });
        await repository.commit(name);
      }
      await repository.git(['bisect', 'start', 'HEAD', 'HEAD~4']);
    },
    says: ['Branch main is being bisected in'],
  },
  {
    name: 'unresolved conflicts that no merge explains',
    prepare: async ({ repository }) => {
      await repository.write({ 'b.txt': 'stashed\n' });
      await repository.git(['stash', '--quiet']);
      await repository.write({ 'b.txt': 'committed\n' });
      await repository.commit('Other');
      await assert.rejects(repository.git(['stash', 'pop']));
    },
    says: ['unmerged: b.txt', 'Resolve the conflicts'],
    files: ['b.txt'],
  },
  {
    name: 'commits of the user that conflict',
    prepare: async ({ repository }) => {
      await repository.write({ 'a.txt': 'committed\n' });
      await repository.commit('Mine');
    },
    says: [/main meanwhile conflicts with this workstream in a\.txt/, 'git merge heads/work/001-x'],
    files: ['a.txt'],
  },
  {
    name: 'a branch that was deleted',
    prepare: async ({ repository }) => {
      await repository.git(['checkout', '--quiet', '-b', 'other']);
      await repository.git(['branch', '--quiet', '-D', 'main']);
    },
    says: ['Branch main', 'does not exist any more'],
  },
  {
    name: 'a branch that was rebased onto another history',
    prepare: async ({ repository }) => {
      await repository.git(['checkout', '--quiet', '--orphan', 'fresh']);
      await repository.commit('Another beginning');
      await repository.git(['checkout', '--quiet', '-B', 'main', 'fresh']);
    },
    says: ['it was rebased or reset'],
  },
];

describe('Delivery into the user’s checkout', () => {
  let fixture: DeliveryFixture;
  beforeEach(async () => {
    fixture = await deliveryFixture();
  });
  afterEach(() => fixture.dispose());

  for (const { name, prepare } of landing) {
    it(`lands, keeps what is there, and is undone to the same bytes: ${name}`, async () => {
      const { repository, tip, base, open, witness } = fixture;
      await prepare(fixture);
      const before = await witness();
      const context = await open();
      const result = await deliverStage(context, stage);
      assert.deepEqual(result, { kind: 'moved', action: 'deliver', stage: '01', branch: 'main', before: base, commit: tip, files: 5 });
      assert.equal(await repository.git(['rev-parse', 'main']), tip);
      assert.equal(await readFile(at(fixture, oddName), 'utf8'), 'new\n');
      const after = await witness();
      assert.equal(after.status.replace('!! made.ignored\0', ''), before.status);
      for (const [file, content] of before.disk) {
        if (!['a.txt', 'gone.txt'].includes(file)) assert.equal(after.disk.get(file), content, file);
      }
      assert.deepEqual(
        context.journal.state.deliveries.map(({ state }) => state),
        ['delivered'],
      );

      const undone = await undoDelivery(context, '01');
      assert.deepEqual(undone, { kind: 'moved', action: 'undo', stage: '01', branch: 'main', before: tip, commit: base, files: 5 });
      assert.deepEqual(await witness(), before);
      assert.deepEqual(
        context.journal.state.deliveries.map(({ state }) => state),
        ['delivered', 'undone'],
      );
    });
  }

  for (const { name, prepare, says = [], files = [] } of refused) {
    it(`touches nothing and names what is in the way: ${name}`, async () => {
      await prepare(fixture);
      const before = await fixture.witness();
      const context = await fixture.open();
      const result = await deliverStage(context, stage);
      assert.ok(result.kind === 'refused', JSON.stringify(result));
      assert.deepEqual(result.files, files);
      const { reason } = result;
      for (const words of says) {
        if (typeof words === 'string') assert.ok(reason.includes(words), `${words} is not in: ${reason}`);
        else assert.match(reason, words);
      }
      assert.deepEqual(await fixture.witness(), before);
      const told = context.journal.state.deliveries;
      assert.deepEqual(
        told.map(({ state }) => state),
        ['refused'],
      );
      assert.deepEqual([...context.journal.state.effects], [], 'nothing was intended');
    });
  }
});

describe('Undo Delivery', () => {
  let fixture: DeliveryFixture;
  beforeEach(async () => {
    fixture = await deliveryFixture();
    assert.equal((await deliverStage(await fixture.open(), stage)).kind, 'moved');
  });
  afterEach(() => fixture.dispose());

  const rows: readonly Row[] = [
    {
      name: 'changed in the same file',
      prepare: () => write(fixture, 'a.txt', 'mine\n'),
      says: ['not undone', 'changed: a.txt'],
      files: ['a.txt'],
    },
    {
      name: 'staged in the same file',
      prepare: async () => {
        await write(fixture, 'folder/more.txt', 'mine\n');
        await fixture.repository.git(['add', '-A']);
      },
      says: ['staged: folder/more.txt'],
      files: ['folder/more.txt'],
    },
    {
      name: 'untracked where a file comes back',
      prepare: () => write(fixture, 'gone.txt', 'mine\n'),
      says: ['untracked: gone.txt'],
      files: ['gone.txt'],
    },
    {
      name: 'ignored where a file comes back',
      prepare: async () => {
        await writeFile(path.join(fixture.repository.root, '.git', 'info', 'exclude'), 'gone.txt\n');
        await write(fixture, 'gone.txt', 'mine\n');
      },
      says: ['ignored: gone.txt'],
      files: ['gone.txt'],
    },
    {
      name: 'another git at work',
      prepare: () => writeFile(path.join(fixture.repository.root, '.git', 'index.lock'), ''),
      says: ['index.lock exists'],
    },
    {
      name: 'a commit that came after',
      prepare: async () => {
        await write(fixture, 'later.txt', 'later\n');
        await fixture.repository.commit('Later');
      },
      says: ['Something came after the delivery', 'git revert'],
    },
    {
      name: 'a branch that was taken back by hand',
      prepare: () => fixture.repository.git(['reset', '--quiet', '--hard', fixture.base]),
      says: ['main is at', 'does not hold what was delivered any more: there is nothing to undo'],
    },
    {
      name: 'a branch that is gone',
      prepare: async () => {
        await fixture.repository.git(['checkout', '--quiet', '--detach']);
        await fixture.repository.git(['branch', '--quiet', '-D', 'main']);
      },
      says: ['Branch main is gone: there is nothing to undo'],
    },
  ];
  for (const { name, prepare, says = [], files = [] } of rows) {
    it(`touches nothing and names what is in the way: ${name}`, async () => {
      await prepare(fixture);
      const before = await fixture.witness();
      const context = await fixture.open();
      const result = await undoDelivery(context);
      assert.deepEqual(result.kind === 'refused' && result.files, files);
      for (const words of says) assert.ok(result.kind === 'refused' && result.reason.includes(String(words)), JSON.stringify(result));
      assert.deepEqual(await fixture.witness(), before);
    });
  }

  it('says how all of it is reverted by hand where something came after, and that does it', async () => {
    const { repository, base } = fixture;
    await undoDelivery(await fixture.open());
    await fixture.work({ 'second.txt': 'second\n' });
    assert.equal((await deliverStage(await fixture.open(), stage)).kind, 'moved');
    await write(fixture, 'later.txt', 'later\n');
    await repository.commit('Later');
    const refusal = await undoDelivery(await fixture.open());
    const [, words = ''] = /by hand: git (revert .*)\.$/.exec(refusal.kind === 'refused' ? refusal.reason : '') ?? [];
    await repository.git(['-c', 'core.editor=true', ...words.split(' ')]);
    assert.equal(await repository.git(['diff', '--name-only', base, 'HEAD']), 'later.txt');
  });

  it('undoes the last delivery only, and says which that was', async () => {
    await fixture.work({ 'second.txt': 'second\n' });
    const context = await fixture.open();
    await deliverStage(context, { id: '02', name: 'Walls' });
    const refusal = await undoDelivery(context, '01');
    assert.match(refusal.kind === 'refused' ? refusal.reason : '', /Stage 2 was the last one delivered/);
    assert.equal((await undoDelivery(context, '02')).kind, 'moved');
    assert.equal((await undoDelivery(context, '01')).kind, 'moved');
    assert.equal(await fixture.repository.git(['rev-parse', 'main']), fixture.base);
    assert.match(JSON.stringify(await undoDelivery(context)), /There is no delivery to undo/);
  });

  it('delivers again after it was undone', async () => {
    const context = await fixture.open();
    const delivered = await fixture.witness();
    await undoDelivery(context, '01');
    assert.equal((await deliverStage(context, stage)).kind, 'moved');
    assert.deepEqual(await fixture.witness(), delivered);
    assert.equal((await deliverStage(context, stage)).kind, 'current');
  });
});

describe('Delivery elsewhere', () => {
  let fixture: DeliveryFixture;
  beforeEach(async () => {
    fixture = await deliveryFixture();
  });
  afterEach(() => fixture.dispose());

  it('moves a branch that is checked out nowhere by itself, and back', async () => {
    const { repository, open, witness, tip } = fixture;
    await repository.git(['checkout', '--quiet', '-b', 'other']);
    await repository.write({ 'a.txt': 'mine\n' }); // not in the way: the branch is not here
    const before = await witness();
    const context = await open();
    assert.equal((await deliverStage(context, stage)).kind, 'moved');
    assert.equal(await repository.git(['rev-parse', 'main']), tip);
    const after = await witness();
    assert.deepEqual({ ...after, refs: '' }, { ...before, refs: '' });
    assert.equal((await undoDelivery(context)).kind, 'moved');
    assert.deepEqual(await witness(), before);
  });

  it('lands in the worktree that has the branch, and leaves the main checkout alone', async () => {
    const { repository, open, witness, tip } = fixture;
    const other = path.join(repository.root, '..', 'other checkout');
    await repository.git(['checkout', '--quiet', '-b', 'other']);
    await repository.git(['worktree', 'add', '--quiet', other, 'main']);
    const [mainBefore, otherBefore] = [await witness(), await witness(other)];
    const context = await open();
    assert.equal((await deliverStage(context, stage)).kind, 'moved');
    assert.equal(await runGit(['rev-parse', 'HEAD'], other), tip);
    assert.equal(await readFile(path.join(other, 'a.txt'), 'utf8'), 'two\n');
    assert.deepEqual((await witness()).disk, mainBefore.disk);
    assert.equal((await undoDelivery(context)).kind, 'moved');
    assert.deepEqual(await witness(other), otherBefore);
  });

  it('names the rebase of another worktree that will come back to the branch', async () => {
    const { repository, open, witness } = fixture;
    const other = path.join(repository.root, '..', 'rebasing');
    await repository.write({ 'b.txt': 'main\n' });
    await repository.commit('Main');
    await repository.git(['checkout', '--quiet', '-b', 'side', 'HEAD~1']);
    await repository.write({ 'b.txt': 'side\n' });
    await repository.commit('Side');
    await repository.git(['worktree', 'add', '--quiet', other, 'main']);
    await assert.rejects(runGit(['rebase', 'side'], other));
    const before = await witness();
    const result = await deliverStage(await open(), stage);
    assert.match(JSON.stringify(result), /Branch main is being rebased in .*rebasing/);
    assert.deepEqual(await witness(), before);
  });

  it('merges with what the user committed meanwhile, the same commit every time, state files as the user has them', async () => {
    const { repository, open, tip, work } = fixture;
    await work({ 'work/001-x/tasks.json': '["an agent was here"]\n' });
    const mine = await (async () => {
      await repository.write({ 'b.txt': 'mine\n', 'work/001-x/tasks.json': '["mine"]\n' });
      return repository.commit('Mine');
    })();
    const result = await deliverStage(await open(), stage);
    assert.equal(result.kind, 'moved');
    const head = await repository.git(['rev-parse', 'main']);
    assert.deepEqual((await repository.git(['log', '-1', '--format=%P'])).split(' ')[0], mine);
    assert.match(
      await repository.git(['log', '-1', '--format=%B']),
      /^Deliver stage 01 of Router: Foundation\n\nWorkstream: 001-x\nStage: 01/,
    );
    assert.equal(await repository.git(['show', 'main:b.txt']), 'mine');
    assert.equal(await repository.git(['show', 'main:a.txt']), 'two');
    assert.equal(await repository.git(['show', 'main:work/001-x/tasks.json']), '["mine"]');
    assert.equal(await repository.git(['merge-base', 'main', tip]), tip);
    await undoDelivery(await open());
    assert.equal(await repository.git(['rev-parse', 'main']), mine);
    assert.notEqual(head, mine);
  });

  it('says by hand where no branch was checked out at first, and nothing where nothing was merged', async () => {
    const detached = await deliveryFixture({ branch: null });
    try {
      const result = await deliverStage(await detached.open(), stage);
      assert.match(JSON.stringify(result), /No branch was checked out.*git merge heads\/work\/001-x/);
    } finally {
      await detached.dispose();
    }
    await fixture.repository.git(['update-ref', '-d', integration]);
    assert.equal((await deliverStage(await fixture.open(), stage)).kind, 'nothing');
  });

  it('delivers a submodule by its id, and takes it out again', async () => {
    const { repository, open, work, witness } = fixture;
    const inner = path.join(repository.root, '..', 'library');
    await mkdir(inner);
    await runGit(['init', '--quiet', '-b', 'main'], inner);
    await runGit(['-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '--quiet', '--allow-empty', '-m', 'inner'], inner);
    const id = await runGit(['rev-parse', 'HEAD'], inner);
    await runGit(['clone', '--quiet', inner, path.join(repository.root, '..', 'agent', 'library')], repository.root);
    await work({ '.gitmodules': '[submodule "library"]\n\tpath = library\n\turl = ../library\n' });
    const before = await witness();
    const context = await open();
    const result = await deliverStage(context, stage);
    assert.equal(result.kind, 'moved', JSON.stringify(result));
    assert.match(await repository.git(['ls-tree', 'main', 'library']), new RegExp(`^160000 commit ${id}`));
    assert.equal((await undoDelivery(context)).kind, 'moved');
    assert.deepEqual(await witness(), before);
  });
});
