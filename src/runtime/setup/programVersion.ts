import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { withTimeLimit } from '../../common/abort';
import { stripControl } from '../../common/text';
import { endGroup } from '../git/killTree';
import type { ProgramEnvironment } from './programEnvironment';

/** More of a program's output than this is not looked at. */
const mostBytes = 64 * 1024;

/**
 * The version that a program says it is, as `1.18.33`; undefined when it says none, fails, or does not end in time. What it started
 * is ended with it. `limit` in milliseconds. Scripts that only a shell could start are not started.
 */
export async function programVersion(
  program: string,
  options: { readonly env: ProgramEnvironment; readonly limit: number; readonly args?: readonly string[] },
  signal?: AbortSignal,
): Promise<string | undefined> {
  if (/\.(cmd|bat)$/i.test(program)) return undefined;
  const { env, limit, args = ['--version'] } = options;
  // Not in the repository: some programs begin to work on whatever lies around them.
  const child = spawn(program, [...args], {
    cwd: tmpdir(),
    env: { ...env },
    detached: process.platform !== 'win32',
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const hear = (chunk: Buffer) => {
    if (output.length < mostBytes) output += chunk.toString();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const ended = new Promise<number | null>(resolve => {
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });
  try {
    const code = await withTimeLimit(limit, () => ended, signal);
    return code === 0 ? versionIn(output) : undefined;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof Error && error.name === 'TimeLimitError') return undefined;
    throw error;
  } finally {
    child.kill('SIGKILL');
    if (child.pid !== undefined) endGroup(child.pid);
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

/** The first thing in a text that looks like a version. */
export function versionIn(text: string): string | undefined {
  return /(?<![\d.])\d+\.\d+(?:\.\d+)?(?:-[0-9A-Za-z.-]+)?(?!\.?\d)/.exec(stripControl(text))?.[0];
}
