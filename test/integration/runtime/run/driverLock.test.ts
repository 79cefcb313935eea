import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { silentLogger } from '../../../../src/common/logger';
import { acquireDriver, readDriver, type DriverOptions } from '../../../../src/runtime/run/driverLock';
import { temporaryDirectory } from '../../../support/temporaryDirectory';
import { waitFor } from '../../../support/waitFor';

const options: DriverOptions = { clock: { now: () => Date.UTC(2026, 0, 20) }, logger: silentLogger, program: 'work multi', stale: 2000 };
const tool = fileURLToPath(new URL('./driver.tool.mjs', import.meta.url));

describe('acquireDriver', () => {
  let common: Awaited<ReturnType<typeof temporaryDirectory>>;
  const children: ChildProcess[] = [];
  /** Another process that tries, and its first word. */
  const other = async (): Promise<{ readonly child: ChildProcess; readonly says: string }> => {
    const child = spawn(process.execPath, [tool, common.path, '2000'], { stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    return { child, says: line.toString().trim() };
  };

  beforeEach(async () => (common = await temporaryDirectory('work ü ')));
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await common.dispose();
  });

  it('lets one drive and tells the next who that is', async () => {
    const driver = await acquireDriver(common.path, options);
    await assert.rejects(acquireDriver(common.path, options), {
      name: 'DriverError',
      reason: 'held',
      message: `work multi (process ${process.pid} on ${hostname()}, since 2026-01-20T00:00:00.000Z) is running batches of this repository. Wait until it is done, or stop it first.`,
      holder: { pid: process.pid, host: hostname(), since: '2026-01-20T00:00:00.000Z', program: 'work multi' },
    });
    await driver.release();
  });

  it('lets the next one drive after a release, and leaves nothing behind', async () => {
    const first = await acquireDriver(common.path, options);
    await first.release();
    await first.release();
    assert.deepEqual(await readdir(path.join(common.path, 'work')), []);
    assert.equal(await readDriver(common.path), undefined);
    await (await acquireDriver(common.path, options)).release();
  });

  it('holds against another process, in both directions', async () => {
    const driver = await acquireDriver(common.path, options);
    assert.equal((await other()).says, 'held');
    await driver.release();
    const { child, says } = await other();
    assert.equal(says, 'driving');
    await assert.rejects(acquireDriver(common.path, options), { reason: 'held' });
    child.stdin?.end();
    await once(child, 'exit');
    await (await acquireDriver(common.path, options)).release();
  });

  it('takes over from a process that was killed', async () => {
    const { child } = await other();
    child.kill('SIGKILL');
    await once(child, 'exit');
    const driver = await acquireDriver(common.path, options);
    assert.equal((await readDriver(common.path))?.pid, process.pid);
    await driver.release();
  });

  it('stops waiting for a dead process’s lock when it is aborted', async () => {
    const { child } = await other();
    child.kill('SIGKILL');
    await once(child, 'exit');
    await assert.rejects(acquireDriver(common.path, { ...options, stale: 60_000, signal: AbortSignal.timeout(10) }), /timeout|aborted/i);
  });

  it('tells a driver that has lost its lock, and leaves the new holder alone', async () => {
    const driver = await acquireDriver(common.path, options);
    await rm(path.join(common.path, 'work', 'driver.lock'), { recursive: true });
    const next = await acquireDriver(common.path, options);
    await waitFor('the loss', () => driver.lost.aborted);
    await driver.release();
    assert.equal(next.lost.aborted, false);
    await assert.rejects(acquireDriver(common.path, options), { reason: 'held' });
    await next.release();
  });

  it('does not judge a process of another machine', async () => {
    const folder = path.join(common.path, 'work');
    await mkdir(path.join(folder, 'driver.lock'), { recursive: true });
    const holder = { pid: 1, host: 'elsewhere', since: '2026-01-20T00:00:00.000Z', program: 'VS Code' };
    await writeFile(path.join(folder, 'driver.json'), JSON.stringify(holder));
    await assert.rejects(acquireDriver(common.path, options), { reason: 'held', holder });
  });

  it('refuses without a name when the holder left none', async () => {
    await mkdir(path.join(common.path, 'work', 'driver.lock'), { recursive: true });
    await writeFile(path.join(common.path, 'work', 'driver.json'), '{"pid":');
    await assert.rejects(acquireDriver(common.path, options), {
      reason: 'held',
      holder: undefined,
      message: /^Another program that did not leave its name/,
    });
  });

  it('says so when there is no place for the lock', async () => {
    await writeFile(path.join(common.path, 'work'), 'a file');
    await assert.rejects(acquireDriver(common.path, options), { name: 'DriverError', reason: 'inaccessible' });
  });
});
