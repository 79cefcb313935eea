import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { runGit } from '../../support/gitRepository';
import type { ModelRequest } from '../../support/modelRequest';
import { projectRoot } from '../../support/projectRoot';
import { temporaryDirectory } from '../../support/temporaryDirectory';

type Demo = { readonly code: number | null; readonly out: string; readonly err: string; readonly folder: string; readonly root: string };

const stream = '001-text-toolkit';
const branch = `refs/heads/work/${stream}`;
const threads = ['01.01.01', '01.01.02', '01.02.01', '01.02.02', '02.01.01', '02.01.02'];
const tasks = threads.flatMap(thread => [`${thread}.01`, `${thread}.02`]);

function runDemo(folder: string, ...args: readonly string[]): Promise<Demo> {
  const tool = path.join(projectRoot(), 'out', 'tools', 'demo.tool.mjs');
  const child = spawn(process.execPath, [tool, '--folder', folder, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', code => resolve({ code, out, err, folder, root: path.join(folder, 'text-toolkit') }));
  });
}

describe('The demo', function () {
  this.timeout(600_000);
  let demo: Demo;
  let silenced: Demo;
  let firsts: readonly ModelRequest[];
  const folders: { dispose(): Promise<void> }[] = [];

  before(async () => {
    const folder = await temporaryDirectory();
    const other = await temporaryDirectory();
    folders.push(folder, other);
    const nobody = 'http://127.0.0.1:9/v1';
    // The second one does nothing but wait for a model that never answers.
    [demo, silenced] = await Promise.all([
      runDemo(path.join(folder.path, 'demo'), '--port', '4775'),
      runDemo(path.join(other.path, 'demo'), '--port', '4785', '--model-url', nobody),
    ]);
    const requests = JSON.parse(await readFile(path.join(demo.folder, 'requests.json'), 'utf8')) as ModelRequest[];
    const work = requests.filter(request => request.tools.length > 0);
    firsts = [...new Set(work.map(({ session }) => session))].flatMap(session => work.find(request => request.session === session) ?? []);
  });
  after(async () => {
    for (const folder of folders) await folder.dispose();
  });

  it('succeeds, and prints the tree, the integration log and where to read on', () => {
    assert.deepEqual({ code: demo.code, err: demo.err }, { code: 0, err: '' }, demo.out);
    assert.match(demo.out, /^001-text-toolkit · Text Toolkit · completed · 100% \(12\/12 tasks\)$/m);
    assert.match(demo.out, /^\$ git log --graph --format='%h %s' heads\/work\/001-text-toolkit\n\* /m);
    for (const name of ['reports/01-building-blocks.md', 'reports/02-everyday-use.md', 'COMPLETION.md']) {
      assert.ok(demo.out.includes(`\n  ${path.join(demo.root, 'work', stream, ...name.split('/'))}\n`), name);
    }
  });

  it('gave each of twelve tasks a session and a directory of its own', () => {
    assert.equal(firsts.length, 12);
    const directories = firsts.map(({ directory }) => directory ?? '');
    assert.equal(new Set(directories).size, 12);
    for (const directory of directories) assert.equal(path.dirname(directory), path.join(demo.root, '.worktrees'));
  });

  it("sent each session its thread's prompt file and named its one task", async () => {
    const named = firsts.map(
      ({ prompt }) => /^Do this one task of the thread, nothing else: (\d\d\.\d\d\.\d\d\.\d\d) /m.exec(prompt)?.[1] ?? '',
    );
    assert.deepEqual([...named].sort(), tasks);
    const files = await promptFiles(path.join(demo.root, 'work', stream, 'prompts'));
    for (const [index, { prompt }] of firsts.entries()) {
      const task = named[index] ?? '';
      const own = files.filter(file => file.includes(`- [ ] ${task} `) || file.includes(`- [x] ${task} `));
      assert.equal(own.length, 1, task);
      assert.ok(prompt.startsWith((own[0] ?? '').trimEnd()), prompt);
      assert.ok(prompt.trimEnd().endsWith(`Your task is ${task}.`), prompt);
    }
  });

  it('merged each thread once, with its trailers, and delivered that and nothing else to the user’s branch', async () => {
    const format = ['Workstream', 'Stage', 'Batch', 'Thread'].map(key => `%(trailers:key=${key},valueonly,separator=%x2C)`).join(' ');
    assert.equal(await runGit(['rev-parse', 'main'], demo.root), await runGit(['rev-parse', branch], demo.root));
    assert.equal(await runGit(['log', '--first-parent', '--no-merges', '--format=%(trailers:key=Workstream)', 'main'], demo.root), '');
    const merges = await runGit(['log', '--merges', `--format=${format} %P`, 'main'], demo.root);
    // Threads that waited at the same time are joined by one commit more, which belongs to none of them.
    const lines = merges.split('\n').flatMap(line => (/^\S+ {3}/.test(line) ? [] : [line.split(' ')]));
    assert.deepEqual(lines.map(([, , , thread]) => thread).sort(), threads);
    for (const [workstream, stage, batch, thread = '', ...parents] of lines) {
      assert.deepEqual([workstream, stage, batch], [stream, thread.slice(0, 2), thread.slice(0, 5)]);
      assert.equal(parents.length, 2);
    }
    const committed = await runGit(['log', '--format=%(trailers:key=Task,valueonly,separator=%x2C)', 'main'], demo.root);
    const labelled = new Set(committed.split('\n').filter(line => line !== ''));
    for (const task of labelled) assert.ok(tasks.includes(task), task);
  });

  it('left a tree whose own tests are green and a repository without a fault', async () => {
    const tree = path.join(demo.folder, 'tree');
    await runGit(['worktree', 'add', '--quiet', '--detach', tree, branch], demo.root);
    const files = (await readdir(path.join(tree, 'test'))).map(name => path.join('test', name));
    assert.ok(files.length >= 6, files.join(' '));
    const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('NODE_')));
    const { stdout } = await promisify(execFile)(process.execPath, ['--test', ...files], { cwd: tree, env: environment });
    assert.match(stdout, /^# fail 0$/m);
    assert.doesNotMatch(stdout, /^# pass 0$/m);
    await runGit(['fsck', '--strict'], demo.root);
  });

  it('left no server behind', async () => {
    const urls = [...(await serversOf(demo.folder)), ...(await serversOf(silenced.folder))];
    assert.equal(urls.length, 2, urls.join(' '));
    for (const url of urls) await assert.rejects(fetch(url), TypeError, url);
  });

  it('fails with a sentence when no model answers', async () => {
    assert.equal(silenced.code, 1, silenced.out);
    assert.match(
      silenced.err,
      /\nThe demo stopped: "work multi --continue" (ended with exit code 1|had nothing to say for \d+ seconds and was stopped)\.\n/,
    );
    assert.doesNotMatch(silenced.err, /^ {4}at /m);
    const requests = JSON.parse(await readFile(path.join(silenced.folder, 'requests.json'), 'utf8')) as unknown[];
    assert.deepEqual(requests, []);
    assert.equal(await runGit(['rev-list', '--count', `main..${branch}`], silenced.root), '0', 'nothing was merged');
  });
});

async function promptFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(entries.filter(entry => entry.isFile()).map(entry => readFile(path.join(entry.parentPath, entry.name), 'utf8')));
}

/** The addresses that the folder's servers listened on, as they wrote themselves. */
async function serversOf(folder: string): Promise<readonly string[]> {
  const log = await readFile(path.join(folder, 'state', 'opencode-server.log'), 'utf8');
  return [...log.matchAll(/listening on (http:\/\/\S+)/g)].map(([, url = '']) => url);
}
