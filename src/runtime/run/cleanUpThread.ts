import * as z from 'zod';
import type { AttemptState } from '../../domain/journal/journalState';
import { integrationBranch } from '../../domain/names';
import { GitError } from '../git/gitError';
import type { RemovalRequest, RemovalResult } from '../git/removal';
import { SnapshotError } from '../git/snapshotError';
import type { RunContext } from './runContext';

const kept = z.strictObject({ snapshot: z.string().nullable() });
const removed = z.strictObject({
  removed: z.boolean(),
  reason: z.string().optional(),
  snapshot: z.string().optional(),
  branchDeleted: z.boolean().optional(),
});

type Removed = z.infer<typeof removed>;

/**
 * Removes the worktrees of a thread that ended, as the settings ask for it: those of completed attempts once the thread is
 * merged (`work.cleanup.onSuccess`), those of failed and blocked ones at any end (`work.cleanup.onFailure`). What is in one and in no commit
 * is kept as a snapshot first; a branch goes only when the integration branch holds it. What cannot be kept stays and is named.
 */
export async function cleanUpThread(context: RunContext, threadId: string, isMerged: boolean): Promise<void> {
  const attempts = [...context.journal.state.attempts.values()].filter(
    attempt => attempt.thread === threadId && attempt.worktree !== undefined && attempt.finishedAt !== undefined,
  );
  const last = new Map(attempts.flatMap(attempt => (attempt.worktree === undefined ? [] : [[attempt.worktree, attempt] as const])));
  const { onSuccess, onFailure } = context.settings.cleanup;
  for (const [worktree, attempt] of last) {
    const isFailure = attempt.outcome === 'failed' || attempt.outcome === 'blocked';
    const isWanted = attempt.outcome === 'completed' ? isMerged && onSuccess === 'remove' : isFailure && onFailure === 'remove';
    if (isMerged || isWanted) await context.opencode.disposeInstance(worktree);
    if (isWanted) await removeWorktree(context, attempt, worktree);
  }
}

async function removeWorktree(
  { effects, removal, observer, streamId }: RunContext,
  attempt: AttemptState,
  worktree: string,
): Promise<void> {
  const { branch } = attempt;
  const request: RemovalRequest = {
    worktree,
    stream: streamId,
    task: attempt.task,
    attempt: attempt.id,
    ...(attempt.outcome === 'completed' ? { branch, mergedInto: `refs/heads/${integrationBranch(streamId)}` } : {}),
  };
  if (await removal.isGone(worktree)) return;
  try {
    const { snapshot } = await effects.run(
      'snapshot',
      `${attempt.id}/snapshot`,
      { worktree },
      async () => ({ snapshot: (await removal.keep(request))?.ref ?? null }),
      { schema: kept, settle: () => removal.taken(attempt.id) },
    );
    const result = await effects.run(
      'removal',
      `${attempt.id}/removal`,
      { worktree, branch: branch ?? null },
      (): Promise<Removed> => removal.remove({ ...request, snapshot: snapshot ?? undefined }).then(told, refused),
      { schema: removed, settle: async () => ((await removal.isGone(worktree)) ? { removed: true } : undefined) },
    );
    if (!result.removed) observer.notice(`${worktree} was kept: ${result.reason ?? 'it could not be removed'}`);
    else if (result.snapshot !== undefined) {
      observer.notice(`${worktree} was removed. What was not committed is kept in ${result.snapshot}.`);
    }
  } catch (error) {
    observer.notice(`${worktree} was kept: ${refused(error).reason ?? ''}`);
  }
}

const told = ({ snapshot, branchDeleted }: RemovalResult): Removed => ({
  removed: true,
  ...(snapshot === undefined ? {} : { snapshot }),
  branchDeleted,
});

function refused(error: unknown): Removed {
  if (error instanceof GitError || error instanceof SnapshotError) return { removed: false, reason: error.message };
  throw error;
}
