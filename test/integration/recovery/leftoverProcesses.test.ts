import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { silentLogger } from '../../../src/common/logger';
import { newMessageId, newPartId } from '../../../src/runtime/opencode/messageIds';
import { endLeftoverProcesses } from '../../../src/runtime/recovery/leftoverProcesses';
import { startHarness, type Harness } from '../../support/opencodeHarness';
import { isRunning } from '../../support/processes';
import { projectRoot } from '../../support/projectRoot';
import { temporaryDirectory } from '../../support/temporaryDirectory';
import { waitFor } from '../../support/waitFor';

describe('endLeftoverProcesses', function () {
  this.timeout(120_000);
  const started = new Set<number>();

  before(function () {
    if (process.platform !== 'linux') this.skip(); // elsewhere the environment of another process cannot be read
  });
  after(() => {
    for (const pid of started) if (isRunning(pid)) process.kill(pid, 'SIGKILL');
  });

  /** Runs until it is ended; resolves when it is there. */
  async function start(
    program: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>>,
    cwd = '/',
  ): Promise<number> {
    const child = spawn(program, args, { cwd, env: { PATH: process.env.PATH, ...environment }, stdio: ['pipe', 'pipe', 'ignore'] });
    await once(child, 'spawn');
    if (args[0] === '-c') await once(child.stdout, 'data');
    started.add(child.pid ?? 0);
    return child.pid ?? 0;
  }

  describe('after a server was killed in the middle of a tool call', () => {
    const attempt = '01.01.01.01#1';
    let harness: Harness;

    before(async () => {
      harness = await startHarness({ pluginFile: path.join(projectRoot(), 'dist', 'plugin.js') });
    });
    after(() => harness.dispose());

    it('ends what the call left, setsid and nohup children too, and nothing of a person who stands there', async () => {
      const directory = await harness.repository('left');
      const work = {
        root: directory,
        stream: '001-x',
        task: '01.01.01.01',
        thread: '01.01.01',
        attempt,
        worktree: directory,
        isolation: 'task',
        inbox: directory,
      };
      const { sessions } = harness.opencode;
      const { id: session } = await sessions.create({ directory, title: 'Left', metadata: { work } });
      const person = await start('bash', ['-c', 'echo up; read', 'a shell'], {}, directory);
      const command = 'setsid sleep 901 & nohup sleep 902 >/dev/null 2>&1 & (setsid nohup sleep 903 >/dev/null 2>&1 &) ; sleep 904';
      await sessions.prompt({ directory, session, messageId: newMessageId(), partId: newPartId(), text: `[[bash ${command}]]\n[[say x]]` });
      const sleeps = await waitFor('the four processes', async () => {
        const found = await processesOf(`WORK_ATTEMPT=${attempt}`, 'sleep');
        return found.length === 4 && found;
      });
      for (const pid of sleeps) started.add(pid);
      const server = harness.server.status.pid ?? 0;
      process.kill(server, 'SIGKILL');
      await waitFor('the server to be gone', () => !isRunning(server));
      assert.deepEqual(sleeps.map(isRunning), [true, true, true, true], 'the kill ends none of them');

      const other = await endLeftoverProcesses({ ...work, attempt: '01.01.01.01#2' }, silentLogger);
      assert.deepEqual(other, { ended: 0, left: [], searched: true });
      await endLeftoverProcesses({ ...work, stream: '002-y' }, silentLogger);
      await endLeftoverProcesses({ ...work, root: '/another/repository' }, silentLogger);
      assert.ok(sleeps.every(isRunning), 'another attempt of the same name is another attempt');
      const { ended, left } = await endLeftoverProcesses(work, silentLogger);
      assert.ok(ended >= 4, `${ended} ended`);
      assert.deepEqual(left, []);
      assert.deepEqual(await processesOf(`WORK_ATTEMPT=${attempt}`, ''), []);
      assert.ok(isRunning(person));
      assert.equal((await endLeftoverProcesses(work, silentLogger)).ended, 0);
    });
  });

  it('ends one that does not want to and one with an odd name, not one of a similar attempt, nor those it shall spare', async () => {
    const folder = await temporaryDirectory('leftover-');
    try {
      const odd = path.join(folder.path, 'a) b (c 1 2');
      await copyFile('/bin/sleep', odd);
      await chmod(odd, 0o755);
      const owner = { attempt: '09.01.01.01#1', stream: '001-x', root: '/r' };
      const mine = { WORK_ATTEMPT: owner.attempt, WORK_STREAM: owner.stream, WORK_ROOT: owner.root };
      const stubborn = await start('bash', ['-c', "trap '' TERM; echo up; while :; do read -t 1; done"], mine);
      const named = await start(odd, ['905'], mine);
      const similar = await start('sleep', ['906'], { ...mine, WORK_ATTEMPT: '09.01.01.01#11' });
      const inText = await start('sleep', ['907'], { ...mine, WORK_ATTEMPT: '', OTHER: `WORK_ATTEMPT=${owner.attempt}` });
      const spared = await start('sleep', ['908'], mine);
      const { ended, left } = await endLeftoverProcesses(owner, silentLogger, { spare: [spared] });
      assert.deepEqual({ ended, left }, { ended: 2, left: [] });
      const running = await Promise.all([stubborn, named, similar, inText, spared].map(isThere));
      assert.deepEqual(running, [false, false, true, true, true]);
    } finally {
      await folder.dispose();
    }
  });

  it('never touches who calls it, or the process that this one was started by', async () => {
    const script = `
      import { endLeftoverProcesses } from ${JSON.stringify(path.join(projectRoot(), 'out', 'test', 'integration', 'recovery', 'callEndLeftovers.tool.mjs'))};
      console.log(JSON.stringify(await endLeftoverProcesses({ attempt: '08.01.01.01#1', stream: 'x', root: '/r' }, { debug() {}, info() {}, warn() {}, error() {} })));`;
    const parent = spawn('bash', ['-c', '"$0" --input-type=module -e "$1"; echo alive', process.execPath, script], {
      env: { PATH: process.env.PATH, WORK_ATTEMPT: '08.01.01.01#1', WORK_STREAM: 'x', WORK_ROOT: '/r' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    parent.stdout.on('data', (data: Buffer) => (output += data.toString()));
    await once(parent, 'close');
    assert.equal(output, `${JSON.stringify({ ended: 0, left: [], searched: true })}\nalive\n`);
  });
});

/** A zombie that nobody waited for yet is not there. */
async function isThere(pid: number): Promise<boolean> {
  const state = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return state !== '' && state.slice(state.lastIndexOf(')') + 2, state.lastIndexOf(')') + 3) !== 'Z';
}

/** Found by another way than the one that is tested: by any process's environment and the beginning of its command line. */
async function processesOf(variable: string, program: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).map(Number).filter(Number.isInteger);
  const found = await Promise.all(
    pids.map(async pid => {
      const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
      return (await read('environ')).includes(variable) && (await read('cmdline')).startsWith(program) ? [pid] : [];
    }),
  );
  return found.flat();
}
