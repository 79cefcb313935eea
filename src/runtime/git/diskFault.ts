import { GitError } from './gitError';

/** Gives a sentence for people to a write of ours that failed because the disk is full or must not be written; other errors stay. */
export async function tellingDiskFaults<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const { code, path: place } = error as NodeJS.ErrnoException;
    const named = place === undefined ? '' : `: ${place} could not be written`;
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      throw new GitError('no-space', `The disk is full${named}. Nothing is lost; make room, then try again.`, { cause: error });
    }
    if (code === 'EROFS') {
      throw new GitError('read-only', `The disk is read-only${named}. Nothing is lost; make it writable, then try again.`, {
        cause: error,
      });
    }
    throw error;
  }
}
