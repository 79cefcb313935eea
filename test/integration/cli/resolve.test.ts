import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runCommandLine } from '../../../src/cli/runCommandLine';
import { conflictFixture, conflictStream, conflictThread as thread, type ConflictFixture } from '../../support/conflictFixture';
import { terminalIo } from '../../support/terminalIo';

describe('work resolve', () => {
  let fixture: ConflictFixture;
  beforeEach(async () => {
    fixture = await conflictFixture({
      files: { 'a.txt': 'base\n', 'b b.bin': Buffer.from('a\0b') },
      ours: repository => repository.write({ 'a.txt': 'ours\n', 'b b.bin': Buffer.from('o\0b') }),
      theirs: repository => repository.write({ 'a.txt': 'theirs\n', 'b b.bin': Buffer.from('t\0b') }),
    });
  });
  afterEach(() => fixture.dispose());

  const work = async (...args: readonly string[]) => {
    const io = terminalIo({ cwd: fixture.repository.root, env: { PATH: process.env.PATH, HOME: path.dirname(fixture.repository.root) } });
    const code = await runCommandLine([...args], io);
    return { code, out: io.printed() };
  };

  it('prints the worktree and its files, takes sides and marks, and merges with --continue', async () => {
    const opened = await work('resolve', '1.1.2');
    const [worktree = '', ...files] = opened.out.split('\n').filter(line => line !== '');
    assert.ok(existsSync(path.join(worktree, 'a.txt')), JSON.stringify(opened));
    assert.deepEqual(files, ['  a.txt  changed by both', '  b b.bin  not a text file; take a side: --ours or --theirs']);
    const early = await work('resolve', thread, '--continue');
    assert.equal(early.code, 1);
    assert.deepEqual(early.out.split('\n').slice(0, 3), ['Nothing was merged: these files are still in conflict.', ...files]);
    assert.deepEqual((await work('resolve', thread, '--theirs', 'b b.bin')).out, '  a.txt  changed by both\n');
    await writeFile(path.join(worktree, 'a.txt'), 'both\n');
    assert.match((await work('resolve', thread, '--mark', 'a.txt')).out, /^Nothing is in conflict any more\./);
    assert.deepEqual(await work('resolve', thread, '--continue'), {
      code: 0,
      out: `Thread ${thread} is merged into work/${conflictStream}.\n`,
    });
    assert.equal(await fixture.repository.git(['show', `heads/work/${conflictStream}:a.txt`]), 'both');
    assert.match((await work('resolve', thread)).out, /Thread 01\.01\.02 has no merge that waits for you\./);
  });

  it('gives up with --abandon, and says what keeps the work', async () => {
    const [worktree = ''] = (await work('resolve', thread)).out.split('\n');
    await writeFile(path.join(worktree, 'a.txt'), 'half\n');
    const { code, out } = await work('resolve', thread, '--abandon');
    assert.equal(code, 0);
    assert.match(out, /was given up; the thread is as it was\.\nWhat was done in its worktree is kept in refs\/work\/snapshots\//);
    assert.equal(existsSync(worktree), false);
    assert.match((await work('resolve', thread, '--continue')).out, /No conflict of thread 01\.01\.02 is being resolved by hand\./);
    assert.match((await work('resolve', 'x')).out, /say of which thread/);
    assert.match((await work('resolve', thread, '--continue', '--abandon')).out, /mutually exclusive/);
  });
});
