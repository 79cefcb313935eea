import * as z from 'zod';
import { integrationBranch } from '../../domain/names';
import { GitError } from '../git/gitError';
import type { RunContext } from './runContext';

const removed = z.strictObject({ removed: z.boolean(), reason: z.string().optional() });

/**
 * Removes the worktrees of a merged thread, when the settings ask for it: only ones that are clean and whose branch the
 * integration branch holds. What cannot be removed stays and is named.
 */
export async function cleanUpThread(context: RunContext, threadId: string): Promise<void> {
  const attempts = [...context.journal.state.attempts.values()].filter(
    attempt => attempt.thread === threadId && attempt.worktree !== undefined,
  );
  const worktrees = new Map(attempts.flatMap(attempt => (attempt.worktree === undefined ? [] : [[attempt.worktree, attempt] as const])));
  for (const [worktree, attempt] of worktrees) {
    await context.opencode.disposeInstance(worktree);
    if (context.settings.cleanup.onSuccess !== 'remove' || attempt.outcome !== 'completed') continue;
    const { branch } = attempt;
    const result = await context.effects.run(
      'removal',
      `${attempt.id}/removal`,
      { worktree, branch: branch ?? null },
      () => remove(context, worktree, branch),
      { schema: removed },
    );
    if (!result.removed) context.observer.notice(`${worktree} was kept: ${result.reason ?? 'it could not be removed'}`);
  }
}

async function remove(context: RunContext, worktree: string, branch: string | undefined): Promise<{ removed: boolean; reason?: string }> {
  try {
    await context.worktrees.removeClean(
      worktree,
      branch === undefined ? undefined : { branch, mergedInto: integrationBranch(context.streamId) },
    );
    return { removed: true };
  } catch (error) {
    if (error instanceof GitError) return { removed: false, reason: error.message };
    throw error;
  }
}
