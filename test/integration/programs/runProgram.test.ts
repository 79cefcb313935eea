import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runProgram } from '../../../src/runtime/programs/runProgram';
import { isRunning } from '../../support/processes';
import { temporaryDirectory } from '../../support/temporaryDirectory';
import { waitFor } from '../../support/waitFor';

describe('Another program', () => {
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  beforeEach(async () => (folder = await temporaryDirectory()));
  afterEach(() => folder.dispose());

  const script = async (text: string) => {
    const file = path.join(folder.path, 'script.cjs');
    await writeFile(file, text);
    return file;
  };
  const run = async (text: string, args: readonly string[] = [], more: { limit?: number; signal?: AbortSignal } = {}) =>
    runProgram(process.execPath, [await script(text), ...args], { cwd: folder.path, env: process.env, limit: 60_000, ...more });

  it('gets its arguments as they are, whatever a shell would make of them, and says what it has to say on both channels', async () => {
    const args = ['a b', '$(touch x)', '; rm -rf .', '"', "'", '%PATH%', '', '--help', '\n'];
    const { exitCode, stdout, stderr } = await run(
      'console.log(JSON.stringify(process.argv.slice(2))); console.error("ö"); process.exit(3)',
      args,
    );
    assert.deepEqual([exitCode, JSON.parse(stdout), stderr], [3, args, 'ö\n']);
  });

  it('cannot be asked anything, and one that is not there says so', async () => {
    const waiting = await run('process.stdin.on("data", () => {}).on("end", () => console.log("end"))');
    assert.deepEqual([waiting.exitCode, waiting.stdout], [0, 'end\n']);
    const absent = await runProgram(path.join(folder.path, 'nobody'), [], { cwd: folder.path, env: process.env, limit: 60_000 });
    assert.equal(absent.exitCode, null);
    assert.match(absent.stderr, /ENOENT/);
  });

  const hanging = `
    const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
    require('node:fs').writeFileSync('pid', String(child.pid));
    setInterval(() => {}, 1000);`;
  const child = () =>
    waitFor('the pid of its child', async () => Number(await readFile(path.join(folder.path, 'pid'), 'utf8').catch(() => '')) || undefined);

  it('is ended when its time is up, and says that it was', async () => {
    const { exitCode, timedOut } = await run('setInterval(() => {}, 1000)', [], { limit: 300 });
    assert.deepEqual([exitCode, timedOut], [null, true]);
  });

  it('ends with all it started when nobody wants it any more', async () => {
    const stop = new AbortController();
    const running = run(hanging, [], { signal: stop.signal });
    const rejected = assert.rejects(running, { name: 'AbortError' });
    const pid = await child();
    stop.abort();
    await rejected;
    await waitFor('its end', () => !isRunning(pid));
  });
});
