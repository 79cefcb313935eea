import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { fixedSettings } from './gitEnvironment';

export type GitCall = {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Takes what git prints, which is then not in the result; it is ended, but the caller waits until all is written. */
  readonly output?: Writable | undefined;
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
export function spawnGit({ args, cwd, environment, signal, output }: GitCall, input?: string | Buffer): Promise<GitProcessResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', [...fixedSettings.flatMap(setting => ['-c', setting]), ...args], {
      cwd,
      env: environment,
      windowsHide: true,
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const stop = () => void child.kill('SIGINT');
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
