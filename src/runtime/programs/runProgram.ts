import spawn from 'cross-spawn'; // Windows' .cmd files, which programs from npm are, take arguments as an array through it alone
import { TimeLimitError, withTimeLimit } from '../../common/abort';
import { endGroup } from '../git/killTree';
import type { ProgramEnvironment } from './programEnvironment';

export type ProgramRun = {
  readonly cwd: string;
  readonly env: ProgramEnvironment;
  /** Milliseconds in which the machine is awake. */
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
};

export type ProgramResult = {
  /** Null when it could not be started, was ended by a signal, or did not end in time. */
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  /** What it wrote, as it wrote it; cut at some length. */
  readonly stdout: string;
  readonly stderr: string;
};

/** More of a program's output than this is not kept, in characters. */
const longestOutput = 8 * 1024 * 1024;

/**
 * Runs another program, found by {@link findProgram}, with its arguments as they are: no shell looks at them. Nothing can be asked of
 * it, and what it started and left running ends with it. Rejects with the signal's reason when that is aborted, never else.
 */
export async function runProgram(file: string, args: readonly string[], { cwd, env, limit, signal }: ProgramRun): Promise<ProgramResult> {
  signal?.throwIfAborted();
  const child = spawn(file, [...args], {
    cwd,
    env: { ...env },
    detached: process.platform !== 'win32',
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kept = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      if (kept[name].length < longestOutput) kept[name] += chunk;
    });
  }
  const ended = new Promise<number | null>(resolve => {
    child.once('error', error => {
      kept.stderr += error.message;
      resolve(null);
    });
    child.once('close', resolve);
  });
  try {
    const exitCode = await withTimeLimit(limit, () => ended, signal);
    return { exitCode, timedOut: false, ...kept };
  } catch (error) {
    if (!(error instanceof TimeLimitError)) throw error;
    return { exitCode: null, timedOut: true, ...kept };
  } finally {
    child.kill('SIGKILL');
    if (child.pid !== undefined) endGroup(child.pid);
    child.stdout?.destroy();
    child.stderr?.destroy();
  }
}
