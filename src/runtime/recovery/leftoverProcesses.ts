import { readFile } from 'node:fs/promises';
import type { Logger } from '../../common/logger';
import { count, oneLine, truncate } from '../../common/text';
import { belongsToAttempt, type AttemptOwner } from '../opencode/attemptProcesses';
import { ancestors, linuxPids, processStart, sendSignal, whoIsLeft } from '../opencode/processes';

export type LeftoverProcess = { readonly pid: number; readonly command: string };

export type Leftovers = {
  /** How many processes were ended. */
  readonly ended: number;
  /** What is an attempt's and still runs. */
  readonly left: readonly LeftoverProcess[];
  /** False where a process's environment cannot be read: nothing was looked for and nothing ended. */
  readonly searched: boolean;
};

export type EndOptions = {
  /** Milliseconds for a process to end by itself when it is asked to. */
  readonly grace?: number | undefined;
  /** Never touched. */
  readonly spare?: readonly number[];
};

type Found = LeftoverProcess & { readonly start: string };

/** The ancestors of this process, asked once. */
let own: Promise<readonly number[]> | undefined;

/** How long a process may take to end when it is asked to, and when it is not asked, in milliseconds. */
const usualGrace = 3000;
const afterKill = 2000;
/** A process may start another one while it is being ended. */
const rounds = 3;

/**
 * Ends what tool calls of an attempt left running, `setsid` and `nohup` children included. A process is an attempt's only when
 * `WORK_ATTEMPT`, `WORK_STREAM` and `WORK_ROOT` in its environment say so, and it is the same one still (by its start time) right before each signal; where it
 * stands proves nothing, for a person's shell may stand there too. This process, its ancestors and the processes in `spare` (the
 * server) are never touched. Linux; elsewhere nothing is ended.
 */
export async function endLeftoverProcesses(owner: AttemptOwner, logger: Logger, options: EndOptions = {}): Promise<Leftovers> {
  const { grace = usualGrace, spare = [] } = options;
  const { attempt } = owner;
  if (process.platform !== 'linux') {
    logger.warn(`what tool calls of attempt ${attempt} may have left running is not looked for on this platform`);
    return { ended: 0, left: [], searched: false };
  }
  const spared = new Set([process.pid, ...(await (own ??= ancestors(process.pid))), ...spare]);
  const met = new Map<string, Found>();
  let left = await find(owner, spared);
  for (let round = 1; round <= rounds && left.length > 0; round++) {
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

async function find(owner: AttemptOwner, spared: ReadonlySet<number>): Promise<readonly Found[]> {
  const found = await Promise.all((await linuxPids()).filter(pid => !spared.has(pid)).map(pid => inspect(pid, owner)));
  return found.filter(each => each !== undefined);
}

async function inspect(pid: number, owner: AttemptOwner): Promise<Found | undefined> {
  if (!(await belongsToAttempt(pid, owner))) return undefined; // one look is enough at most of a machine's processes
  const start = await processStart(pid);
  if (start === undefined || !(await belongsToAttempt(pid, owner))) return undefined;
  const command = truncate(oneLine((await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ')), 200);
  return { pid, start, command };
}

/** Asks each that is still the same to end, and waits until all have, at most so many milliseconds. */
async function signalAll(found: readonly Found[], owner: AttemptOwner, signal: NodeJS.Signals, limit: number): Promise<void> {
  for (const { pid, start } of found) {
    if ((await belongsToAttempt(pid, owner)) && (await processStart(pid)) === start) sendSignal(pid, signal);
  }
  await whoIsLeft(
    found.map(({ pid }) => pid),
    limit,
  );
}
