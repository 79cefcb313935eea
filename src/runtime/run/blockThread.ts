import type { ThreadNode } from '../../domain/tree/nodes';
import { lastCommitted } from './earlierAttempts';
import { heldBackReason } from './heldBackReason';
import type { HeldBack } from './mergeThread';
import type { RunContext } from './runContext';

/**
 * Leaves a thread whose work could not be merged to a person: its last task is blocked with the reason, behind which the agent's
 * report is kept. Gives the reason, a sentence.
 */
export async function blockThread(context: RunContext, thread: ThreadNode, merge: HeldBack): Promise<string> {
  const last = lastCommitted(context.journal.state, thread.id);
  const reason = heldBackReason(context, thread.id, merge);
  const task = last?.task ?? thread.tasks.at(-1)?.id;
  if (task !== undefined) {
    const earlier = last?.report === undefined ? '' : ` The agent had reported: ${last.report}`;
    await context.files.updateTask(context.streamId, task, { status: 'blocked', report: `Failed: ${reason}${earlier}` });
  }
  context.observer.notice(`${thread.id}: ${reason}`);
  return reason;
}
