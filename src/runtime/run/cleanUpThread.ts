import * as z from 'zod';
import type { AttemptState } from '../../domain/journal/journalState';
import { integrationBranch } from '../../domain/names';
import { GitError } from '../git/gitError';
import type { RemovalRequest, RemovalResult } from '../git/removal';
import { SnapshotError } from '../git/snapshotError';
import type { RunContext } from './runContext';

const kept = z.strictObject({ snapshot: z.string().nullable() });
const removed = z.object({
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
  for (const [worktree, attempt] of last) {
    const goes = isUnwanted(context, attempt) && (isMerged || attempt.outcome !== 'completed');
    if (isMerged || goes) await context.opencode.disposeInstance(worktree);
    if (goes) await removeWorktree(context, attempt, worktree);
  }
}

/** Tries again to remove what could not be removed when its thread ended: a failed removal is one that was wanted. */
export async function cleanUpKept(context: RunContext): Promise<void> {
  const { attempts, effects } = context.journal.state;
  for (const attempt of attempts.values()) {
    const isKept = ['snapshot', 'removal'].some(step => effects.get(`${attempt.id}/${step}`)?.state === 'failed');
    if (isKept && attempt.worktree !== undefined && isUnwanted(context, attempt)) await removeWorktree(context, attempt, attempt.worktree);
  }
}

/** Whether the settings ask for the worktree of an attempt that ended to be removed. */
function isUnwanted({ settings }: RunContext, { outcome }: AttemptState): boolean {
  const { onSuccess, onFailure } = settings.cleanup;
  return outcome === 'completed' ? onSuccess === 'remove' : (outcome === 'failed' || outcome === 'blocked') && onFailure === 'remove';
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
      (): Promise<Removed> => removal.remove({ ...request, snapshot: snapshot ?? undefined }).then(told),
      { schema: removed, settle: async (): Promise<Removed | undefined> => ((await removal.isGone(worktree)) ? {} : undefined) },
    );
    if (result.snapshot !== undefined) {
      observer.notice(`${worktree} was removed. What was not committed is kept in ${result.snapshot}.`);
    }
  } catch (error) {
    if (!(error instanceof GitError || error instanceof SnapshotError)) throw error;
    observer.notice(`${worktree} was kept: ${error.message}`);
  }
}

const told = ({ snapshot, branchDeleted }: RemovalResult): Removed => ({
  ...(snapshot === undefined ? {} : { snapshot }),
  branchDeleted,
});
