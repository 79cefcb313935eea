import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { lock } from 'proper-lockfile';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../../common/logger';
import { OpencodeError } from './opencodeError';

/** Longer than a start takes on a slow machine. */
const patience = 120_000;

/**
 * Runs `act` while no other program of the user starts or stops the server.
 * @throws {OpencodeError} `did-not-start` when another one is at it for two minutes.
 */
export async function withServerLock<T>(stateDirectory: string, logger: Logger, act: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  await mkdir(stateDirectory, { recursive: true, mode: 0o700 });
  const release = await acquire(stateDirectory, logger, signal);
  try {
    return await act();
  } finally {
    await release().catch((error: unknown) => logger.warn(`the lock of the opencode server was lost: ${String(error)}`));
  }
}

async function acquire(stateDirectory: string, logger: Logger, signal?: AbortSignal): Promise<() => Promise<void>> {
  const end = Date.now() + patience;
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await lock(stateDirectory, {
        lockfilePath: path.join(stateDirectory, 'opencode-server.lock'),
        realpath: false,
        stale: 20_000,
        update: 4000,
        onCompromised: error => logger.warn(`the lock of the opencode server was taken over: ${error.message}`),
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') {
        throw new OpencodeError('did-not-start', `${stateDirectory} cannot be locked: ${String(error)}. Check its permissions.`, {
          cause: error,
        });
      }
      if (Date.now() > end) {
        throw new OpencodeError(
          'did-not-start',
          'Another program has been starting the opencode server for two minutes. Close it and try again.',
          { cause: error },
        );
      }
      await pause(100, undefined, { signal });
    }
  }
}
