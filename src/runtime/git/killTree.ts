import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import treeKill from 'tree-kill';

const killWithTool = promisify<number, string>(treeKill);

/**
 * Ends a process that leads a group of its own (`detached`) and everything it started: asks first, and after `grace`
 * milliseconds, or once `ended` is settled, kills what is left. Never rejects for what is gone already.
 */
export async function killTree(pid: number, ended: Promise<unknown>, grace = 2000): Promise<void> {
  if (process.platform === 'win32') return killWithTool(pid, 'SIGKILL').catch(() => undefined);
  const tree = await descendants(pid);
  if (tree) for (const each of [...tree, pid]) send(each, 'SIGTERM');
  else await killWithTool(pid, 'SIGTERM').catch(() => undefined);
  await within(ended, grace);
  if (!tree) await killWithTool(pid, 'SIGKILL').catch(() => undefined);
  for (const each of tree ?? []) send(each, 'SIGKILL');
  send(-pid, 'SIGKILL');
}

/**
 * Ends at once what is left of the group that an ended process led. Windows has no groups, and a child whose parent has ended
 * cannot be told from others there: it goes on.
 */
export function endGroup(pid: number): void {
  if (process.platform !== 'win32') send(-pid, 'SIGKILL');
}

/** All processes below `pid`, from `/proc`, which needs no other program; undefined where there is none. */
async function descendants(pid: number): Promise<readonly number[] | undefined> {
  if (process.platform !== 'linux') return undefined;
  const children = new Map<number, number[]>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]); // the name in brackets may hold anything
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const below = (parent: number): number[] => (children.get(parent) ?? []).flatMap(child => [child, ...below(child)]);
  return below(pid);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function within(ended: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise(resolve => (timer = setTimeout(resolve, milliseconds)));
  await Promise.race([ended, limit]);
  clearTimeout(timer);
}
