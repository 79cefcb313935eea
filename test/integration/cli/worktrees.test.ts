import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runCommandLine } from '../../../src/cli/runCommandLine';
import { diskContent } from '../../support/diskContent';
import { journalAttempt } from '../../support/journalAttempt';
import { terminalIo } from '../../support/terminalIo';
import { planFixture, stream, type PlanFixture } from './planFixture';
import { runWork } from './workProcess';

describe('The commands for worktrees', function () {
  this.timeout(60_000);
  let plan: PlanFixture;
  beforeEach(async () => {
    plan = await planFixture({ '.gitignore': 'cache/\n' });
    await plan.git('branch', `work/${stream}`);
    await writeFile(path.join(plan.root, '.git', 'info', 'exclude'), '/.worktrees/\n');
  });
  afterEach(() => plan.dispose());

  const place = (name: string) => path.join(plan.root, '.worktrees', name);
  const add = async (task: string, name: string) => {
    await plan.git('worktree', 'add', '--quiet', '-b', `task/${name}`, place(name));
    const base = await plan.git('rev-parse', 'HEAD');
    await journalAttempt({ root: plan.root, stream, task, worktree: place(name), branch: `task/${name}`, base });
    return place(name);
  };

  it('list what there is and what is in it, for people and for programs', async () => {
    const worktree = await add('01.01.01.01', 'one');
    await writeFile(path.join(worktree, 'mine.txt'), 'mine');
    const { code, out, err } = await plan.work('worktrees');
    assert.deepEqual({ code, err }, { code: 0, err: '' });
    assert.match(out, /^ {2}repository +clean · main {2}\/.*\/repository$/m);
    assert.match(out, /^ {2}01\.01\.01\.01 +1 change · Write the router · task\/one {2}\.worktrees\/one$/m);
    assert.doesNotMatch(out, /Removed/);
    const listed = JSON.parse((await plan.work('worktrees', '--json')).out) as {
      readonly worktrees: readonly { readonly path: string; readonly attempt?: { readonly task: string } }[];
      readonly deleted: readonly unknown[];
    };
    assert.deepEqual(
      listed.worktrees.map(each => [each.path, each.attempt?.task]),
      [
        [plan.root, undefined],
        [worktree, '01.01.01.01'],
      ],
    );
    assert.deepEqual(listed.deleted, []);
  });

  it('list many, and say nothing else', async () => {
    for (let number = 1; number <= 15; number++) {
      await plan.git('worktree', 'add', '--quiet', '--detach', '--no-checkout', place(`w${number}`));
    }
    const { code, out, err } = await runWork(['worktrees'], plan.root, process.env);
    assert.deepEqual({ code, err }, { code: 0, err: '' });
    assert.equal(out.match(/\.worktrees\/w\d+$/gm)?.length, 15, out);
  });

  it('remove one by its task and bring it back with every byte', async () => {
    const worktree = await add('01.01.01.01', 'one');
    await writeFile(path.join(worktree, 'mine.txt'), 'mine\r\n');
    const before = await diskContent(worktree);
    const removed = await plan.work('remove-worktree', '1.1.1.1');
    assert.deepEqual(removed, {
      code: 0,
      out: `Removed ${worktree} and its branch task/one.\nWhat no branch holds is kept as ${stream}/01.01.01.01/1. Bring it back with: work restore ${stream}/01.01.01.01/1\n`,
      err: '',
    });
    assert.equal(existsSync(worktree), false);
    assert.match(
      (await plan.work('worktrees')).out,
      /\n\nRemoved, brought back by work restore <snapshot>:\n {2}001-sample\/01\.01\.01\.01\/1 {2}unmerged · \w+ ago · [\d.]+ KB · Write the router\n$/,
    );
    const restored = await plan.work('restore');
    assert.deepEqual(restored, { code: 0, out: `${stream}/01.01.01.01/1 is back in ${worktree}, on branch task/one.\n`, err: '' });
    assert.deepEqual(await diskContent(worktree), before);
    assert.equal(
      (await plan.work('restore')).err,
      'Error: There is nothing to restore: no worktree was removed, or what was removed is there again.\n',
    );
  });

  it('let the one be named that is restored, by snapshot or by task', async () => {
    for (const [task, name] of [
      ['01.01.01.01', 'one'],
      ['01.01.02.01', 'two'],
    ] as const) {
      await writeFile(path.join(await add(task, name), 'mine.txt'), name);
      assert.equal((await plan.work('remove-worktree', place(name))).code, 0);
    }
    const which = await plan.work('restore');
    assert.equal(which.code, 1);
    assert.match(
      which.err,
      /^Error: Say which one to restore, with work restore <snapshot>:\n {2}001-sample\/01\.01\.0[12]\.01\/1\n {2}001-sample\//,
    );
    assert.match((await plan.work('restore', 'three')).err, /^Error: Nothing that was removed is called "three"\. There is:\n/);
    assert.match((await plan.work('restore', `${stream}/01.01.02.01/1`)).out, /two, on branch task\/two\.$/m);
    assert.match((await plan.work('restore', '1.1.1.1')).out, /one, on branch task\/one\.$/m);
  });

  it('forget what was removed for good, unmerged work only when told so', async () => {
    for (const [task, name] of [
      ['01.01.01.01', 'one'],
      ['01.01.02.01', 'two'],
    ] as const) {
      await writeFile(path.join(await add(task, name), 'mine.txt'), name);
      assert.equal((await plan.work('remove-worktree', place(name))).code, 0);
    }
    const snapshot = `${stream}/01.01.01.01/1`;
    const refs = async () => (await plan.git('for-each-ref', '--format=%(refname)', 'refs/work/snapshots')).trim().split('\n');
    const both = await refs();
    assert.equal(both.length, 2);
    const refused = await plan.work('forget', snapshot);
    assert.equal(refused.code, 1);
    assert.match(refused.err, /^Error: Nothing was forgotten, .*\n {2}001-sample\/01\.01\.01\.01\/1\nAdd --unmerged/);
    assert.match((await plan.work('forget', snapshot, 'three', '--unmerged')).err, /^Error: Nothing that was removed is called "three"/);
    assert.deepEqual(await refs(), both);
    assert.deepEqual(await plan.work('forget', snapshot, '--unmerged'), { code: 0, out: `Forgotten: ${snapshot}\n`, err: '' });
    assert.deepEqual(await refs(), [`refs/work/snapshots/${stream}/01.01.02.01/1`]);
    assert.equal((await plan.work('forget')).code, 2);
  });

  it('ask a person before ignored files go, and refuse where nobody can be asked', async () => {
    const worktree = await add('01.01.01.01', 'one');
    const cache = path.join(worktree, 'cache');
    await mkdir(cache);
    await writeFile(path.join(cache, 'a'), 'a');
    assert.deepEqual(await plan.work('remove-worktree', '01.01.01.01'), {
      code: 1,
      out: '',
      err: `Error: ${worktree} was kept: Ignored files in it are not kept: cache/. Say that they may go with --yes\n`,
    });
    const person = (answer: string) => terminalIo({ cwd: plan.root, env: plan.environment, answers: [answer] });
    const unwilling = person('n');
    assert.equal(await runCommandLine(['remove-worktree', '01.01.01.01'], unwilling), 1);
    assert.deepEqual(unwilling.questions, [
      'Remove the worktree of 01.01.01.01 Write the router? Ignored files in it are not kept: cache/. [y/N]: ',
    ]);
    assert.equal(unwilling.printed(), 'Nothing was removed.\n');
    assert.ok(existsSync(cache));
    assert.equal(await runCommandLine(['remove-worktree', '.worktrees/one'], person('y')), 0);
    assert.equal(existsSync(worktree), false);
  });

  it('ask before files go into a snapshot that are very large', async () => {
    const worktree = await add('01.01.01.01', 'one');
    const large = path.join(worktree, 'large.bin');
    await writeFile(large, '');
    await truncate(large, 101 << 20);
    const refused = await plan.work('remove-worktree', '01.01.01.01', '--yes');
    assert.equal(refused.code, 1);
    assert.match(refused.err, /^Error: .*large\.bin.* Keep them in the snapshot with --large-files\n$/s);
    const unwilling = terminalIo({ cwd: plan.root, env: plan.environment, answers: ['n'] });
    assert.equal(await runCommandLine(['remove-worktree', '01.01.01.01', '--yes'], unwilling), 1);
    assert.match(unwilling.questions[0] ?? '', /Keep them in the snapshot and remove the worktree\? \[y\/N\]: $/);
    assert.ok(existsSync(large));
    const { code, out } = await plan.work('remove-worktree', '01.01.01.01', '--yes', '--large-files');
    assert.equal(code, 0, out);
    assert.equal(existsSync(worktree), false);
  });

  it('keep what is not ours, locked, or not there, each with its sentence', async () => {
    const foreign = path.join(plan.root, '..', 'theirs');
    await plan.git('worktree', 'add', '--quiet', '--detach', foreign);
    const locked = await add('01.01.01.01', 'one');
    await plan.git('worktree', 'lock', '--reason', 'mine', locked);
    const rows: readonly (readonly [string, number, RegExp])[] = [
      [foreign, 1, /theirs was kept: it is not one of ours\. Remove it with git, if you want\.$/m],
      [plan.root, 1, /repository was kept: it is not one of ours/],
      ['01.01.01.01', 1, /one was kept: it is locked \(mine\)\. Unlock it with: git worktree unlock/],
      ['01.01.01.09', 1, /No worktree is in "01\.01\.01\.09", or was made for a task of that number\. See work worktrees$/m],
      ['nowhere', 1, /No worktree is in "nowhere"/],
    ];
    for (const [name, code, says] of rows) {
      const ended = await plan.work('remove-worktree', name);
      assert.equal(ended.code, code, name);
      assert.match(ended.err, says);
    }
    assert.ok(existsSync(foreign) && existsSync(locked));
    for (const args of [['remove-worktree'], ['remove-worktree', 'a', 'b'], ['restore', 'a', 'b'], ['worktrees', '--json', '--prune']]) {
      assert.equal((await plan.work(...args)).code, 2, args.join(' '));
    }
  });

  it('make git forget worktrees whose folders are gone, and keep their branches', async () => {
    const worktree = await add('01.01.01.01', 'one');
    const none = { code: 0, out: 'Every worktree that git knows has its folder: there is nothing to prune.\n', err: '' };
    assert.deepEqual(await plan.work('worktrees', '--prune'), none);
    await rm(worktree, { recursive: true });
    assert.deepEqual(await plan.work('worktrees', '--prune'), { code: 0, out: `Forgotten: ${worktree}\n`, err: '' });
    assert.doesNotMatch(await plan.git('worktree', 'list'), /one/);
    assert.equal((await plan.git('branch', '--list', 'task/one')).trim(), 'task/one');
  });
});
