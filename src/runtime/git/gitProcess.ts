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
};

/** How a git process ended; `exitCode` is undefined when a signal ended it, `missing` says that git could not be started. */
export type GitProcessResult = {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly exitCode: number | undefined;
  readonly missing?: boolean;
};

/**
 * Runs git in a process group of its own: what a person types at a terminal to stop us reaches us alone, and we decide what becomes
 * of git. An aborted signal ends it with whatever it has started, such as a filter; the caller looks at its signal.
 */
export function spawnGit({ args, cwd, environment, signal, output }: GitCall, input?: string | Buffer): Promise<GitProcessResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', [...fixedSettings.flatMap(setting => ['-c', setting]), ...args], {
      cwd,
      env: environment,
      windowsHide: true,
      detached: process.platform !== 'win32',
    });
    const closed = new Promise(ended => child.once('close', ended));
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    // what has left the group may hold its ends of the pipes for ever
    const letGo = () => {
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const stop = () => {
      if (child.pid !== undefined) void killTree(child.pid, closed).finally(letGo);
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
