import { stripControl } from '../../common/text';
import { findProgram } from '../programs/findProgram';
import type { ProgramEnvironment } from '../programs/programEnvironment';
import { runProgram } from '../programs/runProgram';

export type ExternalCall = {
  /** Where it works. */
  readonly cwd: string;
  /** PATH is looked through for the program, and it inherits all of it. */
  readonly env: ProgramEnvironment;
  /** Milliseconds; after that it is ended with all that it started. */
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
};

export type ExternalResult =
  | { readonly kind: 'absent' }
  /** What it printed, without its errors. */
  | { readonly kind: 'done'; readonly output: string }
  /** Why, in a few words; `said` is all that it wrote as errors, else all that it printed. */
  | { readonly kind: 'failed'; readonly reason: string; readonly said: string; readonly timedOut: boolean };

const longestReason = 300;

/**
 * Runs a program that a source belongs to, by its name on PATH, with each argument as it is. Rejects with the signal's reason when that
 * is aborted, never else.
 */
export async function runExternal(name: string, args: readonly string[], call: ExternalCall): Promise<ExternalResult> {
  const program = await findProgram(name, call.env);
  if (program === undefined) return { kind: 'absent' };
  const { exitCode, timedOut, stdout, stderr } = await runProgram(program, args, call);
  if (exitCode === 0) return { kind: 'done', output: stdout };
  const said = stripControl(stderr.trim() === '' ? stdout : stderr).trim();
  if (timedOut) return { kind: 'failed', reason: `it did not end within ${call.limit / 1000} seconds`, said, timedOut };
  const last = (said.split('\n').at(-1) ?? '').slice(0, longestReason);
  return { kind: 'failed', reason: `exit code ${exitCode ?? 'none'}${last === '' ? '' : `, ${last}`}`, said, timedOut };
}
