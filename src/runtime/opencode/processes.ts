import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import treeKill from 'tree-kill';
import { hasProcess } from '../../common/hasProcess';

const execute = promisify(execFile);
const killWithTool = promisify<number, string>(treeKill);

/** Whether the process runs. One that has ended and that nobody waited for does not. */
export async function isAlive(pid: number): Promise<boolean> {
  if (!hasProcess(pid)) return false;
  return process.platform !== 'linux' || !(await hasEnded(pid));
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

/** Everything that the process started and that still runs, at any depth. Empty where it cannot be asked. */
export async function descendants(pid: number): Promise<readonly number[]> {
  const children = new Map<number, number[]>();
  for (const [child, parent] of await allProcesses()) children.set(parent, [...(children.get(parent) ?? []), child]);
  const below = (parent: number): readonly number[] => (children.get(parent) ?? []).flatMap(child => [child, ...below(child)]);
  return below(pid);
}

/** The process's parent, the parent's parent and so on. Empty where it cannot be asked. */
export async function ancestors(pid: number): Promise<readonly number[]> {
  const parents = new Map(await allProcesses());
  const above: number[] = [];
  for (let next = parents.get(pid); next !== undefined && next > 0 && !above.includes(next); next = parents.get(next)) above.push(next);
  return above;
}

/** Waits until none of them runs, at most so many milliseconds; gives the ones that do. */
export async function whoIsLeft(pids: readonly number[], limit: number): Promise<readonly number[]> {
  for (let waited = 0; ; waited += 25) {
    const alive = await Promise.all(pids.map(isAlive));
    const left = pids.filter((_pid, index) => alive[index]);
    if (left.length === 0 || waited >= limit) return left;
    await pause(25);
  }
}

export function killNow(pid: number): void {
  sendSignal(pid, 'SIGKILL');
}

/** Asks the process to end and, after `grace` milliseconds, ends it with what is left of its group. */
export async function endProcess(pid: number, grace: number): Promise<void> {
  if (process.platform === 'win32') return killWithTool(pid, 'SIGKILL').catch(() => undefined);
  sendSignal(pid, 'SIGTERM');
  for (let waited = 0; waited < grace; waited += 25) {
    if (!(await isAlive(pid))) return;
    await pause(25);
  }
  sendSignal(-pid, 'SIGKILL');
  sendSignal(pid, 'SIGKILL');
  while (await isAlive(pid)) await pause(25);
}

/** Its last thread has ended too: until then it holds its files and ports. */
async function hasEnded(pid: number): Promise<boolean> {
  const [stat, threads] = await Promise.all([readStat(pid), readdir(`/proc/${pid}/task`).catch(() => [])]);
  return stat === undefined || (stat.state === 'Z' && threads.length <= 1);
}

/** Nothing when it is gone already or belongs to somebody else. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** Every process that Linux lets us see. */
export async function linuxPids(): Promise<readonly number[]> {
  return (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number);
}

/** Pairs of a process and its parent. */
async function allProcesses(): Promise<readonly (readonly [number, number])[]> {
  if (process.platform === 'win32') return []; // its own tool ends a whole tree
  if (process.platform === 'linux') {
    return Promise.all((await linuxPids()).map(async pid => [pid, (await readStat(pid))?.parent ?? 0] as const));
  }
  const { stdout } = await execute('ps', ['-A', '-o', 'pid=,ppid=']);
  return stdout.split('\n').map(line => {
    const [pid = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
    return [pid, parent] as const;
  });
}

async function readStat(pid: number): Promise<{ readonly state: string; readonly parent: number; readonly start: string } | undefined> {
  const stat = await readText(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name in brackets may hold anything
  return { state: fields[0] ?? '', parent: Number(fields[1]), start: fields[19] ?? '' };
}

function readText(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
