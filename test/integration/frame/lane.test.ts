import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runLane } from '../../../scripts/lib/lane.mjs';
import { projectRoot } from '../../support/projectRoot';
import { temporaryDirectory } from '../../support/temporaryDirectory';
import { waitFor } from '../../support/waitFor';

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Starts a process of its own group, tells its number on standard output, and ends or waits forever. */
const program = (ending: string) => `
  const { spawn } = require('node:child_process');
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
  child.unref();
  require('node:fs').writeFileSync(process.argv[1], String(child.pid));
  ${ending}`;

async function play(ending: string, limit: number) {
  const folder = await temporaryDirectory();
  const note = path.join(folder.path, 'pid');
  await writeFile(note, '');
  const step = { name: 'step', command: process.execPath, args: ['-e', program(ending), note] };
  const [first, second] = await runLane({ name: 'lane-test', limit, steps: [step, step] }, { prefix: '', folder: folder.path });
  const pid = Number(await readFile(note, 'utf8'));
  await folder.dispose();
  return { first, second, pid };
}

describe('A lane of the tests', () => {
  it('is ended at its limit with all that it started, and runs no further step', async () => {
    const { first, second, pid } = await play('setInterval(() => {}, 1000);', 0.02);
    assert.equal(first?.status, 'failed');
    assert.match(first.why ?? '', /over the limit/);
    assert.match(second?.why ?? '', /not run/);
    assert.ok(pid > 0);
    await waitFor('the process of a process to end', () => !isAlive(pid));
  });

  it('tells at its limit which test hangs, although the tests run side by side and tell nothing before their end', async () => {
    const folder = await temporaryDirectory();
    const file = path.join(folder.path, 'hanging.test.cjs');
    await writeFile(file, "describe('A file', () => { it('passes', () => {}); it('hangs', () => { for (;;); }); });");
    await writeFile(path.join(folder.path, 'other.test.cjs'), "it('passes', () => {});");
    const mocha = path.join(projectRoot(), 'node_modules', 'mocha', 'bin', 'mocha.js');
    const notes = path.join(projectRoot(), 'scripts', 'lib', 'runningTest.mjs');
    const args = [mocha, '--no-config', '--parallel', '--jobs', '2', '--require', notes, path.join(folder.path, '*.test.cjs')];
    const said: string[] = [];
    const notesOf = async () => {
      const running = path.join(folder.path, 'out', 'running');
      const files = await readdir(running, { recursive: true, withFileTypes: true }).catch(() => []);
      return Promise.all(files.filter(entry => entry.isFile()).map(entry => readFile(path.join(entry.parentPath, entry.name), 'utf8')));
    };
    const [only] = await runLane(
      { name: 'hang-test', limit: 1, steps: [{ name: 'hanging', command: process.execPath, args }] },
      {
        prefix: '',
        folder: folder.path,
        print: (line: string) => said.push(line),
        startTimer: reached => {
          const hanging = async () => (await notesOf()).some(note => note.includes('hangs'));
          void waitFor('the test that hangs', hanging).then(reached);
          return undefined;
        },
      },
    );
    await folder.dispose();
    assert.match(only?.why ?? '', /over the limit/);
    const tests = said.filter(line => line.startsWith('    test: '));
    assert.equal(tests.length, 1, said.join('\n'));
    assert.match(tests[0] ?? '', /hanging\.test\.cjs: A file › hangs \(for \d+ s, process \d+\)/);
    if (process.platform === 'linux') assert.ok(said.filter(line => /^ {4}process: \d+ .*mocha/.test(line)).length >= 2, said.join('\n'));
  });

  if (process.platform === 'linux') {
    it('leaves nothing behind after a good end', async () => {
      const { first, second, pid } = await play('', 1);
      assert.deepEqual([first?.status, second?.status], ['passed', 'passed']);
      await waitFor('the process of a process to end', () => !isAlive(pid));
    });
  }
});
