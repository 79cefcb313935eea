import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { runCommandLine } from '../../../src/cli/runCommandLine';
import { Git } from '../../../src/runtime/git/git';
import { findProgram } from '../../../src/runtime/programs/findProgram';
import { mailUrl } from '../../../src/runtime/setup/mailProbe';
import { programVersion, versionIn } from '../../../src/runtime/programs/programVersion';
import { findGit } from '../../../src/runtime/setup/repositoryProbes';
import type { SetupItem } from '../../../src/domain/setup/setupReport';
import { temporaryRepository, type TemporaryRepository } from '../../support/gitRepository';
import { temporaryDirectory } from '../../support/temporaryDirectory';
import { terminalIo } from '../../support/terminalIo';
import { isRunning } from '../../support/processes';
import { waitFor } from '../../support/waitFor';

/** Folders of PATH with programs that are scripts of these lines. */
async function programs(folder: string, scripts: Readonly<Record<string, string>>): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const [name, lines] of Object.entries(scripts)) {
    const file = path.join(folder, name);
    await writeFile(file, `#!/bin/sh\n${lines}\n`);
    await chmod(file, 0o755);
  }
  return folder;
}

describe('Programs on PATH', () => {
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  before(async () => (folder = await temporaryDirectory()));
  after(() => folder.dispose());

  it('are files that can be carried out, in an absolute folder: what a repository could bring along is passed over', async () => {
    const right = await programs(path.join(folder.path, 'right'), { rg: 'echo 1.0' });
    await mkdir(path.join(folder.path, 'directory', 'rg'), { recursive: true });
    await mkdir(path.join(folder.path, 'plain'), { recursive: true });
    await writeFile(path.join(folder.path, 'plain', 'rg'), 'not a program');
    const hostile = [
      '',
      '.',
      path.relative(process.cwd(), right),
      'relative/bin',
      path.join(folder.path, 'nowhere'),
      path.join(folder.path, 'directory'),
      path.join(folder.path, 'plain'),
    ];
    const where = (folders: readonly string[]) => findProgram('rg', { PATH: folders.join(':') }, 'linux');
    assert.equal(await where(hostile), undefined);
    assert.equal(await where([...hostile, right]), path.join(right, 'rg'));
    assert.equal(await findProgram('rg', {}, 'linux'), undefined);
  });

  it('are not waited for when they do not end, and what they started ends with them', async function () {
    if (process.platform === 'win32') this.skip();
    const note = path.join(folder.path, 'child.pid');
    const bin = await programs(path.join(folder.path, 'slow'), {
      slow: `sleep 600 & echo $! > ${note}; wait`,
      loud: 'yes 1.2.3 | head -c 3000000; exit 0',
      broken: 'echo 1.2.3; exit 3',
      silent: 'exit 0',
      stderr: 'echo "tool v0.9.1 (build 20260101)" >&2',
    });
    const ask = (name: string, limit = 20_000) => programVersion(path.join(bin, name), { env: process.env, limit });
    assert.equal(await ask('slow', 1500), undefined);
    const child = Number(await readFile(note, 'utf8'));
    await waitFor('the end of what the program started', () => !isRunning(child));
    assert.equal(await ask('loud'), '1.2.3');
    assert.equal(await ask('broken'), undefined);
    assert.equal(await ask('silent'), undefined);
    assert.equal(await ask('stderr'), '0.9.1');
    assert.equal(await programVersion(path.join(bin, 'absent'), { env: {}, limit: 1000 }), undefined);
  });

  it('say their version in many ways', () => {
    const told: readonly [string, string | undefined][] = [
      ['git version 2.39.5 (Apple Git-154)', '2.39.5'],
      ['ripgrep 14.1.0\n-SIMD', '14.1.0'],
      ['bd version 0.21.8-beta.1 (dev)', '0.21.8-beta.1'],
      ['\u001b[32mv1.3\u001b[0m', '1.3'],
      ['127.0.0.1 is not one', undefined],
      ['usage: rg [options]', undefined],
    ];
    for (const [text, version] of told) assert.equal(versionIn(text), version, text);
  });
});

describe('The configured Agent Mail server', () => {
  it('is the enabled entry of that name with an address', () => {
    const entry = (name: string, more: object) => JSON.stringify({ mcp: { other: { url: 'http://other' }, [name]: more } });
    assert.equal(mailUrl(entry('mcp-agent-mail', { type: 'remote', url: 'http://127.0.0.1:1/mcp/' })), 'http://127.0.0.1:1/mcp/');
    assert.equal(mailUrl(`// a note\n${entry('AgentMail', { url: 'http://b' })}`), 'http://b');
    assert.equal(mailUrl(entry('agent_mail', { url: 'http://b', enabled: false })), undefined);
    assert.equal(mailUrl(entry('agent-mail', { command: ['x'] })), undefined);
    for (const text of ['', '[]', '{"mcp": 7}', '{"mcp": {"agent-mail": null}}', '{"mcp": {']) assert.equal(mailUrl(text), undefined, text);
  });
});

describe('work doctor', () => {
  let repository: TemporaryRepository;
  let state: Awaited<ReturnType<typeof temporaryDirectory>>;
  before(async () => {
    repository = await temporaryRepository({ files: { 'work/index.json': '{"version":"1.0.0","streams":[]}\n' } });
    state = await temporaryDirectory();
  });
  after(() => Promise.all([repository.dispose(), state.dispose()]));

  const doctor = async (env: Readonly<Record<string, string>> = {}) => {
    const io = terminalIo({
      cwd: repository.root,
      env: { PATH: process.env.PATH, WORK_STATE_DIRECTORY: state.path, HOME: state.path, ...env },
    });
    const code = await runCommandLine(['doctor', '--json'], io);
    const { ok, items } = JSON.parse(io.printed()) as { readonly ok: boolean; readonly items: readonly SetupItem[] };
    return { code, ok, item: (id: string) => items.find(each => each.id === id) };
  };

  it('finds what is there, tells what is not with a fix, and writes and starts nothing', async () => {
    const bin = await programs(path.join(state.path, 'bin'), { bd: 'echo "bd version 0.21.8"' });
    await mkdir(path.join(repository.root, 'work', 'tasks.json.lock'));
    const longAgo = new Date(Date.now() - 3_600_000);
    await utimes(path.join(repository.root, 'work', 'tasks.json.lock'), longAgo, longAgo);
    const before = await repository.git(['status', '--porcelain', '--ignored']);
    const { code, ok, item } = await doctor({ PATH: bin });
    assert.deepEqual([code, ok], [1, false]);
    assert.equal(item('git')?.state, 'ok');
    assert.match(item('identity')?.detail ?? '', /^Ada Test <ada@example\.com>$/);
    assert.equal(item('opencode')?.state, 'missing');
    assert.equal(item('server')?.detail, 'not running');
    assert.equal(item('work')?.state, 'ok');
    assert.equal(item('ripgrep')?.state, 'warning');
    assert.equal(item('bd')?.detail, `0.21.8 (${path.join(bin, 'bd')})`);
    assert.equal(item('driver')?.state, 'ok');
    assert.match(item('locks')?.detail ?? '', /^work\/tasks\.json\.lock \(last touched 1h ago\)$/);
    assert.match(item('locks')?.fix ?? '', /delete work\/tasks\.json\.lock/);
    assert.equal(item('excluded')?.state, 'warning');
    assert.equal(await repository.git(['status', '--porcelain', '--ignored']), before);
  });

  it('sees what is told to git, what answers, and exits with 0 once nothing that is needed is missing', async () => {
    const bin = await programs(path.join(state.path, 'whole'), { opencode: 'echo 1.18.33' });
    const server = createServer((_, response) => response.writeHead(401).end());
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}/mcp/`;
    await repository.write({
      '.git/info/exclude': '/.worktrees/\n',
      'opencode.json': JSON.stringify({ mcp: { 'mcp-agent-mail': { type: 'remote', url } } }),
    });
    const whole = await doctor({ PATH: bin });
    assert.deepEqual([whole.code, whole.ok], [0, true]);
    assert.equal(whole.item('opencode')?.detail, `1.18.33 (${path.join(bin, 'opencode')})`);
    assert.equal(whole.item('excluded')?.state, 'ok');
    assert.equal(whole.item('agentMail')?.detail, `answers on ${url}`);
    await new Promise(resolve => server.close(resolve));
    assert.equal((await doctor({ PATH: bin })).item('agentMail')?.state, 'warning');
    await repository.write({ 'opencode.json': JSON.stringify({ mcp: { 'agent-mail': { url: 'https://mail.example.com/mcp' } } }) });
    assert.equal((await doctor({ PATH: bin })).item('agentMail')?.state, 'unknown');
    const named = await doctor({ PATH: bin, WORK_AGENT_MAIL_URL: url }); // what runs use, whatever the configuration says
    assert.equal(named.item('agentMail')?.detail, `nothing answers on ${url}`);
  });

  it('tells a git that is not there from one that fails', async () => {
    const nowhere = new Git(repository.root, { environment: { PATH: path.join(state.path, 'nowhere') } });
    assert.deepEqual(await findGit(nowhere), { kind: 'absent', why: undefined });
  });
});
