import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { descendants, endProcess, isAlive, isSameProcess, processStart, whoIsLeft } from '../../../../src/runtime/opencode/processes';

const idle = 'setInterval(() => undefined, 1000)';
const nested = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(idle)}], { stdio: 'ignore' }).on('spawn', () => console.log('up')); ${idle}`;

describe('processes', () => {
  it('know this process again, and no other by its number', async () => {
    const start = await processStart(process.pid);
    assert.ok(start);
    assert.equal(await isSameProcess(process.pid, start), true);
    assert.equal(await isSameProcess(process.pid, 'long ago'), false);
    assert.equal(await isSameProcess(process.pid, null), true);
  });

  it('know when one has ended', async () => {
    const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
    const { pid = 0 } = child;
    await once(child, 'exit');
    assert.equal(await isAlive(pid), false);
    assert.equal(await isSameProcess(pid, null), false);
    await endProcess(pid, 0);
  });

  it('end one that does not want to, with what it started', async () => {
    if (process.platform === 'win32') return; // there a process is never asked
    const child = spawn(process.execPath, ['-e', `process.on('SIGTERM', () => undefined); ${nested}`], {
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    const { pid = 0 } = child;
    await once(child.stdout, 'data');
    const below = await descendants(pid);
    assert.equal(below.length, 1);
    assert.deepEqual(await whoIsLeft(below, 0), below);
    await endProcess(pid, 50);
    assert.equal(await isAlive(pid), false);
    assert.deepEqual(await whoIsLeft(below, 5000), []);
  });
});
