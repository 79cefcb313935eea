import assert from 'node:assert/strict';
import { existsSync, writeSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { conflictWords } from '../../../src/domain/merge/conflictKind';
import { readWorktrees } from '../../../src/runtime/model/worktreeReader';
import type { Write } from '../../../src/runtime/journal/appender';
import {
  conflictFixture,
  conflictStream as stream,
  conflictTask as task,
  conflictThread as thread,
  type Change,
  type ConflictFixture,
} from '../../support/conflictFixture';
import { runGit, type TemporaryRepository } from '../../support/gitRepository';

const odd = 'ü "q" \'s.txt';
const integration = `refs/heads/work/${stream}`;

const submodule = async (repository: TemporaryRepository, digit: string) => {
  await mkdir(path.join(repository.root, 'lib'), { recursive: true });
  await repository.git(['update-index', '--add', '--cacheinfo', `160000,${digit.repeat(40)},lib`]);
};

describe('A conflict that a person resolves', () => {
  const signal = new AbortController().signal;
  let fixture: ConflictFixture;
  afterEach(() => fixture.dispose());

  const make = async (files: Readonly<Record<string, string | Buffer>>, ours: Change, theirs: Change) => {
    fixture = await conflictFixture({ files, ours, theirs });
    return fixture;
  };
  const sameLine = () =>
    make(
      { 'a.txt': 'base\n', 'b.txt': 'b\n' },
      repository => repository.write({ 'a.txt': 'ours\n' }),
      repository => repository.write({ 'a.txt': 'theirs\n', 'c.txt': 'new\n' }),
    );
  const show = (file: string) => fixture.repository.git(['show', `${integration}:${file}`]);
  const tasks = async () => (await fixture.open().files.readTasks(stream)).find(({ id }) => id === task);
  /** Everything of the user's that must not change. */
  const checkout = async () => [
    await fixture.repository.git(['status', '--porcelain', '--', '.', ':!work']),
    await fixture.repository.git(['rev-parse', 'main', 'HEAD']),
    await fixture.repository.git(['for-each-ref', 'refs/heads/task']),
  ];
  const placeOf = async () =>
    /^worktree (.*resolve-.*)$/m.exec(await fixture.repository.git(['worktree', 'list', '--porcelain']))?.[1] ?? '';
  const resolveText = async (worktree: string, text = 'both\n') => {
    await writeFile(path.join(worktree, 'a.txt'), text);
    await fixture.open().resolutions.mark(stream, thread, 'a.txt');
  };

  it('stands in a worktree of its own as git leaves it, and lands when it is resolved, with everything else as it was', async () => {
    await sameLine();
    const before = await checkout();
    const repository = fixture.open();
    const { worktree, files } = await repository.resolutions.open(stream, thread, signal);
    assert.deepEqual(files, [{ path: 'a.txt', base: true, ours: true, theirs: true, isText: true }]);
    assert.match(await readFile(path.join(worktree, 'a.txt'), 'utf8'), /<<<<<<<[^]*ours\n=======\ntheirs\n>>>>>>>/);
    assert.equal(await fixture.repository.git(['rev-parse', integration]), fixture.integration);
    assert.deepEqual((await repository.resolutions.open(stream, thread, signal)).worktree, worktree, 'asked again it is the same');
    const node = (await repository.snapshot(stream)).stages[0]?.batches[0]?.threads[1];
    assert.equal(node?.resolution?.worktree, worktree);
    const row = (await readWorktrees(repository.worktreeSources)).worktrees.find(({ path: place }) => place === worktree);
    assert.deepEqual([row?.owner, row?.stream, row?.resolves], ['resolution', stream, thread]);

    const early = await repository.resolutions.continue(stream, thread, signal);
    assert.deepEqual(early.kind === 'unresolved' && early.files.map(file => file.path), ['a.txt']);
    // The merge editor takes the markers away when it opens: that resolves nothing.
    await writeFile(path.join(worktree, 'a.txt'), 'base\n');
    assert.equal((await repository.resolutions.continue(stream, thread, signal)).kind, 'unresolved');
    await resolveText(worktree);
    await writeFile(path.join(worktree, 'a.txt'), 'changed after\n');
    assert.deepEqual(await repository.resolutions.continue(stream, thread, signal), { kind: 'changed', files: ['a.txt'] });
    await resolveText(worktree);
    assert.deepEqual(await repository.resolutions.continue(stream, thread, signal), { kind: 'landed', branch: `work/${stream}` });

    assert.deepEqual([await show('a.txt'), await show('c.txt')], ['both', 'new']);
    const format = '--format=%P|%(trailers:key=Thread,valueonly)%(trailers:key=Resolved-By-Hand,valueonly)';
    assert.equal(
      await fixture.repository.git(['log', '-1', format, integration]),
      `${fixture.integration} ${fixture.tip}|${thread}\na.txt\n`,
    );
    assert.equal(existsSync(worktree), false);
    assert.equal(await fixture.repository.git(['for-each-ref', 'refs/work']), '', 'what landed needs no snapshot, and no ref is left');
    assert.deepEqual(await checkout(), before);
    const { status, report } = (await tasks()) ?? {};
    assert.deepEqual([status, report], ['completed', 'Did it.']);
    const { state } = await fixture.journal();
    assert.deepEqual(
      [state.threads.get(thread)?.merge?.state, state.resolved.map(({ by, files: names }) => [by, names]), state.resolutions[0]?.closed],
      ['landed', [['hand', [{ path: 'a.txt' }]]], 'landed'],
    );
    await assert.rejects(repository.resolutions.open(stream, thread, signal), { reason: 'no-conflict' });
    await assert.rejects(repository.resolutions.continue(stream, thread, signal), { reason: 'not-open' });
  });

  it('is validated like every candidate; red, it stays where it is, and lands once it is repaired', async () => {
    await sameLine();
    const check = "process.exit(require('node:fs').readFileSync('a.txt', 'utf8').includes('BAD') ? 3 : 0)";
    const repository = fixture.open({ 'work.validation.commands': [[process.execPath, '-e', check]] });
    const { worktree } = await repository.resolutions.open(stream, thread, signal);
    await resolveText(worktree, 'BAD\n');
    const red = await repository.resolutions.continue(stream, thread, signal);
    assert.ok(red.kind === 'rejected');
    assert.match(red.reason, /ended with exit code 3/);
    assert.equal(await fixture.repository.git(['rev-parse', integration]), fixture.integration);
    assert.equal(await readFile(path.join(worktree, 'a.txt'), 'utf8'), 'BAD\n');
    assert.equal((await repository.resolutions.continue(stream, thread, signal)).kind, 'rejected', 'tried again as often as one likes');
    await resolveText(worktree, 'good\n');
    assert.equal((await repository.resolutions.continue(stream, thread, signal)).kind, 'landed');
    assert.equal(await show('a.txt'), 'good');
  });

  it('is repaired by hand where nothing conflicts and the checks refuse it: everything is taken as it stands, new files too', async () => {
    const check = "const { existsSync, readFileSync } = require('node:fs'); process.exit(readFileSync('c.txt', 'utf8').includes('BAD') || !existsSync('d.txt') ? 3 : 0)"; // prettier-ignore
    fixture = await conflictFixture({
      files: { 'a.txt': 'base\n', '.gitignore': '*.log\n' },
      ours: repository => repository.write({ 'a.txt': 'ours\n' }),
      theirs: repository => repository.write({ 'c.txt': 'BAD\n', 'b.txt': 'b\n' }),
      red: '`check` ended with exit code 3',
    });
    const before = await checkout();
    const repository = fixture.open({ 'work.validation.commands': [[process.execPath, '-e', check]] });
    const { worktree, files } = await repository.resolutions.open(stream, thread, signal);
    assert.deepEqual([files, await readFile(path.join(worktree, 'c.txt'), 'utf8')], [[], 'BAD\n']);
    assert.equal((await repository.resolutions.continue(stream, thread, signal)).kind, 'rejected', 'nothing was repaired yet');
    const repair = { 'c.txt': 'good\n', 'd.txt': 'new\n', 'test.log': 'noise\n', [`work/${stream}/tasks.json`]: '[]\n' };
    for (const [name, text] of Object.entries(repair)) await writeFile(path.join(worktree, name), text);
    assert.deepEqual(await repository.resolutions.continue(stream, thread, signal), { kind: 'landed', branch: `work/${stream}` });
    assert.deepEqual([await show('a.txt'), await show('b.txt'), await show('c.txt'), await show('d.txt')], ['ours', 'b', 'good', 'new']);
    await assert.rejects(show('test.log'));
    assert.notEqual(await show(`work/${stream}/tasks.json`), '[]', 'state files stay as they are');
    const trailer = await fixture.repository.git(['log', '-1', '--format=%(trailers:key=Resolved-By-Hand,valueonly)', integration]);
    assert.equal(trailer.trim(), 'c.txt, d.txt');
    const { state } = await fixture.journal();
    assert.deepEqual(state.resolved.map(({ by, files: names }) => [by, names]), [['hand', [{ path: 'c.txt' }, { path: 'd.txt' }]]]); // prettier-ignore
    assert.deepEqual([(await tasks())?.status, existsSync(worktree), await checkout()], ['completed', false, before]);
  });

  it('is looked at by language services, whose errors are evidence and no verdict', async () => {
    await sameLine();
    const asked: (readonly string[])[] = [];
    const repository = fixture.open(
      { 'work.validation.commands': [['git', '--version']] },
      {
        async diagnose({ worktree, files }) {
          asked.push([...files, await readFile(path.join(worktree, 'a.txt'), 'utf8')]);
          return { looked: 1, errors: [{ file: 'a.txt', line: 3, message: 'Cannot find `x` | y', source: 'ts' }] };
        },
      },
    );
    const { worktree } = await repository.resolutions.open(stream, thread, signal);
    await resolveText(worktree);
    assert.equal((await repository.resolutions.continue(stream, thread, signal)).kind, 'landed');
    assert.deepEqual(asked, [['a.txt', 'c.txt', 'both\n']]);
    const report = await readFile(await repository.reports.writeStageReport(stream, '01'), 'utf8');
    assert.match(
      report,
      /Reported by language services, for information:\n\n- `[0-9a-f]{10}`: 1 error in 1 file:\n {2}- `a\.txt:3` Cannot find \\?`x\\?` \\?\| y \(ts\)\n/,
    );
    assert.match(report, /- `a\.txt` by hand \(/);
  });

  it('lands all the same when language services fail', async () => {
    await sameLine();
    const repository = fixture.open(
      { 'work.validation.commands': [['git', '--version']] },
      { diagnose: () => Promise.reject(new Error('no service')) },
    );
    const { worktree } = await repository.resolutions.open(stream, thread, signal);
    await resolveText(worktree);
    assert.equal((await repository.resolutions.continue(stream, thread, signal)).kind, 'landed');
    assert.equal((await fixture.journal()).events.filter(({ kind }) => kind === 'merge.diagnosed').length, 0);
  });

  it('is merged onto what the branch got meanwhile, and asks again only where that conflicts', async () => {
    await sameLine();
    const move = async (files: Readonly<Record<string, string>>) => {
      const { repository } = fixture;
      await repository.git(['switch', '--quiet', '--detach', integration]);
      await repository.write(files);
      const commit = await repository.commit('Another thread');
      await repository.git(['switch', '--quiet', 'main']);
      await repository.git(['update-ref', integration, commit]);
      return commit;
    };
    const repository = fixture.open();
    const { worktree } = await repository.resolutions.open(stream, thread, signal);
    await resolveText(worktree);
    const moved = await move({ 'a.txt': 'moved\n', 'b.txt': 'b2\n' });
    const again = await repository.resolutions.continue(stream, thread, signal);
    assert.ok(again.kind === 'again');
    assert.notEqual(again.opened.worktree, worktree);
    assert.equal(existsSync(worktree), false);
    assert.match(await readFile(path.join(again.opened.worktree, 'a.txt'), 'utf8'), /moved\n=======\nboth\n/);
    await resolveText(again.opened.worktree, 'moved and both\n');
    const later = await move({ 'b.txt': 'b3\n' });
    assert.equal((await repository.resolutions.continue(stream, thread, signal)).kind, 'landed');
    assert.deepEqual([await show('a.txt'), await show('b.txt'), await show('c.txt')], ['moved and both', 'b3', 'new']);
    assert.equal(await fixture.repository.git(['log', '-1', '--format=%P', integration]), `${later} ${fixture.tip}`);
    assert.notEqual(moved, later);
    assert.equal(await fixture.repository.git(['for-each-ref', 'refs/work/resolutions']), '');
  });

  it('is found again after a restart, and can be given up with a snapshot of what was done', async () => {
    await sameLine();
    const { worktree } = await fixture.open().resolutions.open(stream, thread, signal);
    await writeFile(path.join(worktree, 'a.txt'), 'half done\n');
    assert.equal((await fixture.open().resolutions.find(stream, thread))?.worktree, worktree);
    const snapshot = await fixture.open().resolutions.abandon(stream, thread, signal);
    assert.ok(snapshot);
    assert.equal(existsSync(worktree), false);
    assert.equal(await fixture.repository.git(['rev-parse', integration]), fixture.integration);
    const restored = await fixture.open().restoreWorktree(snapshot);
    assert.equal(await readFile(path.join(restored.worktree, 'a.txt'), 'utf8'), 'half done\n');
    const next = await fixture.open().resolutions.open(stream, thread, signal);
    assert.deepEqual(
      next.files.map(file => file.path),
      ['a.txt'],
    );
  });

  it('is made once when its driver dies before it could write that down, and anew when git died in the middle', async () => {
    await sameLine();
    const dying: Write = (descriptor, bytes) => {
      if (bytes.includes('"effect.done"')) throw new Error('the driver died');
      return writeSync(descriptor, bytes);
    };
    await assert.rejects(fixture.open({}, { journalWrite: dying }).resolutions.open(stream, thread, signal));
    const place = await placeOf();
    assert.ok(existsSync(place));
    const { worktree } = await fixture.open().resolutions.open(stream, thread, signal);
    assert.equal(path.relative(worktree, place), '');
    await fixture.open().resolutions.abandon(stream, thread, signal);

    await assert.rejects(fixture.open({}, { journalWrite: dying }).resolutions.open(stream, thread, signal));
    const second = await placeOf();
    const gitFolder = path.dirname(await runGit(['rev-parse', '--path-format=absolute', '--git-path', 'MERGE_HEAD'], second));
    await rm(path.join(gitFolder, 'MERGE_HEAD'));
    await writeFile(path.join(gitFolder, 'index.lock'), '');
    await rm(path.join(second, 'b.txt'));
    const whole = await fixture.open().resolutions.open(stream, thread, signal);
    assert.deepEqual(
      whole.files.map(file => file.path),
      ['a.txt'],
    );
    assert.ok(existsSync(path.join(whole.worktree, 'b.txt')));
    await resolveText(whole.worktree);
    assert.equal((await fixture.open().resolutions.continue(stream, thread, signal)).kind, 'landed');
  });

  it('lands once when its driver dies while it is taken', async () => {
    await sameLine();
    const { worktree } = await fixture.open().resolutions.open(stream, thread, signal);
    await resolveText(worktree);
    for (const line of ['"effect.done"', '"merge.resolved"', '"merge.landed"', '"resolution.closed"']) {
      const dying: Write = (descriptor, bytes) => {
        if (bytes.includes(line)) throw new Error('the driver died');
        return writeSync(descriptor, bytes);
      };
      await assert.rejects(fixture.open({}, { journalWrite: dying }).resolutions.continue(stream, thread, signal), line);
    }
    assert.equal((await fixture.open().resolutions.continue(stream, thread, signal)).kind, 'landed');
    assert.equal(await fixture.repository.git(['rev-list', '--first-parent', '--count', `${fixture.integration}..${integration}`]), '1');
    const { events } = await fixture.journal();
    for (const kind of ['merge.landed', 'merge.resolved', 'resolution.closed']) {
      assert.equal(events.filter(event => event.kind === kind).length, 1, kind);
    }
    assert.equal((await tasks())?.status, 'completed');
  });

  it('says so when the merge in its worktree was taken back, or the worktree is gone', async () => {
    await sameLine();
    const { worktree } = await fixture.open().resolutions.open(stream, thread, signal);
    await runGit(['merge', '--abort'], worktree);
    await assert.rejects(fixture.open().resolutions.continue(stream, thread, signal), { reason: 'gone' });
    await rm(worktree, { recursive: true });
    await assert.rejects(fixture.open().resolutions.continue(stream, thread, signal), { reason: 'gone' });
    const anew = await fixture.open().resolutions.open(stream, thread, signal);
    assert.deepEqual(
      anew.files.map(file => file.path),
      ['a.txt'],
    );
    await runGit(['checkout', '--quiet', '--theirs', 'a.txt'], anew.worktree);
    await runGit(['add', 'a.txt'], anew.worktree);
    await runGit(['commit', '--quiet', '-m', 'By hand, with git'], anew.worktree);
    assert.equal((await fixture.open().resolutions.continue(stream, thread, signal)).kind, 'landed');
    assert.equal(await show('a.txt'), 'theirs');
  });

  const rows: readonly {
    readonly name: string;
    readonly files?: Readonly<Record<string, string | Buffer>>;
    readonly ours: Change;
    readonly theirs: Change;
    readonly says: Readonly<Record<string, string>>;
    readonly take: 'ours' | 'theirs';
    /** What is there afterwards; undefined: nothing. */
    readonly leaves: Readonly<Record<string, string | undefined>>;
  }[] = [
    {
      name: 'in a file that both added, with a name full of quotes',
      ours: repository => repository.write({ [odd]: 'ours\n' }),
      theirs: repository => repository.write({ [odd]: 'theirs\n' }),
      says: { [odd]: 'added by both' },
      take: 'theirs',
      leaves: { [odd]: 'theirs' },
    },
    {
      name: 'in a file that the thread deleted',
      files: { 'x y.txt': 'base\n' },
      ours: repository => repository.write({ 'x y.txt': 'ours\n' }),
      theirs: repository => rm(path.join(repository.root, 'x y.txt')),
      says: { 'x y.txt': 'deleted by the thread' },
      take: 'theirs',
      leaves: { 'x y.txt': undefined },
    },
    {
      name: 'in a file that the integration branch deleted',
      files: { 'x.txt': 'base\n' },
      ours: repository => rm(path.join(repository.root, 'x.txt')),
      theirs: repository => repository.write({ 'x.txt': 'theirs\n' }),
      says: { 'x.txt': 'deleted in the integration branch' },
      take: 'theirs',
      leaves: { 'x.txt': 'theirs' },
    },
    {
      name: 'in a binary file',
      files: { 'x.bin': Buffer.from('a\0b') },
      ours: repository => repository.write({ 'x.bin': Buffer.from('ours\0b') }),
      theirs: repository => repository.write({ 'x.bin': Buffer.from('theirs\0b') }),
      says: { 'x.bin': 'not a text file' },
      take: 'ours',
      leaves: { 'x.bin': 'ours\0b' },
    },
    {
      name: 'of modes beside one of texts',
      files: { 'x.sh': 'base\n' },
      async ours(repository) {
        await repository.write({ 'x.sh': 'ours\n' });
        await chmod(path.join(repository.root, 'x.sh'), 0o755);
      },
      theirs: repository => repository.write({ 'x.sh': 'theirs\n' }),
      says: { 'x.sh': 'changed by both' },
      take: 'ours',
      leaves: { 'x.sh': 'ours' },
    },
    {
      name: 'of two renames of one file',
      files: { 'x.txt': 'one\ntwo\nthree\nfour\n' },
      ours: repository => repository.git(['mv', 'x.txt', 'left.txt']),
      theirs: repository => repository.git(['mv', 'x.txt', 'right.txt']),
      says: { 'left.txt': 'only in the integration branch', 'right.txt': 'only in the thread', 'x.txt': 'moved away by both' },
      take: 'theirs',
      leaves: { 'left.txt': undefined, 'right.txt': 'one\ntwo\nthree\nfour', 'x.txt': undefined },
    },
    {
      name: 'of two commits of a submodule',
      ours: repository => submodule(repository, '1'),
      theirs: repository => submodule(repository, '2'),
      says: { lib: 'not a text file' },
      take: 'ours',
      leaves: {},
    },
    {
      name: 'that a merge driver caused by failing',
      files: { '.gitattributes': '*.txt merge=broken\n', 'x.txt': 'one\ntwo\nthree\n' },
      ours: repository => repository.write({ 'x.txt': 'ONE\ntwo\nthree\n' }),
      theirs: repository => repository.write({ 'x.txt': 'one\ntwo\nTHREE\n' }),
      says: { 'x.txt': 'changed by both' },
      take: 'theirs',
      leaves: { 'x.txt': 'one\ntwo\nTHREE' },
    },
  ];
  for (const { name, files = {}, ours, theirs, says, take, leaves } of rows) {
    it(`may be ${name}: one side is taken`, async () => {
      await make({ 'README.md': 'r\n', ...files }, ours, theirs);
      await fixture.repository.git(['config', 'merge.broken.driver', 'exit 1']);
      const repository = fixture.open();
      const opened = await repository.resolutions.open(stream, thread, signal);
      assert.deepEqual(Object.fromEntries(opened.files.map(file => [file.path, conflictWords(file)])), says);
      for (const { path: file } of opened.files) await repository.resolutions.take(stream, thread, file, take);
      const end = await repository.resolutions.continue(stream, thread, signal);
      assert.ok(end.kind === 'landed' || end.kind === 'empty', JSON.stringify(end));
      for (const [file, content] of Object.entries(leaves)) {
        assert.equal(await show(file).catch(() => undefined), content, file);
      }
      assert.equal(existsSync(opened.worktree), false);
    });
  }
});
