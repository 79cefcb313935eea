import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
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
