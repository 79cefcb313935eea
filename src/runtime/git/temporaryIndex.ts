import { mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { hasProcess } from '../../common/hasProcess';
import type { Git } from './git';

const temporaryPrefix = 'work-snapshot-';

/** An index of its own, in a folder of git's that says whose it is. */
export async function withIndex<T>(git: Git, act: (env: { readonly GIT_INDEX_FILE: string }) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(await git.commonDir(), `${temporaryPrefix}${process.pid}-`));
  try {
    return await act({ GIT_INDEX_FILE: path.join(folder, 'index') });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Takes away the indexes of processes that were killed. */
export async function clearTemporaryIndexes(git: Git): Promise<void> {
  const folder = await git.commonDir();
  for (const name of await readdir(folder)) {
    const owner = new RegExp(`^${temporaryPrefix}(\\d+)-`).exec(name)?.[1];
    if (owner !== undefined && !hasProcess(Number(owner))) await rm(path.join(folder, name), { recursive: true, force: true });
  }
}
