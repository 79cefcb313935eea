import { readFile } from 'node:fs/promises';
import type { AttemptMetadata } from '../../domain/run/attemptMetadata';

/** Whose processes: attempts of different workstreams and repositories may have the same id. */
export type AttemptOwner = Pick<AttemptMetadata, 'attempt' | 'stream' | 'root'>;

/**
 * Whether a process was started by an attempt's tool call, at any depth: the plugin gives each call these variables, and children
 * inherit them. Linux; false for a process that is gone or belongs to another user.
 */
export async function belongsToAttempt(pid: number, { attempt, stream, root }: AttemptOwner): Promise<boolean> {
  const variables = (await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')).split('\0');
  return [`WORK_ATTEMPT=${attempt}`, `WORK_STREAM=${stream}`, `WORK_ROOT=${root}`].every(each => variables.includes(each));
}
