import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import lockfile from 'proper-lockfile';
import { Sequencer } from '../../common/sequencer';
import { codeOf, FilesError, wordsOf } from './filesError';

/** How often and after how many milliseconds a held lock is tried again; the waits double from `shortest` to `longest`. */
export type LockRetries = { readonly retries: number; readonly shortest: number; readonly longest: number };

export type Lease = {
  /** @throws FilesError `locked` when the lock is not ours any more (the machine slept, somebody removed it). */
  check(): Promise<void>;
};

/** A holder that did not touch its lock for this long (milliseconds) is taken for dead, by us and by the original tool. */
const stale = 10_000;

/** One process does not compete with itself: its own edits of a file queue up before they reach for the lock. */
const queue = new Sequencer();

/**
 * Does the work while it holds the lock that every tool of this family respects: a folder `<file>.lock` beside the file (beside
 * what it links to), whose time is refreshed. The file need not exist, its folder must.
 * @throws FilesError `locked` when another program keeps it; `missing`, `failed` when the lock cannot be made.
 */
export async function withFileLock<T>(file: string, retries: LockRetries, work: (lease: Lease) => Promise<T>): Promise<T> {
  return queue.run(path.resolve(file), async () => {
    const target = await realpath(file).catch(() => file);
    let lost = false;
    const release = await acquire(target, retries, () => (lost = true));
    try {
      const mine = await identity(target);
      return await work({
        check: async () => {
          if (lost || mine === undefined || (await identity(target)) !== mine) throw held(target);
        },
      });
    } finally {
      // A lock that was lost is somebody else's now, or gone.
      await release().catch(() => undefined);
    }
  });
}

async function acquire(target: string, { retries, shortest, longest }: LockRetries, onLost: () => void): Promise<() => Promise<void>> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await lockfile.lock(target, { realpath: false, retries: 0, stale, update: stale / 2, onCompromised: onLost });
    } catch (error) {
      const code = codeOf(error) ?? '';
      const isHeld = code === 'ELOCKED' || (process.platform === 'win32' && ['EPERM', 'EBUSY'].includes(code));
      if (!isHeld) throw refusal(target, error);
      if (attempt >= retries) throw held(target, error);
      await pause(Math.min(longest, shortest * 2 ** attempt));
    }
  }
}

/** A lock that was removed and made again is another one, even under the same name. */
async function identity(target: string): Promise<string | undefined> {
  const facts = await stat(`${target}.lock`, { bigint: true }).catch(() => undefined);
  return facts && `${facts.dev}:${facts.ino}:${facts.birthtimeNs}`;
}

function held(file: string, cause?: unknown): FilesError {
  const message = `${path.basename(file)} is locked by another program. Try again in a moment; if none is running, delete the folder ${file}.lock.`;
  return new FilesError('locked', message, { file, cause });
}

function refusal(file: string, error: unknown): FilesError {
  switch (codeOf(error)) {
    case 'ENOENT':
      return new FilesError('missing', `The folder ${path.dirname(file)} is missing.`, { file, cause: error });
    case 'ENOTDIR':
    case 'ENOTEMPTY':
    case 'EEXIST':
      return held(file, error);
    default:
      return new FilesError('failed', `${path.basename(file)} could not be locked: ${wordsOf(error)}.`, { file, cause: error });
  }
}
