import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import treeKill from 'tree-kill';

const execute = promisify(execFile);
const killWithTool = promisify<number, string>(treeKill);

/** Whether the process runs. One that has ended and that nobody waited for does not. */
export async function isAlive(pid: number): Promise<boolean> {
  if (!hasProcess(pid)) return false;
  return process.platform !== 'linux' || (await readStat(pid))?.state !== 'Z';
}

/** What tells a process from a later one with the same number; undefined when it is gone or the platform does not say. */
export async function processStart(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    const [stat, boot] = await Promise.all([readStat(pid), readText('/proc/sys/kernel/random/boot_id')]);
    return stat && stat.state !== 'Z' ? `${boot?.trim() ?? ''} ${stat.start}` : undefined;
  }
  const [program, args] =
    process.platform === 'win32'
      ? ['powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`]]
      : ['ps', ['-o', 'lstart=', '-p', String(pid)]];
  try {
    const { stdout } = await execute(program, args, {
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      windowsHide: true,
      timeout: 10_000,
    });
    return stdout.trim() === '' ? undefined : stdout.trim();
  } catch {
    return undefined;
  }
}

/** Whether the process that had this number then still has it. A start that was never known is no proof against it. */
export async function isSameProcess(pid: number, start: string | null): Promise<boolean> {
  if (!(await isAlive(pid))) return false;
  if (start === null) return true;
  const now = await processStart(pid);
  return now === undefined ? process.platform !== 'linux' && (await isAlive(pid)) : now === start;
}

/** Asks the process to end and, after `grace` milliseconds, ends it with what is left of its group. */
export async function endProcess(pid: number, grace: number): Promise<void> {
  if (process.platform === 'win32') return killWithTool(pid, 'SIGKILL').catch(() => undefined);
  send(pid, 'SIGTERM');
  for (let waited = 0; waited < grace; waited += 25) {
    if (!(await isAlive(pid))) return;
    await pause(25);
  }
  send(-pid, 'SIGKILL');
  send(pid, 'SIGKILL');
  while (await isAlive(pid)) await pause(25);
}

function hasProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

async function readStat(pid: number): Promise<{ readonly state: string; readonly start: string } | undefined> {
  const stat = await readText(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name in brackets may hold anything
  return { state: fields[0] ?? '', start: fields[19] ?? '' };
}

function readText(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
