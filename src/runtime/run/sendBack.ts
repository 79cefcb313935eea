import { stat } from 'node:fs/promises';
import type { AttemptState } from '../../domain/journal/journalState';
import { isNotInstalled, redCommand } from '../../domain/merge/validation';
import type { ThreadNode } from '../../domain/tree/nodes';
import { lastAttempt, lastCommitted, lastReturn } from './earlierAttempts';
import { heldBackReason } from './heldBackReason';
import type { HeldBack } from './mergeThread';
import type { RunContext } from './runContext';
import type { ThreadRun } from './threadRunner';

/**
 * Writes down that a thread goes back to the agent of its last task, and says so. False when there is nobody to give it back
 * to: the work is not ours.
 */
export function noteReturn(
  context: RunContext,
  { run, thread }: { readonly run: string; readonly thread: ThreadNode },
  merge: HeldBack,
  number: number,
): boolean {
  const last = lastCommitted(context.journal.state, thread.id);
  if (!last) return false;
  const reason = heldBackReason(context, thread.id, merge);
  const attempt = lastAttempt(context.journal.state, last.task)?.id ?? last.id;
  context.journal.append({ kind: 'merge.returned', run, thread: thread.id, task: last.task, attempt, number, reason });
  const most = context.settings.merge.maxAttempts;
  context.observer.notice(`${thread.id}: ${reason} It goes back to its agent (${number} of ${most}).`);
  return true;
}

/** What was refused is for a person to settle: the checks need a program that this machine has not. */
export function isBeyondAgents({ journal }: RunContext, merge: HeldBack): boolean {
  if (merge.kind !== 'rejected') return false;
  const red = redCommand(journal.state.validations.findLast(({ commit }) => commit === merge.commit)?.commands ?? []);
  return red !== undefined && isNotInstalled(red);
}

/** The return that was written down and whose agent has not begun on it. */
export function openReturn({ journal }: RunContext, run: string, threadId: string): { readonly task: string } | undefined {
  const returned = lastReturn(journal.state, run, threadId);
  return returned && lastAttempt(journal.state, returned.task)?.id === returned.attempt ? returned : undefined;
}

/**
 * What the agent of an open return is given: the last task once more, in its own session and worktree, or in new ones from
 * where it stopped when those are gone.
 */
export async function returnedWork(
  context: RunContext,
  run: string,
  thread: ThreadNode,
): Promise<Pick<ThreadRun, 'thread' | 'only' | 'goOn' | 'asked' | 'from'>> {
  const task = openReturn(context, run, thread.id)?.task ?? thread.tasks.at(-1)?.id ?? '';
  await context.files.updateTask(context.streamId, task, { status: 'pending' });
  const last = lastAttempt(context.journal.state, task);
  const tasks = thread.tasks.map(each => ({ ...each, status: each.id === task ? ('pending' as const) : ('completed' as const) }));
  return {
    thread: { ...thread, tasks },
    only: [task],
    asked: [task],
    goOn: last && (await isThere(context, last)) ? { task, message: '' } : undefined,
    from: lastCommitted(context.journal.state, thread.id)?.commit,
  };
}

async function isThere({ opencode, root }: RunContext, { worktree, session }: AttemptState): Promise<boolean> {
  const directory = worktree ?? root;
  const found = await stat(directory).catch(() => undefined);
  return session !== undefined && found?.isDirectory() === true && (await opencode.sessions.get(directory, session)) !== undefined;
}
