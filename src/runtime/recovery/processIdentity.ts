import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { isAlive, isSameProcess, processStart } from '../opencode/processes';
import type { Claim } from './claims';

/** Where this process runs and what tells it from a later one with its number. */
export type ProcessIdentity = Pick<Claim, 'pid' | 'start' | 'boot' | 'host' | 'machine'>;

/**
 * A container has processes of its own, so its number space counts as a machine. Elsewhere than on Linux the host's name
 * has to do, and a process's start (by `ps`, or PowerShell on Windows) stands for the boot as well.
 */
export async function ownIdentity(): Promise<ProcessIdentity> {
  const [start, boot, machine, space] = await Promise.all([
    processStart(process.pid),
    text(readFile('/proc/sys/kernel/random/boot_id', 'utf8')),
    text(readFile('/etc/machine-id', 'utf8')),
    text(readlink('/proc/self/ns/pid')),
  ]);
  return { pid: process.pid, start: start ?? null, boot, host: hostname(), machine: [machine, space].filter(Boolean).join(' ') };
}

/**
 * `dead` only on evidence: on this machine the process is gone, or its number belongs to another one now, or the machine was
 * started anew. No time-out: a process that is suspended lives. `elsewhere`: its process number says nothing here.
 */
export async function judgeProcess(claim: Claim, own: ProcessIdentity): Promise<'alive' | 'dead' | 'elsewhere'> {
  if (claim.host !== own.host || claim.machine !== own.machine) return 'elsewhere';
  if (claim.boot !== own.boot) return own.machine === '' ? 'elsewhere' : 'dead';
  if (claim.pid === own.pid && claim.start === own.start) return 'alive';
  return (await isSameProcess(claim.pid, claim.start)) ? 'alive' : 'dead';
}

/** Quicker than `judgeProcess`, for a claim that was found alive before. */
export async function isStillThere(claim: Claim, own: ProcessIdentity): Promise<boolean> {
  return process.platform === 'linux' ? (await judgeProcess(claim, own)) === 'alive' : isAlive(claim.pid);
}

async function text(reading: Promise<string>): Promise<string> {
  return (await reading.catch(() => '')).trim();
}
