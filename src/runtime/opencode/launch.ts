import { spawn } from 'node:child_process';
import { open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { OpencodeError } from './opencodeError';

export type LaunchOptions = {
  readonly binary: string;
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Where the server runs and its log is written. */
  readonly stateDirectory: string;
};

export type Launched = {
  readonly pid: number;
  /** Why it ended, once it has. */
  readonly ended: () => OpencodeError | undefined;
  /** Called when it ends while we live; at once when it has. */
  onEnd(listener: () => void): void;
  output(): Promise<string>;
};

export const serverLog = (stateDirectory: string) => path.join(stateDirectory, 'opencode-server.log');

/**
 * Starts a server that outlives us. Its output goes to the log file; the log of the one before is kept beside it.
 * @throws {OpencodeError} `did-not-start` when the program cannot be started.
 */
export async function launch({ binary, port, environment, stateDirectory }: LaunchOptions): Promise<Launched> {
  const log = serverLog(stateDirectory);
  await rename(log, path.join(stateDirectory, 'opencode-server.previous.log')).catch(() => undefined);
  const file = await open(log, 'w', 0o600);
  try {
    const child = spawn(binary, ['serve', '--hostname', '127.0.0.1', '--port', String(port)], {
      cwd: stateDirectory,
      env: environment,
      detached: true,
      windowsHide: true,
      stdio: ['ignore', file.fd, file.fd],
    });
    const listeners = new Set<() => void>();
    let ended: OpencodeError | undefined;
    const end = (error: OpencodeError) => {
      ended ??= error;
      for (const listener of listeners) listener();
    };
    child.once('exit', (code, signal) =>
      end(
        new OpencodeError(
          signal ? 'killed' : 'did-not-start',
          `The opencode server ended (${signal ?? `exit code ${code ?? 'unknown'}`}).`,
        ),
      ),
    );
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', error => {
        const failure = new OpencodeError('did-not-start', `${binary} cannot be started: ${error.message}`, { cause: error });
        end(failure);
        reject(failure);
      });
    });
    const { pid } = child;
    if (pid === undefined) throw new OpencodeError('did-not-start', `${binary} cannot be started.`);
    child.unref();
    return {
      pid,
      ended: () => ended,
      onEnd: listener => {
        listeners.add(listener);
        if (ended) listener();
      },
      output: () => readFile(log, 'utf8').then(plain, () => ''),
    };
  } finally {
    await file.close();
  }
}

/** The last lines without colours. */
function plain(output: string): string {
  return output
    .replace(/\u001b\[[0-9;]*[A-Za-z]/g, '')
    .trim()
    .slice(-2000);
}
