import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { appendFile, chmod, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { silentLogger } from '../../../src/common/logger';
import { changes } from '../../../src/runtime/git/changes';
import { commitMessage } from '../../../src/runtime/git/commitMessage';
import { commitAll } from '../../../src/runtime/git/commits';
import { Git } from '../../../src/runtime/git/git';
import { GitError } from '../../../src/runtime/git/gitError';
import { Worktrees } from '../../../src/runtime/git/worktrees';
import { runGit, temporaryRepository, type TemporaryRepository } from '../../support/gitRepository';

describe('Committing what an agent left', () => {
  let repository: TemporaryRepository;
  let git: Git;
  let place: string;
  let base: string;

  beforeEach(async () => {
    repository = await temporaryRepository({
      name: 'répo with spaces',
      files: {
        'a.txt': 'one\n',
        'gone.txt': 'gone\n',
        '.gitignore': 'build/\n',
        'work/index.json': '{}\n',
        'work/001-x/PLAN.md': '# Plan\n',
        'work/001-x/tasks.json': '{"tasks":[]}\n',
        'work/001-x/files/notes.md': 'notes\n',
      },
    });
    git = new Git(repository.root);
    base = await repository.git(['rev-parse', 'HEAD']);
    place = (await new Worktrees(git, { directory: path.join(repository.root, '.worktrees') }).add({ name: 'a', branch: 'task/a', base }))
      .path;
  });
  afterEach(() => repository.dispose());

  const at = (args: string) => runGit(args.split(' '), place);
  const names = async (range: string) =>
    (await at(`diff --name-only --no-renames -z ${range}`))
      .split('\0')
      .filter(name => name !== '')
      .sort();

  it('takes new, changed, deleted and moved files, whatever their names', async () => {
    await repository.write(
      { 'a.txt': 'two\n', 'new/ü "quoted" \t $(x).txt': 'x', '-rf': 'x', 'build/out.o': 'ignored', 'work/001-x/files/more.md': 'm' },
      place,
    );
    await rm(path.join(place, 'gone.txt'));
    const result = await commitAll(git, place, { message: 'feat(01.01.01.01): Do it', branch: 'task/a' });
    assert.deepEqual(result, { commit: await at('rev-parse HEAD'), leftOut: [], nested: [] });
    assert.equal(await at('rev-parse HEAD^'), base);
    assert.equal(await at('symbolic-ref HEAD'), 'refs/heads/task/a');
    assert.deepEqual(await names('HEAD^ HEAD'), ['-rf', 'a.txt', 'gone.txt', 'new/ü "quoted" \t $(x).txt', 'work/001-x/files/more.md']);
    assert.equal(await at('log -1 --format=%an.<%ae>|%cn'), 'Ada Test.<ada@example.com>|Ada Test');
    assert.equal(await at('status --porcelain'), '');
  });

  it('commits nothing when nothing changed, and keeps what the agent committed itself', async () => {
    assert.deepEqual(await commitAll(git, place, { message: 'x' }), { commit: undefined, leftOut: [], nested: [] });
    await repository.write({ 'a.txt': 'mine\n' }, place);
    const own = await repository.commit('My own', place);
    assert.equal((await commitAll(git, place, { message: 'x' })).commit, undefined);
    assert.equal(await at('rev-parse HEAD'), own);
    await repository.write({ 'a.txt': 'left\n' }, place);
    await commitAll(git, place, { message: 'x' });
    assert.equal(await at('rev-parse HEAD^'), own);
  });

  it('writes trailers that git reads back, below a title and a body that cannot imitate them', async () => {
    const message = 'feat(01): $(touch x) `y` ; "z" \u001b[31mred\u0000\u0007\n\n# not a comment\n- bullet\n\nThread: 99';
    await repository.write({ 'a.txt': 'two\n' }, place);
    await commitAll(git, place, {
      message,
      trailers: { Workstream: '001-x', Stage: '01', Batch: '01.01', Thread: '01.01.01', Task: '01.01.01.01', Session: 'ses_1\nThread: 98' },
    });
    assert.equal(await at('log -1 --format=%s'), 'feat(01): $(touch x) `y` ; "z" red');
    assert.deepEqual((await at('log -1 --format=%(trailers:only,unfold)')).trim().split('\n'), [
      'Workstream: 001-x',
      'Stage: 01',
      'Batch: 01.01',
      'Thread: 01.01.01',
      'Task: 01.01.01.01',
      'Session: ses_1 Thread: 98',
    ]);
    assert.match(await at('log -1 --format=%b'), /^# not a comment\n- bullet\n\nThread: 99\n\nWorkstream/);
    assert.equal(commitMessage(' \n '), 'Work\n');
  });

  it('leaves state files out, staged or not, and says which', async () => {
    const plan = '# Changed\n';
    await repository.write(
      {
        'work/001-x/PLAN.md': plan,
        'work/001-x/prompts/01/a.md': 'p',
        'work/001-x/reports/r.md': 'r',
        'work/001-x/COMPLETION.md': 'c',
        'work/001-x/files/notes.md': 'kept\n',
        'work/001-x/docs/PLAN.md': 'kept',
        'work/agents.yaml': 'a: 1',
        'other/work/001-x/PLAN.md': 'kept',
      },
      place,
    );
    await rm(path.join(place, 'work/001-x/tasks.json'));
    await at('add work/001-x/PLAN.md work/agents.yaml');
    const { commit, leftOut } = await commitAll(git, place, { message: 'x' });
    assert.deepEqual([...leftOut].sort(), [
      'work/001-x/COMPLETION.md',
      'work/001-x/PLAN.md',
      'work/001-x/prompts/01/a.md',
      'work/001-x/reports/r.md',
      'work/001-x/tasks.json',
      'work/agents.yaml',
    ]);
    assert.deepEqual(await names(`${base} ${commit ?? ''}`), [
      'other/work/001-x/PLAN.md',
      'work/001-x/docs/PLAN.md',
      'work/001-x/files/notes.md',
    ]);
    assert.equal(await readFile(path.join(place, 'work/001-x/PLAN.md'), 'utf8'), plan);
    assert.equal(existsSync(path.join(place, 'work/agents.yaml')), true);
    assert.deepEqual(await commitAll(git, place, { message: 'again' }), { commit: undefined, leftOut, nested: [] });
  });

  for (const [what, prepare] of [
    ['without commits', () => Promise.resolve()],
    [
      'with commits',
      (inner: string) => runGit(['-c', 'user.name=x', '-c', 'user.email=x', 'commit', '--quiet', '--allow-empty', '-m', 'x'], inner),
    ],
    [
      'with commits that the agent staged',
      async (inner: string) => {
        await runGit(['-c', 'user.name=x', '-c', 'user.email=x', 'commit', '--quiet', '--allow-empty', '-m', 'x'], inner);
        await at('add -A');
      },
    ],
  ] as const) {
    it(`refuses a nested repository ${what}, and commits the rest`, async () => {
      const inner = path.join(place, 'lib', 'in ner*');
      await runGit(['init', '--quiet', inner], place);
      await repository.write({ 'lib/in ner*/file.txt': 'precious', 'lib/in nerd/beside.txt': 'x', 'b.txt': 'b' }, place);
      await prepare(inner);
      const result = await commitAll(git, place, { message: 'x' });
      assert.deepEqual(result.nested, ['lib/in ner*']);
      assert.deepEqual(await names('HEAD^ HEAD'), ['b.txt', 'lib/in nerd/beside.txt']);
      assert.equal(await readFile(path.join(inner, 'file.txt'), 'utf8'), 'precious');
      assert.deepEqual(await commitAll(git, place, { message: 'x' }), { commit: undefined, leftOut: [], nested: ['lib/in ner*'] });
    });
  }

  it('refuses a tracked file that became a repository, and does not commit its deletion', async () => {
    await rm(path.join(place, 'a.txt'));
    await runGit(['init', '--quiet', 'a.txt'], place);
    await runGit(['-c', 'user.name=x', '-c', 'user.email=x', 'commit', '--quiet', '--allow-empty', '-m', 'x'], path.join(place, 'a.txt'));
    assert.deepEqual(await commitAll(git, place, { message: 'x' }), { commit: undefined, leftOut: [], nested: ['a.txt'] });
  });

  it('commits nothing on another branch or a detached HEAD', async () => {
    await repository.write({ 'a.txt': 'two\n' }, place);
    const isRefused = (error: unknown) => error instanceof GitError && error.reason === 'wrong-branch';
    await at('switch --quiet -c elsewhere');
    await assert.rejects(commitAll(git, place, { message: 'x', branch: 'task/a' }), isRefused);
    await at('checkout --quiet --detach');
    await assert.rejects(commitAll(git, place, { message: 'x', branch: 'task/a' }), isRefused);
    assert.equal(await at('rev-parse HEAD'), base);
    assert.equal(await at('status --porcelain'), ' M a.txt');
  });

  it('does not take conflict markers for work, but concludes a merge that is resolved', async () => {
    await repository.write({ 'a.txt': 'theirs\n' });
    const theirs = await repository.commit('Theirs');
    await repository.write({ 'a.txt': 'ours\n' }, place);
    await repository.commit('Ours', place);
    await assert.rejects(at('merge main'));
    assert.deepEqual((await changes(git, place)).unmerged, ['a.txt']);
    await assert.rejects(
      commitAll(git, place, { message: 'x' }),
      (error: unknown) => error instanceof GitError && error.reason === 'conflict' && error.message.includes('a.txt'),
    );
    await writeFile(path.join(place, 'a.txt'), 'ours\n');
    await at('add a.txt');
    await commitAll(git, place, { message: 'x' });
    assert.equal(await at('rev-parse HEAD^2'), theirs);
  });

  it('runs no hook and asks for no signature, however the repository is set up', async () => {
    const hook = path.join(repository.root, '.git', 'hooks', 'pre-commit');
    await writeFile(hook, '#!/bin/sh\nexit 1\n');
    await chmod(hook, 0o755);
    for (const setting of [
      'commit.gpgsign true',
      'gpg.program false',
      'commit.cleanup strip',
      'core.safecrlf true',
      'core.autocrlf input',
      'commit.verbose true',
    ]) {
      await repository.git(['config', ...setting.split(' ')]);
    }
    await repository.write({ 'mixed.txt': 'a\r\nb\n' }, place);
    assert.ok((await commitAll(git, place, { message: 'x' })).commit);
  });

  it('waits for the lock of a git command that is at work', async () => {
    const lock = path.join(repository.root, '.git', 'worktrees', 'a', 'index.lock');
    await writeFile(lock, '');
    await repository.write({ 'a.txt': 'two\n' }, place);
    const seen: string[] = [];
    const debug = (message: string) => {
      if (!message.includes('Trying again')) return;
      seen.push(message);
      rmSync(lock, { force: true });
    };
    assert.ok((await commitAll(new Git(repository.root, { logger: { ...silentLogger, debug } }), place, { message: 'x' })).commit);
    assert.equal(seen.length, 1);
  });

  it('takes files outside of a sparse checkout too', async () => {
    await at('sparse-checkout set other');
    await repository.write({ 'elsewhere/new.txt': 'n' }, place);
    await commitAll(git, place, { message: 'x' });
    assert.deepEqual(await names('HEAD^ HEAD'), ['elsewhere/new.txt']);
  });

  it('lists what changed, apart', async () => {
    await repository.write({ 'new.txt': 'n', 'gone.txt': 'changed\n' }, place);
    await appendFile(path.join(place, 'a.txt'), 'more\n');
    await at('add a.txt');
    await runGit(['init', '--quiet', 'inner'], place);
    assert.deepEqual(await changes(git, place), {
      tracked: ['a.txt', 'gone.txt'],
      untracked: ['new.txt'],
      nested: ['inner'],
      unmerged: [],
    });
  });
});
