import { mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { anySignal } from '../../common/abort';
import { AwakeLimit } from '../../common/awakeTime';
import type { Logger } from '../../common/logger';
import { excludeFolder } from './excludeFolder';
import { Git } from './git';
import { GitError } from './gitError';

export type CloneRequest = {
  readonly branch: string;
  /** Absolute; a folder that is there already is taken when it is a clone on that branch, and never written over. */
  readonly path: string;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Milliseconds in which the machine is awake. */
  readonly limit: number;
  /** By which its processes are found again when the program that started it is gone. */
  readonly env?: Readonly<Record<string, string>> | undefined;
};

/**
 * Clones one branch of the repository's origin with its last commit alone, and gives that commit; of a clone that is there, where it is
 * now. Commits in it are made in the name of the repository's user.
 * @throws {GitError} without an origin, for a branch that origin does not have, `exists` for what is in the way
 */
export async function cloneBranch(git: Git, { branch, path: place, logger, signal, limit, env }: CloneRequest): Promise<string> {
  const clone = new Git(place, { logger });
  if (await stat(place).catch(() => undefined)) return takeClone(clone, branch, place);
  const url = await originOf(git);
  const begun = `${place}.part`; // ours alone: what is left of one that was cut off
  await rm(begun, { recursive: true, force: true });
  await excludeFolder(git, path.dirname(place));
  await mkdir(path.dirname(place), { recursive: true });
  const args = ['clone', '--quiet', '--depth=1', `--branch=${branch}`, '--', url, begun];
  const time = new AwakeLimit(limit, new GitError('failed', `Cloning branch ${branch} did not end within ${limit / 1000} seconds.`));
  try {
    await git.run(args, { signal: anySignal(signal, time.signal), env });
  } catch (error) {
    await rm(begun, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined); // git has ended: nobody writes there any more
    throw error;
  } finally {
    time.dispose();
  }
  await rename(begun, place);
  for (const key of ['user.name', 'user.email']) {
    const { stdout } = await git.run(['config', '--get', key], { allowExit: [1] });
    if (stdout.trim() !== '') await clone.run(['config', key, stdout.trim()]);
  }
  return (await clone.head()).sha ?? '';
}

/** @throws {GitError} without a remote called origin */
export async function originOf(git: Git): Promise<string> {
  const { stdout } = await git.run(['remote', 'get-url', 'origin'], { allowExit: [2, 128] });
  const url = stdout.trim();
  if (url === '') throw new GitError('failed', 'This repository has no remote called origin, so that nothing can be cloned from it.');
  return url;
}

async function takeClone(clone: Git, branch: string, place: string): Promise<string> {
  const isTop = await stat(path.join(place, '.git')).then(
    found => found.isDirectory(),
    () => false,
  );
  const head = isTop ? await clone.head() : undefined;
  if (head?.branch === branch && head.sha !== undefined) return head.sha;
  throw new GitError('exists', `${place} is there already, and is no clone on branch ${branch}. Move it away, then run this again.`);
}
