import { readdir, readFile } from 'node:fs/promises';
import type { Logger } from '../../common/logger';
import { count, oneLine, truncate } from '../../common/text';
import type { AttemptMetadata } from '../../domain/run/attemptMetadata';
import { ancestors, processStart, sendSignal, whoIsLeft } from '../opencode/processes';

/** Whose processes: attempts of different workstreams and repositories may have the same id. */
export type LeftoverOwner = Pick<AttemptMetadata, 'attempt' | 'stream' | 'root'>;

export type LeftoverProcess = { readonly pid: number; readonly command: string };

export type Leftovers = {
  /** How many processes were ended. */
  readonly ended: number;
  /** What is an attempt's and still runs. */
  readonly left: readonly LeftoverProcess[];
  /** False where a process's environment cannot be read: nothing was looked for and nothing ended. */
  readonly searched: boolean;
};

type Found = LeftoverProcess & { readonly start: string };

/** How long a process may take to end when it is asked to, and when it is not asked, in milliseconds. */
const grace = 3000;
const afterKill = 2000;
/** A process may start another one while it is being ended. */
const rounds = 3;

/**
 * Ends what tool calls of an attempt left running, `setsid` and `nohup` children included. A process is an attempt's only when
 * `WORK_ATTEMPT`, `WORK_STREAM` and `WORK_ROOT` in its environment say so, and it is the same one still (by its start time) right before each signal; where it
 * stands proves nothing, for a person's shell may stand there too. This process, its ancestors and the processes in `spare` (the
 * server) are never touched. Linux; elsewhere nothing is ended.
 */
export async function endLeftoverProcesses(owner: LeftoverOwner, logger: Logger, spare: readonly number[] = []): Promise<Leftovers> {
  const { attempt } = owner;
  if (process.platform !== 'linux') {
    logger.warn(`what tool calls of attempt ${attempt} may have left running is not looked for on this platform`);
    return { ended: 0, left: [], searched: false };
  }
  const spared = new Set([process.pid, ...(await ancestors(process.pid)), ...spare]);
  const met = new Map<string, Found>();
  let left: readonly Found[] = [];
  for (let round = 1; round <= rounds; round++) {
    left = await find(owner, spared);
    if (left.length === 0) break;
    for (const found of left) met.set(`${found.pid} ${found.start}`, found);
    if (round === 1) await signalAll(left, owner, 'SIGTERM', grace);
    await signalAll(left, owner, 'SIGKILL', afterKill);
    left = await find(owner, spared);
  }
  const remaining = new Set(left.map(({ pid, start }) => `${pid} ${start}`));
  const ended = [...met.keys()].filter(key => !remaining.has(key)).length;
  if (ended > 0) logger.info(`ended ${count(ended, 'process', 'processes')} that attempt ${attempt} had left running`);
  for (const { pid, command } of left) logger.warn(`process ${pid} of attempt ${attempt} cannot be ended: ${command}`);
  return { ended, left: left.map(({ pid, command }) => ({ pid, command })), searched: true };
}

async function find(owner: LeftoverOwner, spared: ReadonlySet<number>): Promise<readonly Found[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.filter(pid => !spared.has(pid)).map(pid => inspect(pid, owner)));
  return found.filter(each => each !== undefined);
}

async function inspect(pid: number, owner: LeftoverOwner): Promise<Found | undefined> {
  const start = await processStart(pid);
  if (start === undefined || !(await belongsTo(pid, owner))) return undefined;
  const command = truncate(oneLine((await readProc(pid, 'cmdline')).replaceAll('\0', ' ')), 200);
  return { pid, start, command };
}

/** Asks each that is still the same to end, and waits until all have, at most so many milliseconds. */
async function signalAll(found: readonly Found[], owner: LeftoverOwner, signal: NodeJS.Signals, limit: number): Promise<void> {
  for (const { pid, start } of found) {
    if ((await belongsTo(pid, owner)) && (await processStart(pid)) === start) sendSignal(pid, signal);
  }
  await whoIsLeft(
    found.map(({ pid }) => pid),
    limit,
  );
}

async function belongsTo(pid: number, { attempt, stream, root }: LeftoverOwner): Promise<boolean> {
  const variables = (await readProc(pid, 'environ')).split('\0');
  return [`WORK_ATTEMPT=${attempt}`, `WORK_STREAM=${stream}`, `WORK_ROOT=${root}`].every(each => variables.includes(each));
}

/** Empty when the process is gone or belongs to another user. */
function readProc(pid: number, file: 'environ' | 'cmdline'): Promise<string> {
  return readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
}
