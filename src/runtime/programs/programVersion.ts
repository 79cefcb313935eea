import { tmpdir } from 'node:os';
import { stripControl } from '../../common/text';
import type { ProgramEnvironment } from './programEnvironment';
import { runProgram } from './runProgram';

/** The version that a program says it is, as `1.18.33`; undefined when it says none, fails, or does not end in time. `limit` in milliseconds. */
export async function programVersion(
  program: string,
  options: { readonly env: ProgramEnvironment; readonly limit: number; readonly args?: readonly string[] },
  signal?: AbortSignal,
): Promise<string | undefined> {
  const { env, limit, args = ['--version'] } = options;
  // Not in the repository: some programs begin to work on whatever lies around them.
  const { exitCode, stdout, stderr } = await runProgram(program, args, { cwd: tmpdir(), env, limit, signal });
  return exitCode === 0 ? versionIn(`${stdout}\n${stderr}`) : undefined;
}

/** The first thing in a text that looks like a version. */
export function versionIn(text: string): string | undefined {
  return /(?<![\d.])\d+\.\d+(?:\.\d+)?(?:-[0-9A-Za-z.-]+)?(?!\.?\d)/.exec(stripControl(text))?.[0];
}
