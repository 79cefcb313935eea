import assert from 'node:assert/strict';
import { chmod, cp, lstat, mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '../../../src/common/clock';
import { Git } from '../../../src/runtime/git/git';
import { putState } from '../../../src/runtime/review/triedFiles';
import { TryOut } from '../../../src/runtime/review/tryOut';
import type { TryRecord } from '../../../src/runtime/review/tryRecord';
import { temporaryRepository, type TemporaryRepository } from '../../support/gitRepository';

const start = {
  'a.txt': 'one\ntwo\nthree\nfour\nfive\n',
  'b.txt': 'b\n',
  'crlf.txt': 'x\r\ny\r\n',
  'old name.txt': 'moved\nmoved\nmoved\n',
  'deep/er/gone.txt': 'gone\n',
  'program.sh': '#!/bin/sh\n',
  'picture.png': Buffer.from([0, 1, 2]),
  'folder/inner.txt': 'inner\n',
  '.gitignore': '/ignored/\n*.log\n',
};

describe('Try in My Checkout', () => {
  let repository: TemporaryRepository;
  let base: string;
  let tip: string;
  const tries = () => new TryOut(new Git(repository.root), systemClock);
  const request = () => ({ stream: '001-sample', thread: '01.01.01', base, tip });
  const bring = () => tries().try(request());
  const write = (files: Readonly<Record<string, string | Buffer>>) => repository.write(files);
  const read = (name: string) => readFile(path.join(repository.root, name), 'utf8');

  /** Everything that may not change unasked: files with their bytes and modes, the index, refs and HEAD. */
  async function world(): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    const visit = async (folder: string): Promise<void> => {
      for (const name of (await readdir(path.join(repository.root, folder))).sort()) {
        const relative = path.join(folder, name);
        if (relative === '.git') continue;
        const place = path.join(repository.root, relative);
        const facts = await lstat(place);
        if (facts.isDirectory()) await visit(relative);
        else if (facts.isSymbolicLink()) found[relative] = `link ${await readlink(place)}`;
        else found[relative] = `${(facts.mode & 0o777).toString(8)} ${(await readFile(place)).toString('hex')}`;
      }
    };
    await visit('');
    found['(index)'] = await repository.git(['ls-files', '-s', '-v']);
    found['(refs)'] = await repository.git(['for-each-ref']);
    found['(head)'] = await readFile(path.join(repository.root, '.git', 'HEAD'), 'utf8');
    return found;
  }
  const status = async () =>
    (await repository.git(['status', '--porcelain', '--no-renames', '-z']))
      .split('\0')
      .filter(entry => entry !== '')
      .sort();

  beforeEach(async () => {
    repository = await temporaryRepository({ files: start });
    base = await repository.git(['rev-parse', 'HEAD']);
    const worktree = path.join(repository.root, '..', 'w');
    await repository.git(['worktree', 'add', '--quiet', '--detach', worktree]);
    const change = { 'a.txt': 'ONE\ntwo\nthree\nfour\nfive\n', 'new/file.txt': 'new\n', 'picture.png': Buffer.from([9, 0, 9]) };
    await repository.write({ ...change, 'crlf.txt': 'x\r\nz\r\n' }, worktree);
    await rename(path.join(worktree, 'old name.txt'), path.join(worktree, 'new name.txt'));
    await rm(path.join(worktree, 'deep'), { recursive: true });
    await chmod(path.join(worktree, 'program.sh'), 0o755);
    await symlink('a.txt', path.join(worktree, 'link'));
    await rm(path.join(worktree, 'folder'), { recursive: true });
    await writeFile(path.join(worktree, 'folder'), 'a file now\n');
    tip = await repository.commit('Work', worktree);
  });
  afterEach(() => repository.dispose());

  it('brings everything in as changes that nobody committed, and takes it out again byte for byte', async () => {
    await chmod(path.join(repository.root, 'a.txt'), 0o600);
    await write({ 'mine.txt': 'mine, elsewhere\n', 'notes.log': 'ignored, elsewhere\n' });
    const before = await world();
    const { files } = await bring();
    assert.deepEqual(
      await status(),
      [
        ' D deep/er/gone.txt',
        ' D folder/inner.txt',
        ' D old name.txt',
        ' M a.txt',
        ' M crlf.txt',
        ' M picture.png',
        ' M program.sh',
        '?? folder',
        '?? link',
        '?? mine.txt',
        '?? new name.txt',
        '?? new/',
      ].sort(),
    );
    assert.equal(files.length, 11);
    const during = await world();
    for (const same of ['(index)', '(refs)', '(head)', 'mine.txt', 'notes.log']) assert.equal(during[same], before[same], same);
    assert.equal(during['a.txt']?.slice(0, 3), '600');
    assert.equal(during.link, 'link a.txt');
    assert.equal(await read('crlf.txt'), 'x\r\nz\r\n');
    await assert.rejects(bring(), { reason: 'busy', message: /^The changes of thread 01\.01\.01 are being tried\. / });
    assert.equal((await tries().current())?.thread, '01.01.01');
    await tries().undo();
    assert.deepEqual(await world(), before);
    assert.equal(await tries().current(), undefined);
    await assert.rejects(tries().undo(), { reason: 'nothing-done' });
  });

  it('merges with what the checkout has of its own, and writes line ends as the user has them', async () => {
    await write({ 'a.txt': 'one\ntwo\nthree\nfour\nFIVE\n' });
    await repository.commit('Mine');
    await repository.git(['config', 'core.autocrlf', 'true']);
    await bring();
    assert.equal(await read('a.txt'), 'ONE\r\ntwo\r\nthree\r\nfour\r\nFIVE\r\n');
    assert.equal(await read('new/file.txt'), 'new\r\n');
    assert.equal(await repository.git(['diff', '--stat', '--', 'b.txt']), '');
  });

  it('refuses what conflicts, by name, and what is there already', async () => {
    await write({ 'a.txt': 'other\ntwo\nthree\nfour\nfive\n' });
    await repository.commit('Mine');
    const before = await world();
    await assert.rejects(bring(), { reason: 'conflict', paths: ['a.txt'] });
    assert.deepEqual(await world(), before);
    await repository.git(['reset', '--quiet', '--hard', tip]);
    await assert.rejects(bring(), { reason: 'nothing-done', message: 'Your checkout holds everything of thread 01.01.01 already.' });
  });

  const inTheWay: readonly { readonly what: string; readonly named: string; readonly prepare: () => Promise<unknown> }[] = [
    { what: 'a changed file', named: 'a.txt', prepare: () => write({ 'a.txt': 'mine\n' }) },
    { what: 'a changed file that it would delete', named: 'deep/er/gone.txt', prepare: () => write({ 'deep/er/gone.txt': 'mine\n' }) },
    {
      what: 'a staged file, changed back on the disk',
      named: 'a.txt',
      async prepare() {
        await write({ 'a.txt': 'mine\n' });
        await repository.git(['add', 'a.txt']);
        await write({ 'a.txt': start['a.txt'] });
      },
    },
    { what: 'a staged deletion', named: 'a.txt', prepare: () => repository.git(['rm', '--quiet', '--cached', 'a.txt']) },
    { what: 'an untracked file', named: 'new/file.txt', prepare: () => write({ 'new/file.txt': 'mine\n' }) },
    { what: 'an untracked file with the same bytes', named: 'new/file.txt', prepare: () => write({ 'new/file.txt': 'new\n' }) },
    {
      what: 'an ignored file',
      named: 'new/file.txt',
      async prepare() {
        await write({ '.git/info/exclude': '/new/\n', 'new/file.txt': 'mine\n' });
      },
    },
    { what: 'a file where a folder is to come', named: 'new', prepare: () => write({ new: 'mine\n' }) },
    { what: 'a folder where a file is to come', named: 'link/mine.txt', prepare: () => write({ 'link/mine.txt': 'mine\n' }) },
    {
      what: 'a file of the user in a folder that becomes a file',
      named: 'folder/mine.txt',
      prepare: () => write({ 'folder/mine.txt': 'mine\n' }),
    },
    {
      what: 'a link where a folder is to come',
      named: 'new',
      async prepare() {
        await mkdir(path.join(repository.root, '..', 'elsewhere'));
        await symlink('../elsewhere', path.join(repository.root, 'new'));
      },
    },
    {
      what: 'a changed file that git was told not to look at',
      named: 'a.txt',
      async prepare() {
        await repository.git(['update-index', '--assume-unchanged', 'a.txt']);
        await write({ 'a.txt': 'mine\n' });
      },
    },
    { what: 'a program bit', named: 'a.txt', prepare: () => chmod(path.join(repository.root, 'a.txt'), 0o755) },
    { what: 'a deleted file', named: 'a.txt', prepare: () => rm(path.join(repository.root, 'a.txt')) },
  ];
  for (const { what, named, prepare } of inTheWay) {
    it(`names ${what} in the way, and does nothing`, async () => {
      await prepare();
      const before = await world();
      await assert.rejects(bring(), { reason: 'in-the-way', paths: [named] });
      assert.deepEqual(await world(), before);
      assert.equal(await tries().current(), undefined);
    });
  }

  it('does nothing while git is in the middle of something, or a filter fails', async () => {
    await write({ '.git/index.lock': '' });
    await assert.rejects(bring(), { reason: 'busy', message: /index\.lock exists/ });
    await rm(path.join(repository.root, '.git', 'index.lock'));
    await write({ '.git/MERGE_HEAD': `${tip}\n` });
    await assert.rejects(bring(), { reason: 'busy', message: /^A merge is going on in your checkout\./ });
    await rm(path.join(repository.root, '.git', 'MERGE_HEAD'));
    await repository.git(['config', 'filter.broken.smudge', 'false']);
    await repository.git(['config', 'filter.broken.required', 'true']);
    await write({ '.git/info/attributes': 'new/file.txt filter=broken\n' });
    const before = await world();
    await assert.rejects(bring());
    assert.deepEqual(await world(), before);
    assert.equal(await tries().current(), undefined);
  });

  it('undoes nothing, and names the files, when they were changed, staged or committed since; then they may be kept', async () => {
    await bring();
    await write({ 'a.txt': 'mine now\n' });
    const changed = await world();
    await assert.rejects(tries().undo(), { reason: 'changed', paths: ['a.txt'] });
    assert.deepEqual(await world(), changed);
    await repository.git(['checkout', '--quiet', '--', 'a.txt']); // as it was before: nothing of the user is lost there
    await repository.git(['add', 'new name.txt']);
    await assert.rejects(tries().undo(), { reason: 'changed', paths: ['new name.txt'] });
    const kept = await world();
    await tries().keep();
    assert.deepEqual(await world(), kept);
    await assert.rejects(tries().undo(), { reason: 'nothing-done' });
  });

  it('is repaired by content after a kill at any file of it, of the try and of its undoing, and stops at a person’s bytes', async () => {
    const folder = path.join(repository.root, '.git', 'work-try');
    const saved = path.join(repository.root, '..', 'saved');
    const before = await world();
    await bring();
    await cp(folder, saved, { recursive: true, verbatimSymlinks: true });
    const record = JSON.parse(await readFile(path.join(saved, 'try.json'), 'utf8')) as TryRecord;
    await tries().undo();
    const numbered = [...record.files.entries()];
    type Side = 'before' | 'after';
    /** The first files of the way there, in the order in which they are written: what goes makes room. */
    const goPart = async (to: Side, count: number) => {
      const order = [...numbered.filter(([, file]) => !file[to]), ...numbered.filter(([, file]) => file[to])];
      for (const [index, file] of order.slice(0, count)) {
        await putState(repository.root, file.path, file[to] ? path.join(saved, to, String(index)) : undefined, file[to]?.mode);
      }
    };
    for (let count = 0; count <= numbered.length; count++) {
      for (const state of ['writing', 'undoing'] as const) {
        if (state === 'undoing') await goPart('after', numbered.length);
        await cp(saved, folder, { recursive: true, verbatimSymlinks: true });
        await writeFile(path.join(folder, 'try.json'), JSON.stringify({ ...record, state }));
        await goPart(state === 'writing' ? 'after' : 'before', count);
        if (count % 2 === 0) assert.equal(await tries().current(), undefined);
        else assert.equal((await tries().finish())?.thread, '01.01.01');
        assert.deepEqual(await world(), before, `${state}, ${count} files`);
        assert.equal(await tries().finish(), undefined);
      }
    }
    await cp(saved, folder, { recursive: true, verbatimSymlinks: true });
    await writeFile(path.join(folder, 'try.json'), JSON.stringify({ ...record, state: 'writing' }));
    await goPart('after', 3);
    assert.equal((await tries().undo()).thread, '01.01.01', 'what was cut off is undone');
    assert.deepEqual(await world(), before);
    await bring();
    assert.equal(await tries().finish(), undefined, 'a try that stands is left alone');
    assert.equal((await tries().undo()).thread, '01.01.01');
    await cp(saved, folder, { recursive: true, verbatimSymlinks: true });
    await writeFile(path.join(folder, 'try.json'), JSON.stringify({ ...record, state: 'writing' }));
    await goPart('after', 5);
    await write({ 'a.txt': 'mine\n' });
    const mine = await world();
    await assert.rejects(tries().current(), { reason: 'changed', paths: ['a.txt'] });
    await assert.rejects(tries().finish(), { reason: 'changed', paths: ['a.txt'] });
    assert.deepEqual(await world(), mine);
    await write({ 'a.txt': start['a.txt'] });
    assert.equal(await tries().current(), undefined);
    assert.deepEqual(await world(), before);
  });
});
