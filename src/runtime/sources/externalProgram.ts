import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runUserCommand } from '../git/userCommand';
import { findProgram } from '../setup/findProgram';
import type { ProgramEnvironment } from '../setup/programEnvironment';

export type ExternalCall = {
  /** Where it works. */
  readonly cwd: string;
  /** PATH is looked through for the program, and it inherits all of it. */
  readonly env: ProgramEnvironment;
  /** Milliseconds; after that it is ended with all that it started. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
};

export type ExternalResult =
  | { readonly kind: 'absent' }
  /** What it printed, without its errors. */
  | { readonly kind: 'done'; readonly output: string }
  /** Why, in a few words. */
  | { readonly kind: 'failed'; readonly reason: string; readonly timedOut: boolean };

/**
 * Runs a program of somebody else's, by its name on PATH, with each argument as it is: no shell reads them. Rejects with the signal's
 * reason when that is aborted.
 */
export async function runExternal(name: string, args: readonly string[], call: ExternalCall): Promise<ExternalResult> {
  const program = await findProgram(name, call.env);
  if (program === undefined) return { kind: 'absent' };
  const command = commandFor(program, args, call.env);
  if (!command) return { kind: 'failed', reason: 'an argument has signs in it that Windows would read as a command', timedOut: false };
  const folder = await mkdtemp(path.join(tmpdir(), 'workstreams-program-'));
  try {
    const outputFile = path.join(folder, 'output');
    const { cwd, timeoutMs, signal } = call;
    const env = Object.fromEntries(Object.entries(call.env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
    const options = { cwd, env, timeoutMs, signal, outputFile, errorFile: path.join(folder, 'errors'), endsItsChildren: true };
    const { exitCode, timedOut, tail } = await runUserCommand(command, options);
    if (exitCode === 0) return { kind: 'done', output: await readFile(outputFile, 'utf8') };
    if (timedOut) return { kind: 'failed', reason: `it did not end within ${Math.round(timeoutMs / 1000)} seconds`, timedOut };
    const said = tail === '' ? (await readFile(outputFile, 'utf8')).trim() : tail;
    const last = said.split('\n').findLast(line => line.trim() !== '') ?? '';
    return { kind: 'failed', reason: `exit code ${exitCode ?? 'none'}${last === '' ? '' : `, ${last.trim().slice(0, 300)}`}`, timedOut };
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Signs that the command interpreter of Windows acts on even inside quotation marks, and those that it acts on outside of them. */
const never = /["%^!\r\n]/;
const onlyQuoted = /[&|<>()]/;

/**
 * A script of Windows (`.cmd`) is started by its command interpreter, which reads its arguments once more: undefined when one of them
 * would mean something to it.
 */
export function commandFor(program: string, args: readonly string[], env: ProgramEnvironment): readonly string[] | undefined {
  if (!/\.(?:cmd|bat)$/i.test(program)) return [program, ...args];
  const isPlain = (arg: string) => !never.test(arg) && (!onlyQuoted.test(arg) || /[ \t]/.test(arg));
  if (![program, ...args].every(isPlain)) return undefined;
  return [env.ComSpec ?? env.COMSPEC ?? 'cmd.exe', '/d', '/v:off', '/c', 'call', program, ...args];
}
