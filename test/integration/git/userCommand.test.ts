import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { runUserCommand, type UserCommandOptions } from '../../../src/runtime/git/userCommand';
import { temporaryDirectory } from '../../support/temporaryDirectory';
import { waitFor } from '../../support/waitFor';

describe('A setup command', () => {
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  beforeEach(async () => void (folder = await temporaryDirectory('set up ü ')));
  afterEach(() => folder.dispose());

  const options = (more: Partial<UserCommandOptions> = {}): UserCommandOptions => ({
    cwd: folder.path,
    timeoutMs: 60_000,
    outputFile: path.join(folder.path, 'logs', 'setup.log'),
    ...more,
  });
  const node = (code: string, ...args: string[]) => [process.execPath, '-e', code, '--', ...args];
  const log = () => readFile(path.join(folder.path, 'logs', 'setup.log'), 'utf8');
  /** Starts a child that outlives it unless the whole tree is ended; both write their ids. */
  const family = `
    const { spawn } = require('node:child_process');
    const child = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'], { stdio: 'ignore', detached: true });
    console.log('pids ' + process.pid + ' ' + child.pid + ' end');
    setInterval(() => {}, 1000);`;
  const isAlive = (pid: number) => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };
  const familyIds = async () => {
    const found = await waitFor('the ids of the family', async () => /pids (\d+) (\d+) end/.exec(await log().catch(() => '')));
    return found.slice(1).map(Number);
  };

  it('runs in the worktree, keeps the whole output and gives its end', async () => {
    const result = await runUserCommand(
      node(
        `for (let i = 0; i < 3000; i++) console.log('line ' + i); console.error('\\u001b[31mred ü\\u001b[0m'); console.log(process.cwd(), process.argv[1])`,
        '; rm -rf $(x)',
      ),
      options(),
    );
    assert.equal(result.exitCode, 0);
    assert.equal(result.timedOut, false);
    assert.ok(result.tail.endsWith(`red ü\n${folder.path} ; rm -rf $(x)`), result.tail);
    assert.match(result.tail, /^line \d+\n/);
    assert.match(await log(), /^line 0\n/);
  });

  it('is told apart when a signal ended it and when it could not be started', async () => {
    const killed = await runUserCommand(node('process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000)'), options());
    const missing = await runUserCommand(['no-such-program-anywhere'], options());
    const ends = [killed, missing].map(({ exitCode, timedOut }) => [exitCode, timedOut]);
    assert.deepEqual(ends, [[process.platform === 'win32' ? 1 : 137, false], [null, false]]); // prettier-ignore
  });

  it('takes a text as a line of the user’s own shell', async () => {
    const result = await runUserCommand('echo one && echo two', options());
    assert.equal(result.tail.replace(/\s+/g, ' '), 'one two');
  });

  it('gives the exit code, and says when it could not be started', async () => {
    assert.deepEqual(await runUserCommand(node('console.log("bad"); process.exit(7)'), options()), {
      exitCode: 7,
      timedOut: false,
      tail: 'bad',
    });
    const absent = await runUserCommand(['no-such-program-anywhere', 'x'], options());
    assert.equal(absent.exitCode, null);
    assert.match(absent.tail, /"no-such-program-anywhere" could not be started/);
  });

  it('passes variables on, but none that point git at another repository', async () => {
    process.env.GIT_DIR = '/nowhere';
    try {
      const result = await runUserCommand(node('console.log(process.env.WORK_X, process.env.GIT_DIR)'), options({ env: { WORK_X: 'x' } }));
      assert.equal(result.tail, 'x undefined');
    } finally {
      delete process.env.GIT_DIR;
    }
  });

  it('is ended with everything it started when its time is up', async () => {
    const result = await runUserCommand(node(family), options({ timeoutMs: 2000 }));
    assert.deepEqual({ ...result, tail: '' }, { exitCode: null, timedOut: true, tail: '' });
    const ids =
      /pids (\d+) (\d+) end/
        .exec(await log())
        ?.slice(1)
        .map(Number) ?? []; // none when it was stopped before it could say so
    await waitFor('the family to be gone', () => !ids.some(isAlive), { timeout: 10_000 });
  });

  it('is ended with everything it started when it is aborted', async () => {
    const abort = new AbortController();
    const running = runUserCommand(node(family), options({ signal: abort.signal }));
    const ids = await familyIds();
    abort.abort();
    await assert.rejects(running, { name: 'AbortError' });
    await waitFor('the family to be gone', () => !ids.some(isAlive), { timeout: 10_000 });
  });

  it('does not start when it is aborted before', async () => {
    await assert.rejects(runUserCommand(node(`require('node:fs').writeFileSync('ran', '')`), options({ signal: AbortSignal.abort() })), {
      name: 'AbortError',
    });
    assert.equal(existsSync(path.join(folder.path, 'ran')), false);
  });
});
