import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import * as z from 'zod';
import { isoTime, type Clock } from '../../common/clock';
import type { Logger } from '../../common/logger';

const holderSchema = z.object({ pid: z.int(), host: z.string(), since: z.string(), program: z.string() });
export type DriverHolder = z.infer<typeof holderSchema>;

export class DriverError extends Error {
  override readonly name = 'DriverError';

  constructor(
    readonly reason: 'held' | 'inaccessible',
    message: string,
    readonly holder?: DriverHolder,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

export type Driver = {
  /** Aborted when the lock was lost while it was held, after a long sleep of the machine for example. */
  readonly lost: AbortSignal;
  /** Idempotent. */
  release(): Promise<void>;
};

export type DriverOptions = {
  readonly clock: Clock;
  readonly logger: Logger;
  /** How the holder is called to others. */
  readonly program?: string;
  readonly signal?: AbortSignal;
  /** Milliseconds after which a lock that nobody refreshes counts as left behind; at least 2000. */
  readonly stale?: number;
};

/** How often a lock that a dead process left behind is tried again until it is stale. */
const retryEvery = 250;

/**
 * Makes this process the one driver of a repository. Waits for the lock of a process that died (it becomes free within
 * `stale`), never for one that lives.
 * @throws {DriverError} `held`, with a message that names the holder; `inaccessible` when the lock cannot be made.
 */
export async function acquireDriver(commonDir: string, options: DriverOptions): Promise<Driver> {
  const folder = path.join(commonDir, 'work');
  const file = path.join(folder, 'driver');
  const { stale = 10_000, clock, logger, program = 'work', signal } = options;
  const lost = new AbortController();
  const onCompromised = (error: Error) => {
    logger.error('Another program took over as the driver of this repository', error);
    lost.abort(new DriverError('held', 'Another program took over as the driver of this repository.', undefined, error));
  };
  await makeFolder(folder);
  for (let waited = 0; ; waited += retryEvery) {
    signal?.throwIfAborted();
    try {
      const release = await lock(file, { realpath: false, stale, retries: 0, onCompromised });
      await writeHolder(file, { pid: process.pid, host: hostname(), since: isoTime(clock.now()), program }, logger);
      return { lost: lost.signal, release: once(() => giveBack(file, release, lost.signal)) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') {
        throw new DriverError(
          'inaccessible',
          `${file} cannot be locked: ${String(error)}. Check the permissions of ${folder}.`,
          undefined,
          error,
        );
      }
    }
    const holder = await readHolder(file);
    if (!holder || !isDead(holder) || waited > 2 * stale) throw heldBy(holder);
    await pause(retryEvery, undefined, signal ? { signal } : {});
  }
}

/** Who drives the repository, as far as its file tells; undefined when nobody does or nobody knows. */
export async function readDriver(commonDir: string): Promise<DriverHolder | undefined> {
  return readHolder(path.join(commonDir, 'work', 'driver'));
}

function heldBy(holder: DriverHolder | undefined): DriverError {
  const who = holder
    ? `${holder.program} (process ${holder.pid} on ${holder.host}, since ${holder.since})`
    : 'Another program that did not leave its name';
  return new DriverError('held', `${who} is running batches of this repository. Wait until it is done, or stop it first.`, holder);
}

/** Only of a process on this machine can it be said that it is gone. */
function isDead({ pid, host }: DriverHolder): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

const holderFile = (file: string) => `${file}.json`;

async function writeHolder(file: string, holder: DriverHolder, logger: Logger): Promise<void> {
  try {
    await writeFile(holderFile(file), `${JSON.stringify(holder)}\n`);
  } catch (error) {
    logger.warn(`${holderFile(file)} cannot be written: others will not be told who drives this repository. ${String(error)}`);
  }
}

async function readHolder(file: string): Promise<DriverHolder | undefined> {
  try {
    return holderSchema.safeParse(JSON.parse(await readFile(holderFile(file), 'utf8'))).data;
  } catch {
    return undefined;
  }
}

async function giveBack(file: string, release: () => Promise<void>, lost: AbortSignal): Promise<void> {
  if (lost.aborted) return; // it is another one's now
  await rm(holderFile(file), { force: true, maxRetries: 5 });
  await release();
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new DriverError(
      'inaccessible',
      `${folder} cannot be made: ${String(error)}. Check the permissions of the repository.`,
      undefined,
      error,
    );
  }
}

function once(action: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= action());
}
