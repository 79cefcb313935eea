import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { silentLogger } from '../../../../src/common/logger';
import { claimDriver, claimsOf } from '../../../../src/runtime/recovery/driverClaim';
import { DriverPresence } from '../../../../src/runtime/recovery/driverPresence';
import { ownIdentity } from '../../../../src/runtime/recovery/processIdentity';
import type { Claim } from '../../../../src/runtime/recovery/claims';
import type { DriverOptions } from '../../../../src/runtime/run/driver';
import { readJournal } from '../../../../src/runtime/journal/readJournal';
import { journalFile, journalFolder } from '../../../../src/runtime/journal/journalPaths';
import { otherProcess, type OtherProcess } from '../../../support/otherProcess';
import { temporaryDirectory } from '../../../support/temporaryDirectory';
import { waitFor } from '../../../support/waitFor';

const options: DriverOptions = { clock: { now: () => Date.UTC(2026, 0, 20) }, logger: silentLogger, program: 'work multi' };
const tool = fileURLToPath(new URL('./driver.tool.mjs', import.meta.url));

/** On Linux; elsewhere a signal is taken to be there when it was sent. */
const isStopped = (pid: number | undefined) =>
  process.platform !== 'linux' || readFileSync(`/proc/${pid ?? 0}/stat`, 'utf8').includes(' T ');

describe('claimDriver', () => {
  let common: Awaited<ReturnType<typeof temporaryDirectory>>;
  const children: OtherProcess[] = [];
  /** Another process that tries, and what it says first. */
  const other = async (mode: string, says: string, ...more: readonly string[]): Promise<OtherProcess> => {
    const child = await otherProcess(tool, [common.path, mode, ...more], says);
    children.push(child);
    return child;
  };
  const drivers = () => path.join(common.path, 'work', 'drivers');
  const holder = () => new DriverPresence(claimsOf(common.path)).read();
  /** Puts down a claim as somebody else would have made it. */
  const plant = async (number: number, changes: Partial<Claim>): Promise<void> => {
    await mkdir(drivers(), { recursive: true });
    const claim: Claim = { ...(await ownIdentity()), program: 'VS Code', since: '2026-01-19T00:00:00.000Z', ...changes };
    await writeFile(path.join(drivers(), `driver.${number}`), JSON.stringify(claim));
  };

  beforeEach(async () => (common = await temporaryDirectory('work ü ')));
  afterEach(async () => {
    for (const child of children.splice(0)) {
      child.kill('SIGKILL');
      await child.ended;
    }
    await common.dispose();
  });

  it('lets one drive and tells the next who that is', async () => {
    const driver = await claimDriver(common.path, options);
    assert.equal(driver.epoch, 1);
    await assert.rejects(claimDriver(common.path, options), {
      name: 'DriverError',
      reason: 'held',
      message: `work multi (process ${process.pid} on ${hostname()}, since 2026-01-20T00:00:00.000Z) is running batches of this repository. Watch it here, stop it there, or go on here instead with Work: Take Over (work take-over on the command line).`,
      holder: { pid: process.pid, host: hostname(), since: '2026-01-20T00:00:00.000Z', program: 'work multi' },
    });
    driver.check();
    await driver.release();
  });

  it('gives every driver a higher number, also after releases, and keeps nothing half-made', async () => {
    for (const number of [1, 2, 3]) {
      const driver = await claimDriver(common.path, options);
      assert.equal(driver.epoch, number);
      await Promise.all([driver.release(), driver.release()]);
      assert.equal(await holder(), undefined);
      assert.throws(() => driver.check(), { reason: 'superseded' });
    }
    assert.deepEqual(
      (await readdir(drivers())).filter(name => !/^driver\.[123](\.released)?$/.test(name)),
      [],
    );
  });

  it('tidies away what lies far behind, and never counts again from below', async () => {
    for (let number = 1; number <= 12; number++) await (await claimDriver(common.path, options)).release();
    const names = await readdir(drivers());
    assert.ok(!names.includes('driver.1') && !names.includes('driver.1.released'), names.join());
    assert.ok(names.includes('driver.12'));
    const driver = await claimDriver(common.path, options);
    assert.equal(driver.epoch, 13);
    await driver.release();
  });

  it('holds against another process, in both directions', async () => {
    const driver = await claimDriver(common.path, options);
    await other('hold', 'held');
    await driver.release();
    const child = await other('hold', 'driving 2');
    await assert.rejects(claimDriver(common.path, options), { reason: 'held' });
    await child.end();
    const next = await claimDriver(common.path, options);
    assert.equal(next.epoch, 3);
    await next.release();
  });

  it('follows a process that was killed at once, without waiting for a time-out', async () => {
    const child = await other('hold', 'driving 1');
    child.kill('SIGKILL');
    await child.ended;
    const driver = await claimDriver(common.path, { ...options, monotonic: () => 0 }); // a clock that stands lets no time pass
    assert.equal(driver.epoch, 2);
    assert.equal((await holder())?.holder?.pid, process.pid);
    await driver.release();
  });

  it('follows a claim whose process number belongs to another process now', async () => {
    await plant(3, { pid: process.pid, start: 'another start' });
    assert.equal(await holder(), undefined);
    const driver = await claimDriver(common.path, options);
    assert.equal(driver.epoch, 4);
    await driver.release();
  });

  it('follows a claim from before the machine was started anew, whatever has its number now', async function () {
    const own = await ownIdentity();
    if (own.machine === '') return this.skip(); // only Linux tells boots of a machine apart
    await plant(7, { boot: '00000000-0000-0000-0000-000000000000' });
    const driver = await claimDriver(common.path, options);
    assert.equal(driver.epoch, 8);
    await driver.release();
  });

  it('waits for a holder on another machine to beat, and leaves it alone when it does', async () => {
    await plant(5, { host: 'elsewhere', pid: 1 });
    let beats = 0;
    const beating = setInterval(() => void writeFile(path.join(drivers(), 'driver.5.beat'), String(++beats)), 20);
    try {
      await assert.rejects(claimDriver(common.path, options), {
        reason: 'held',
        holder: { pid: 1, host: 'elsewhere', since: '2026-01-19T00:00:00.000Z', program: 'VS Code' },
      });
    } finally {
      clearInterval(beating);
    }
    assert.ok((await holder())?.holder?.host === 'elsewhere');
  });

  it('follows a holder on another machine after 15 seconds of silence by its own clock, not sooner', async () => {
    await plant(5, { host: 'elsewhere', pid: process.pid });
    await writeFile(path.join(drivers(), 'driver.5.beat'), '000000000000041');
    let now = 0;
    const looks: number[] = [];
    const monotonic = () => {
      looks.push(now);
      now += 5000;
      return looks.at(-1) ?? 0;
    };
    const driver = await claimDriver(common.path, { ...options, monotonic });
    assert.equal(driver.epoch, 6);
    assert.deepEqual(looks, [0, 5000, 10_000, 15_000]);
    await driver.release();
  });

  it('judges a claim that cannot be understood by its heartbeat', async () => {
    await mkdir(drivers(), { recursive: true });
    await writeFile(path.join(drivers(), 'driver.2'), '{"pid":');
    const beating = setInterval(() => void writeFile(path.join(drivers(), 'driver.2.beat'), String(performance.now())), 20);
    try {
      await assert.rejects(claimDriver(common.path, options), { reason: 'held', message: /^Another program that did not leave its name/ });
    } finally {
      clearInterval(beating);
    }
    const driver = await claimDriver(common.path, { ...options, silence: 0 });
    assert.equal(driver.epoch, 3);
    await driver.release();
  });

  it('has exactly one winner for each number when many processes race', async () => {
    const rounds = 15;
    const racers = await Promise.all(Array.from({ length: 6 }, () => other('race', 'driving', String(rounds))));
    await Promise.all(racers.map(racer => racer.ended));
    const won = racers.flatMap(racer => racer.output.trim().split('\n'));
    const numbers = won.map(line => Number(line.replace('driving ', ''))).sort((a, b) => a - b);
    assert.deepEqual(
      numbers,
      Array.from({ length: 6 * rounds }, (_, index) => index + 1),
    );
  });

  type Line = { readonly kind: string; readonly key: string; readonly epoch: number };
  const event = (line: string) => JSON.parse(line) as Line;

  it('passes over a suspended holder only when asked to; awake again, that one begins nothing and does nothing', async () => {
    const first = await other('work', 'driving 1');
    const journal = journalFile(journalFolder(common.path, '001-sample'));
    const acts = path.join(common.path, 'effects.txt');
    await waitFor('some effects', () => existsSync(acts));
    await waitFor('the first to be suspended in the middle of an effect', async () => {
      first.kill('SIGSTOP');
      await waitFor('it to stand still', () => isStopped(first.pid));
      const begun = (await readFile(journal, 'utf8')).trim().split('\n');
      const isActing =
        begun.at(-1)?.includes('effect.intended') && (await readFile(acts, 'utf8')).trim().split('\n').length * 2 > begun.length;
      if (!isActing) first.kill('SIGCONT');
      return isActing;
    });
    await assert.rejects(claimDriver(common.path, options), { reason: 'held' });
    const driver = await claimDriver(common.path, { ...options, takeOver: true });
    assert.equal(driver.epoch, 2);
    const before = await readFile(journal, 'utf8');
    const effects = await readFile(acts, 'utf8');
    first.kill('SIGCONT');
    await waitFor('the first to stop', () => first.output.includes('stopped by'), { describe: () => first.output });
    assert.match(first.output, /stopped by superseded/);
    const [intended, ...more] = (await readFile(journal, 'utf8')).slice(before.lastIndexOf('{"v"')).trim().split('\n').map(event);
    assert.equal(intended?.kind, 'effect.intended');
    // It may have been suspended behind the look at the claims, on its way to the disk with the end of what it had done.
    assert.deepEqual(more.map(({ kind, key, epoch }) => [kind, key, epoch]).slice(1), []);
    assert.ok(more.every(({ kind, key, epoch }) => kind === 'effect.done' && key === intended.key && epoch === 1));
    assert.equal(await readFile(acts, 'utf8'), effects);
    driver.check();
    await driver.release();
  });

  it('tells a driver that was replaced, by whom, even while it does nothing', async () => {
    const driver = await claimDriver(common.path, options);
    const next = await claimDriver(common.path, { ...options, program: 'VS Code', takeOver: true });
    await waitFor('the loss', () => driver.lost.aborted);
    assert.throws(() => driver.check(), { reason: 'superseded', message: /^VS Code \(process \d+ on .*\) took over/ });
    await driver.release();
    next.check();
    await assert.rejects(claimDriver(common.path, options), { reason: 'held' });
    await next.release();
  });

  it('takes over from the one that drove when it was asked to, not from whoever was faster', async () => {
    await other('hold', 'driving 1');
    const both = await Promise.allSettled([1, 2].map(() => claimDriver(common.path, { ...options, takeOver: true })));
    assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    for (const result of both) if (result.status === 'fulfilled') await result.value.release();
  });

  it('stops a driver whose claim was removed by somebody who cleaned up', async () => {
    const driver = await claimDriver(common.path, options);
    await rm(drivers(), { recursive: true });
    assert.throws(() => driver.check(), { reason: 'superseded' });
    await driver.release();
  });

  it('counts on from the journals when the claims were removed', async () => {
    const file = journalFile(journalFolder(common.path, '001-sample'));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, '{"v":1,"seq":1,"at":"","epoch":41,"kind":"merge.empty","thread":"01.01.01","branch":"b"}\n');
    assert.equal((await readJournal(file)).state.epoch, 41);
    const driver = await claimDriver(common.path, options);
    assert.equal(driver.epoch, 42);
    await driver.release();
  });

  it('says so when there is no place for the claim', async () => {
    await writeFile(path.join(common.path, 'work'), 'a file');
    await assert.rejects(claimDriver(common.path, options), {
      name: 'DriverError',
      reason: 'inaccessible',
      message: /Check the permissions of .*drivers/,
    });
  });
});
