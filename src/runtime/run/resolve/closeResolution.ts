import * as z from 'zod';
import type { ResolutionState } from '../../../domain/journal/journalState';
import { integrationBranch, resolutionRef } from '../../../domain/names';
import { openResolution } from '../../../domain/merge/openResolution';
import type { RunContext } from '../runContext';
import { ResolutionError } from './resolutionError';

const removed = z.strictObject({ snapshot: z.string().nullable() });

/** The resolution of a thread that is open. @throws {ResolutionError} `not-open` */
export function demandOpen({ journal }: RunContext, thread: string): ResolutionState {
  const open = openResolution(journal.state.resolutions, thread);
  if (open) return open;
  throw new ResolutionError('not-open', `No conflict of thread ${thread} is being resolved by hand.`);
}

/**
 * Removes the worktree of a resolution by our own removal and ends it. What is in it and in no commit is kept as a snapshot, whose
 * ref is given. @throws {GitError}, {SnapshotError} when it cannot be kept: then it stays, and open.
 */
export async function closeResolution(
  { effects, removal, journal, opencode, streamId, git }: RunContext,
  { thread, number, worktree }: ResolutionState,
  how: NonNullable<ResolutionState['closed']>,
): Promise<string | undefined> {
  await opencode.disposeInstance(worktree);
  const request = { worktree, stream: streamId, task: thread, mergedInto: `refs/heads/${integrationBranch(streamId)}` };
  const { snapshot } = await effects.run(
    'removal',
    `resolution/${thread}/${number}/removal`,
    { worktree },
    async () => ({ snapshot: (await removal.isGone(worktree)) ? null : ((await removal.remove(request)).snapshot ?? null) }),
    { schema: removed },
  );
  if (how !== 'again') await git.deleteRef(resolutionRef(streamId, thread));
  journal.append({ kind: 'resolution.closed', thread, number, how });
  return snapshot ?? undefined;
}

/** Gives up what was resolved so far; the thread is as it was before. Gives the snapshot that keeps it, if there was anything. */
export function abandonResolution(context: RunContext, thread: string): Promise<string | undefined> {
  return closeResolution(context, demandOpen(context, thread), 'abandoned');
}
