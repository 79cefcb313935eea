import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { readCatalog } from '../../../src/runtime/opencode/catalog';
import { newMessageId, newPartId } from '../../../src/runtime/opencode/messageIds';
import { isPortFree } from '../../../src/runtime/opencode/ports';
import { isAlive } from '../../../src/runtime/opencode/processes';
import { predecessors, readServerState, writeServerState, type ServerState } from '../../../src/runtime/opencode/serverState';
import type { ServerStatus } from '../../../src/runtime/opencode/serverStatus';
import { isolatedHome } from '../../support/isolatedHome';
import { opencodeBinary } from '../../support/opencodeBinary';
import { harnessSettings, randomPort, startHarness, type Harness } from '../../support/opencodeHarness';
import { otherProcess } from '../../support/otherProcess';
import { projectRoot } from '../../support/projectRoot';
import { waitFor } from '../../support/waitFor';

const starter = path.join(projectRoot(), 'out', 'test', 'integration', 'opencode', 'startServer.tool.mjs');

describe('the opencode server', function () {
  this.timeout(180_000);
  let harness: Harness;
  let port: number;
  let foreign: { readonly listener: Server; readonly opencode: ChildProcess; readonly url: string };
  let started: readonly ServerStatus[];

  before(async () => {
    port = randomPort();
    harness = await startHarness({
      port,
      environment: { CLAUDECODE: '1', VSCODE_PID: '1', OPENCODE_SERVER_PASSWORD: 'of another', OPENCODE_PRINT_LOGS: '' },
    });
    foreign = await startForeign();
    const pluginFile = await plugin('one');
    const options = path.join(harness.folder, 'options.json');
    const { stateDirectory, environment } = harness;
    await writeFile(options, JSON.stringify({ stateDirectory, environment, pluginFile, port, binary: opencodeBinary(), mode: 'auto' }));
    const programs = await Promise.all([otherProcess(starter, [options]), otherProcess(starter, [options])]);
    assert.deepEqual(await Promise.all(programs.map(({ ended }) => ended)), [0, 0]);
    started = programs.map(({ output }) => JSON.parse(output) as ServerStatus);
  });

  after(async () => {
    await harness.dispose();
    foreign.opencode.kill('SIGKILL');
    foreign.listener.close();
  });

  /** Somebody else's program on the port that we would take, and somebody else's opencode on the next. */
  async function startForeign() {
    const listener = createServer((_request, response) => response.writeHead(404).end()).listen(port, '127.0.0.1');
    await once(listener, 'listening');
    const { environment } = await isolatedHome({ folder: path.join(harness.folder, 'foreign'), modelUrl: harness.model.url });
    const opencode = spawn(opencodeBinary(), ['serve', '--hostname', '127.0.0.1', '--port', String(port + 1)], {
      env: environment,
      cwd: harness.folder,
      stdio: 'ignore',
    });
    const url = `http://127.0.0.1:${port + 1}`;
    await waitFor('the other opencode', () => answers(url));
    return { listener, opencode, url };
  }

  const answers = (url: string) =>
    fetch(`${url}/global/health`, { signal: AbortSignal.timeout(1000) }).then(
      ({ ok }) => ok,
      () => false,
    );

  async function plugin(name: string): Promise<string> {
    const file = path.join(harness.folder, `${name}.js`);
    await writeFile(file, `export const ${name} = async () => ({});\n`);
    return file;
  }

  const state = async () => {
    const read = await readServerState(harness.stateDirectory);
    assert.ok(read);
    return read;
  };
  /** What a process that is none of ours would have left. */
  const stateOf = (fields: Partial<ServerState> & Pick<ServerState, 'pid'>): ServerState => ({
    version: 1,
    processStart: 'long ago',
    startedAt: 0,
    url: foreign.url,
    username: 'opencode',
    password: 'x',
    binary: 'opencode',
    plugin: null,
    stopping: false,
    restarting: false,
    replaces: [],
    died: [],
    ...fields,
  });

  const here = async () => harness.another({ pluginFile: await plugin('one') });

  it('is one for two programs that want it at the same time, and outlives both', async () => {
    const [one, two] = started;
    assert.equal(one?.pid, two?.pid);
    assert.deepEqual(started.map(({ adopted }) => adopted).sort(), [false, true]);
    assert.deepEqual(
      started.map(({ state: each, version, plugin: tools }) => [each, version, tools]),
      [
        ['running', '1.18.33', 'current'],
        ['running', '1.18.33', 'current'],
      ],
    );
    assert.ok(await isAlive(one?.pid ?? 0));
  });

  it('takes the next free port and leaves whoever has the others alone', async () => {
    assert.equal((await state()).url, `http://127.0.0.1:${port + 2}`);
    assert.ok(await answers(foreign.url));
    assert.equal(foreign.opencode.exitCode, null);
  });

  it('has a password that only the user can read, in no argument, and nothing of an outer session', async () => {
    const { password, pid, url } = await state();
    assert.equal((await fetch(`${url}/global/health`)).status, 401);
    if (process.platform === 'win32') return;
    assert.equal((await stat(path.join(harness.stateDirectory, 'opencode-server.json'))).mode & 0o777, 0o600);
    if (process.platform !== 'linux') return;
    assert.ok(!(await readFile(`/proc/${pid}/cmdline`, 'utf8')).includes(password));
    const names = (await readFile(`/proc/${pid}/environ`, 'utf8')).split('\0').map(entry => entry.split('=')[0]);
    assert.deepEqual(
      names.filter(name => name === 'CLAUDECODE' || name?.startsWith('VSCODE_') === true || name === 'OPENCODE_PRINT_LOGS'),
      [],
    );
  });

  it('is adopted, once for all calls at the same time', async () => {
    const statuses: string[] = [];
    const program = await here();
    try {
      program.server.onDidChangeStatus(({ state: each }) => statuses.push(each));
      const [one, two] = await Promise.all([program.server.ensure(), program.server.ensure()]);
      assert.equal(one, two);
      assert.deepEqual(statuses, ['starting', 'running']);
      assert.deepEqual([program.server.status.adopted, program.server.status.pid], [true, started[0]?.pid]);
      assert.equal((await program.catalog(await harness.repository('adopted'))).has('lab', 'scripted'), true);
    } finally {
      program.dispose();
    }
  });

  it('is used but never stopped where somebody else runs it', async () => {
    const { url, password, pid } = await state();
    const outside = (at: string | undefined, secret: string) =>
      harness.another({
        settings: () => harnessSettings({ mode: 'external', url: at }),
        environment: { ...harness.environment, OPENCODE_SERVER_PASSWORD: secret },
        stateDirectory: path.join(harness.folder, 'elsewhere'),
      });
    const program = outside(url, password);
    await program.server.ensure();
    assert.deepEqual([program.server.status.plugin, program.server.status.pid], ['none', undefined]);
    assert.equal(await program.server.stop(), false);
    assert.ok(await isAlive(pid));
    const refusals: readonly [string | undefined, string, RegExp][] = [
      [url, 'wrong', /does not accept the user name and password/],
      [`http://127.0.0.1:${port + 9}`, 'x', /No opencode server answers/],
      [undefined, 'x', /work\.server\.url names no server/],
    ];
    for (const [at, secret, message] of refusals) {
      const refused = outside(at, secret);
      await assert.rejects(refused.server.ensure(), { name: 'OpencodeError', message });
      assert.equal(refused.server.status.state, 'failed');
      refused.dispose();
    }
    program.dispose();
  });

  it('is kept while it is busy although its plugin is old, and replaced when it is idle', async () => {
    const directory = await harness.repository('busy');
    const [old, recent] = [await here(), harness.another({ pluginFile: await plugin('two') })];
    try {
      const { id } = await old.sessions.create({ directory, title: 'Busy' });
      await old.sessions.prompt({ directory, session: id, text: '[[hang]]', messageId: newMessageId(), partId: newPartId() });
      await waitFor('the session to be at work', async () => (await old.sessions.status(directory))[id]);
      await recent.server.ensure();
      assert.deepEqual([recent.server.status.plugin, recent.server.status.pid], ['other', started[0]?.pid]);
      await old.sessions.abort(directory, id);
      await recent.server.ensure();
      assert.equal(recent.server.status.plugin, 'current');
      assert.notEqual(recent.server.status.pid, started[0]?.pid);
      await waitFor('the first program to follow', () => old.server.status.pid === recent.server.status.pid);
      assert.equal(old.server.status.plugin, 'other', 'it takes it as it is, instead of putting its own back');
    } finally {
      old.dispose();
      recent.dispose();
    }
  });

  it('reads configuration that was corrected, which it does only when it is started again', async () => {
    const program = harness.opencode;
    const directory = await harness.repository('misconfigured');
    const file = path.join(directory, 'opencode.json');
    await writeFile(file, '{ "model": ');
    const connection = await program.server.ensure();
    await assert.rejects(readCatalog(connection, directory), {
      reason: 'bad-config',
      message: /misconfigured.opencode\.json[\s\S]*ValueExpected/,
    });
    await writeFile(file, '{ "agent": { "corrected": { "mode": "primary", "prompt": "Yes." } } }');
    assert.ok((await program.catalog(directory)).primaryAgents.includes('corrected'));
  });

  it('is started again after it was killed', async () => {
    const program = harness.opencode;
    await program.server.ensure();
    const { pid = 0 } = program.server.status;
    process.kill(pid, 'SIGKILL');
    await waitFor('the loss to be known', () => program.server.status.state === 'failed');
    assert.match(program.server.status.error ?? '', /ended unexpectedly/);
    await program.server.ensure();
    assert.notEqual(program.server.status.pid, pid);
    assert.equal(program.server.status.adopted, false);
  });

  it('is lost when it is killed, not stopped, for the program that starts it again and for every other one', async () => {
    const program = harness.another();
    const other = harness.another();
    try {
      await program.server.ensure();
      await other.server.ensure();
      const { pid = 0 } = program.server.status;
      const statuses: string[] = [];
      for (const { server } of [program, other]) server.onDidChangeStatus(({ state: each }) => statuses.push(each));
      process.kill(pid, 'SIGKILL');
      await waitFor('its end', async () => !(await isAlive(pid)));
      const again = program.server.ensure();
      await waitFor('the next one', async () => {
        assert.deepEqual([await program.server.wasStopped(), await other.server.wasStopped()], [false, false]);
        await Promise.all([program.server.check(), other.server.check()]);
        return program.server.connection;
      });
      await again;
      await other.server.ensure();
      assert.equal(other.server.status.pid, program.server.status.pid);
      assert.notEqual(other.server.status.pid, pid);
      assert.deepEqual(
        statuses.filter(each => each === 'stopped' || each === 'stopping'),
        [],
      );
      assert.ok((await state()).died.includes(pid));
    } finally {
      program.dispose();
      other.dispose();
    }
  });

  it('is started again when it is killed while it starts, and while it is asked what it offers', async () => {
    const directory = await harness.repository('killed');
    const program = harness.another();
    await program.server.ensure();
    const before = program.server.status.pid;
    await program.server.stop();
    const asked = program.catalog(directory);
    const starting = await waitFor('its process', async () => {
      const pid = (await readServerState(harness.stateDirectory))?.pid;
      return pid !== before && pid;
    });
    process.kill(starting, 'SIGKILL');
    assert.ok((await asked).has('lab', 'scripted'));
    const { pid = 0 } = program.server.status;
    assert.notEqual(pid, starting);
    const again = program.catalog(directory);
    process.kill(pid, 'SIGKILL');
    assert.ok((await again).has('lab', 'scripted'));
    assert.notEqual(program.server.status.pid, pid);
    program.dispose();
  });

  it('ends with everything that runs in it when it is stopped, and every program knows', async () => {
    const directory = await harness.repository('stopped');
    const program = harness.another();
    await program.server.ensure();
    const { id } = await program.sessions.create({ directory, title: 'Stopped' });
    await program.sessions.prompt({
      directory,
      session: id,
      text: '[[bash echo $$ > pid; exec sleep 600]]',
      messageId: newMessageId(),
      partId: newPartId(),
    });
    const tool = await waitFor(
      'the tool to run',
      async () => Number(await readFile(path.join(directory, 'pid'), 'utf8').catch(() => '')) || undefined,
    );
    const { pid, url } = await state();
    assert.equal(await harness.server.stop(), true);
    assert.equal(harness.server.status.state, 'stopped');
    await waitFor('the tool to end', async () => !(await isAlive(tool)));
    assert.ok(!(await isAlive(pid)));
    assert.ok(await isPortFree(Number(new URL(url).port)));
    assert.equal(await readServerState(harness.stateDirectory), undefined);
    await waitFor('the other program to know', () => program.server.status.state === 'stopped');
    assert.equal(await harness.server.stop(), false);
    assert.equal(await program.server.find(), undefined);
    await assert.rejects(program.sessions.messages(directory, id), { reason: 'stopped' });
    program.dispose();
  });

  it('is followed by the other programs when one restarts it while nothing works in it; for them it never stopped', async () => {
    const program = await here();
    const other = await here();
    try {
      await program.server.ensure();
      await other.server.ensure();
      const before = other.server.status.pid;
      const statuses: string[] = [];
      other.server.onDidChangeStatus(({ state: each }) => statuses.push(each));
      for (let time = 1; time <= 2; time++) {
        assert.equal(await program.server.restartIfIdle(), true);
        assert.equal(await other.server.wasStopped(), false);
        await waitFor('the other program to have it', () => other.server.status.pid === program.server.status.pid);
      }
      assert.notEqual(other.server.status.pid, before);
      assert.deepEqual(
        statuses.filter(each => each !== 'starting' && each !== 'running'),
        [],
      );
      await program.server.stop();
      await waitFor('the other program to know of a stop', () => other.server.status.state === 'stopped');
      assert.equal(await other.server.wasStopped(), true);
    } finally {
      await program.server.stop();
      program.dispose();
      other.dispose();
    }
  });

  it('has its word of a restart kept until another one is there, so that nobody takes it for stopped meanwhile', async () => {
    const program = harness.another({
      settings: () => ({ ...harnessSettings({ port }), opencode: { path: path.join(harness.folder, 'nothing') } }),
    });
    const gone = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await once(gone, 'exit');
    await writeServerState(harness.stateDirectory, stateOf({ pid: gone.pid ?? 0, stopping: true, restarting: true, replaces: [4711] }));
    await assert.rejects(program.server.ensure(), { reason: 'no-binary' });
    assert.deepEqual(predecessors(await readServerState(harness.stateDirectory)), { replaces: [4711, gone.pid], died: [] });
    program.dispose();
    const next = await here();
    await next.server.ensure();
    assert.deepEqual((await readServerState(harness.stateDirectory))?.replaces, [4711, gone.pid]);
    await next.server.stop();
    next.dispose();
  });

  it('says what is wrong with a configuration, leaves nothing running and touches no process that is not its own', async () => {
    const program = harness.another({
      environment: { ...harness.environment, OPENCODE_CONFIG_CONTENT: '{ "model": ' },
      pluginFile: await plugin('one'),
    });
    await writeServerState(harness.stateDirectory, stateOf({ pid: process.pid }));
    const statuses: ServerStatus[] = [];
    program.server.onDidChangeStatus(status => statuses.push(status));
    await assert.rejects(program.server.ensure(), { reason: 'bad-config', message: /OPENCODE_CONFIG_CONTENT[\s\S]*ValueExpected/ });
    assert.deepEqual(
      statuses.map(({ state: each }) => each),
      ['starting', 'failed'],
    );
    assert.equal(await readServerState(harness.stateDirectory), undefined);
    assert.ok(await isPortFree(port + 2));
    program.dispose();
  });

  it('says what a program printed that is not opencode, and how to install what is missing', async () => {
    const start = (binary: string) =>
      harness.another({ settings: () => ({ ...harnessSettings({ port: port + 3 }), opencode: { path: binary } }) }).server.ensure();
    await assert.rejects(start(process.execPath), { reason: 'did-not-start', message: /bad option|It printed/ });
    await assert.rejects(start(path.join(harness.folder, 'nothing')), { reason: 'no-binary', message: /Install it/ });
  });
});
