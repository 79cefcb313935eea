import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runLane } from '../../../scripts/lib/lane.mjs';
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

  if (process.platform === 'linux') {
    it('leaves nothing behind after a good end', async () => {
      const { first, second, pid } = await play('', 1);
      assert.deepEqual([first?.status, second?.status], ['passed', 'passed']);
      await waitFor('the process of a process to end', () => !isAlive(pid));
    });
  }
});
