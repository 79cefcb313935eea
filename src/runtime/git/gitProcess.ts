import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { fixedSettings } from './gitEnvironment';
import { killTree } from './killTree';

export type GitCall = {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Takes what git prints, which is then not in the result; it is ended, but the caller waits until all is written. */
  readonly output?: Writable | undefined;
  /** Ends with it what it started by itself, such as the helper that talks to another host: git leaves that running when it is stopped. */
  readonly endsItsChildren?: boolean | undefined;
};

/** How a git process ended; `exitCode` is undefined when a signal ended it, `missing` says that git could not be started. */
export type GitProcessResult = {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly exitCode: number | undefined;
  readonly missing?: boolean;
};

/**
 * Runs git as a plain process, for what the library cannot do: standard input, bytes as they are, variables of one call.
 * An aborted signal ends the process; the caller looks at its signal.
 */
export function spawnGit(
  { args, cwd, environment, signal, output, endsItsChildren = false }: GitCall,
  input?: string | Buffer,
): Promise<GitProcessResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', [...fixedSettings.flatMap(setting => ['-c', setting]), ...args], {
      cwd,
      env: environment,
      windowsHide: true,
      detached: endsItsChildren && process.platform !== 'win32', // a group of its own can be ended as a whole
    });
    const closed = new Promise(ended => child.once('close', ended));
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const stop = () => {
      if (endsItsChildren && child.pid !== undefined) void killTree(child.pid, closed);
      else child.kill('SIGINT');
    };
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted) stop();
    if (output) child.stdout.pipe(output);
    else child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.stdin.on('error', () => undefined); // git may end without reading all of it; its exit code tells
    child.stdin.end(input);
    child.on('error', (error: NodeJS.ErrnoException) => {
      signal?.removeEventListener('abort', stop);
      if (error.code === 'ENOENT') resolve({ stdout: Buffer.alloc(0), stderr: Buffer.alloc(0), exitCode: undefined, missing: true });
      else reject(error);
    });
    child.on('close', code => {
      signal?.removeEventListener('abort', stop);
      resolve({ stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr), exitCode: code ?? undefined });
    });
  });
}
