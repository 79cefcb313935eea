import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { Readable, Writable } from 'node:stream';
import { processIo } from '../../../src/cli/processIo';
import { runCommandLine } from '../../../src/cli/runCommandLine';
import { projectRoot } from '../../support/projectRoot';

export type Ended = { readonly code: number | null; readonly out: string; readonly err: string };
export type RunningWork = { readonly process: ChildProcess; readonly out: string; readonly ended: Promise<Ended> };

/** Starts the bundled `work` as a user's shell would; nobody is at its terminal. */
export function startWork(args: readonly string[], cwd: string, env: Readonly<Record<string, string | undefined>>): RunningWork {
  const child = spawn(process.execPath, [path.join(projectRoot(), 'dist', 'work.js'), ...args], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', code => resolve({ code, out, err }));
  });
  return {
    process: child,
    ended,
    get out() {
      return out;
    },
  };
}

export const runWork = (args: readonly string[], cwd: string, env: Readonly<Record<string, string | undefined>>): Promise<Ended> =>
  startWork(args, cwd, env).ended;

/**
 * The same but for the process: everything that `work` does from its words to its exit code and its two streams, half a second of
 * CPU cheaper. What is about the process itself (its end, its signals, what outlives it) is for `runWork`.
 */
export async function runWorkHere(args: readonly string[], cwd: string, env: Readonly<Record<string, string | undefined>>): Promise<Ended> {
  const [stdout, stderr] = [collecting(), collecting()];
  const program = { cwd: () => cwd, env, stdin: Readable.from([]), stdout: stdout.stream, stderr: stderr.stream };
  const io = processIo(program, new AbortController().signal, () => undefined);
  const code = await runCommandLine(args, { ...io, programFolder: path.join(projectRoot(), 'dist') });
  return { code, out: stdout.text(), err: stderr.text() };
}

function collecting(): { readonly stream: Writable; readonly text: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, written) => {
      chunks.push(chunk);
      written();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString() };
}
