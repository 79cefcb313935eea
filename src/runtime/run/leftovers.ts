import { isoTime } from '../../common/clock';
import { isWithin } from '../../domain/ids';
import type { BatchNode } from '../../domain/tree/nodes';
import type { RunContext } from './runContext';

/**
 * Ends attempts that an earlier driver left open: their sessions are stopped, so that no task is worked on twice, their
 * worktrees and branches stay, and their records say `interrupted`.
 */
export async function endLeftovers(context: RunContext, batch: BatchNode): Promise<void> {
  const open = [...context.journal.state.attempts.values()].filter(
    attempt => attempt.finishedAt === undefined && isWithin(attempt.task, batch.id),
  );
  for (const attempt of open) {
    const directory = attempt.worktree ?? context.root;
    if (attempt.session !== undefined) {
      await context.opencode.sessions.abort(directory, attempt.session).catch((error: unknown) => {
        context.logger.warn(`could not stop session ${attempt.session ?? ''}: ${String(error)}`);
      });
    }
    context.journal.append({
      kind: 'attempt.finished',
      attempt: attempt.id,
      outcome: 'interrupted',
      reason: 'the program that drove it ended',
    });
    await context.files.updateSession(context.streamId, attempt.thread, attempt.record, {
      status: 'interrupted',
      completedAt: isoTime(context.clock.now()),
    });
    context.observer.notice(`${attempt.task}: attempt ${attempt.number} was cut off earlier; its worktree ${directory} is kept.`);
  }
}
