import { spawn } from 'node:child_process';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { constants } from 'node:os';
import path from 'node:path';
import { anySignal } from '../../common/abort';
import { AwakeLimit } from '../../common/awakeTime';
import { stripControl } from '../../common/text';
import { withoutGitLocation } from './gitEnvironment';
import { endGroup, killTree } from './killTree';

export type UserCommandOptions = {
  readonly cwd: string;
  /** Milliseconds in which the machine is awake; 0 is no limit. */
  readonly timeoutMs: number;
  /** Takes everything the command writes, errors too; its folder is made. */
  readonly outputFile: string;
  /** Added to the environment the command inherits. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Ends what the command started and left running when it ends: nothing is to go on in its folder. */
  readonly endsItsChildren?: boolean | undefined;
};

export type UserCommandResult = {
  /** Null when the command was stopped or could not be started; 128 and the signal's number when a signal ended it, as shells say it. */
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  /** The end of its output as readable text, or why it could not be started. */
  readonly tail: string;
};

const tailBytes = 4096;

/**
 * Runs a command of the user's: an array as program and arguments, a text in the user's own shell. When the time is up or the
 * signal is aborted, the command and all it started are ended; an abort then rejects with the signal's reason.
 */
export async function runUserCommand(command: string | readonly string[], options: UserCommandOptions): Promise<UserCommandResult> {
  const { signal, outputFile } = options;
  signal?.throwIfAborted();
  await mkdir(path.dirname(outputFile), { recursive: true });
  const output = await open(outputFile, 'w+');
  try {
    const end = await runToEnd(command, options, output.fd);
    signal?.throwIfAborted();
    return { exitCode: end.exitCode, timedOut: end.timedOut, tail: end.problem ?? (await readTail(output)) };
  } finally {
    await output.close();
  }
}

type End = { readonly exitCode: number | null; readonly timedOut: boolean; readonly problem?: string };

async function runToEnd(
  command: string | readonly string[],
  { cwd, env, timeoutMs, signal, endsItsChildren = false }: UserCommandOptions,
  output: number,
): Promise<End> {
  const [program = '', ...args] = typeof command === 'string' ? [command] : command;
  const child = spawn(program, args, {
    cwd,
    env: { ...withoutGitLocation(process.env), ...env },
    shell: typeof command === 'string',
    detached: process.platform !== 'win32', // a group of its own can be ended as a whole
    windowsHide: true,
    stdio: ['ignore', output, output], // straight to the file: nothing is lost, and what stays behind blocks nobody
  });
  const limit = new AwakeLimit(timeoutMs);
  let stopping: Promise<void> | undefined;
  const ended = new Promise<Omit<End, 'timedOut'>>(resolve => {
    child.once('error', error => resolve({ exitCode: null, problem: `"${program}" could not be started: ${error.message}` }));
    child.once('exit', (exitCode, signal) => resolve({ exitCode: signal === null ? exitCode : 128 + constants.signals[signal] }));
  });
  const stop = () => {
    if (child.pid !== undefined) stopping ??= killTree(child.pid, ended);
  };
  const either = anySignal(signal, limit.signal);
  either.addEventListener('abort', stop, { once: true });
  if (either.aborted) stop();
  try {
    const end = await ended;
    await stopping;
    if (endsItsChildren && child.pid !== undefined) endGroup(child.pid);
    return limit.signal.aborted ? { exitCode: null, timedOut: true } : { ...end, timedOut: false };
  } finally {
    limit.dispose();
    either.removeEventListener('abort', stop);
  }
}

async function readTail(output: FileHandle): Promise<string> {
  const { size } = await output.stat();
  const { buffer, bytesRead } = await output.read(Buffer.alloc(tailBytes), 0, tailBytes, Math.max(0, size - tailBytes));
  const text = buffer.subarray(0, bytesRead).toString();
  const whole = size > tailBytes ? text.slice(text.indexOf('\n') + 1) : text; // the first line was cut somewhere
  return stripControl(whole).trim();
}
