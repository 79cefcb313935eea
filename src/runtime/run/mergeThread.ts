import * as z from 'zod';
import { integrationBranch } from '../../domain/names';
import type { ThreadNode } from '../../domain/tree/nodes';
import type { MergeOutcome } from '../merge/mergeQueue';
import { cleanUpThread } from './cleanUpThread';
import { trailersOf } from './commitWork';
import type { RunContext } from './runContext';

export type FinishedThread = {
  readonly run: string;
  readonly thread: ThreadNode;
  /** The last commit of the thread's work, if it made any. */ readonly tip: string | undefined;
};

export type ThreadMerge = { readonly kind: 'landed' | 'empty' } | { readonly kind: 'conflict'; readonly reason: string };

const mergeEvidence = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('landed'), commit: z.string(), before: z.string() }),
  z.strictObject({ kind: z.literal('empty') }),
  z.strictObject({ kind: z.literal('conflict'), files: z.array(z.string()), ours: z.string(), theirs: z.string() }),
]);

/**
 * Takes a finished thread through the merge queue. A conflict names the files and both branches and blocks the thread's last
 * task (its report is kept behind the reason); the integration branch, the worktree and the task's branch stay as they are.
 */
export async function mergeThread(context: RunContext, { run, thread, tip }: FinishedThread, signal: AbortSignal): Promise<ThreadMerge> {
  const branch = integrationBranch(context.streamId);
  if (tip === undefined) {
    if (context.journal.state.threads.get(thread.id)?.merge?.state !== 'empty') {
      context.journal.append({ kind: 'merge.empty', thread: thread.id, branch });
    }
    return { kind: 'empty' };
  }
  const evidence = await context.effects.run(
    'merge',
    `${run}/${thread.id}/merge/${tip}`,
    { tip, branch, intentDate: context.clock.now() },
    intent => landThread(context, thread, intent, signal),
    { schema: mergeEvidence },
  );
  if (evidence.kind === 'conflict') return blockByConflict(context, thread, evidence);
  const known = context.journal.state.threads.get(thread.id)?.merge;
  if (known?.state !== evidence.kind) {
    context.journal.append(
      evidence.kind === 'landed'
        ? { kind: 'merge.landed', thread: thread.id, commit: evidence.commit, before: evidence.before, branch }
        : { kind: 'merge.empty', thread: thread.id, branch },
    );
  }
  await restoreReport(context, thread);
  await cleanUpThread(context, thread.id, true);
  return { kind: evidence.kind };
}

async function landThread(
  context: RunContext,
  thread: ThreadNode,
  { tip, intentDate }: { readonly tip: string; readonly intentDate: number },
  signal: AbortSignal,
): Promise<z.infer<typeof mergeEvidence>> {
  const outcome: MergeOutcome = await context.queue.merge(
    {
      thread: thread.id,
      tip,
      message: `Merge thread ${thread.id}: ${thread.name}`,
      trailers: trailersOf(context.streamId, thread.id, undefined, undefined),
      intentDate,
    },
    signal,
  );
  switch (outcome.kind) {
    case 'landed':
      return { kind: 'landed', commit: outcome.commit, before: outcome.before };
    case 'empty':
      return { kind: 'empty' };
    case 'conflict':
      return { kind: 'conflict', files: [...outcome.files], ours: outcome.ours, theirs: outcome.theirs };
    case 'moved':
      throw new Error(
        `Branch ${integrationBranch(context.streamId)} was moved by somebody else while thread ${thread.id} was merged. Look at it, then run the batch again.`,
      );
  }
}

async function blockByConflict(
  context: RunContext,
  thread: ThreadNode,
  { files, ours, theirs }: { readonly files: readonly string[]; readonly ours: string; readonly theirs: string },
): Promise<ThreadMerge> {
  const state = context.journal.state;
  const attempts = [...state.attempts.values()].filter(attempt => attempt.thread === thread.id);
  const last = attempts.findLast(attempt => attempt.commit !== undefined);
  const theirBranch = last?.branch ?? theirs;
  const reason = `Merging branch ${theirBranch} into ${integrationBranch(context.streamId)} conflicts in ${files.join(', ')}.`;
  context.journal.append({ kind: 'merge.conflicted', thread: thread.id, files: [...files], ours, theirs });
  const task = last?.task ?? thread.tasks.at(-1)?.id;
  if (task !== undefined) {
    const earlier = last?.report === undefined ? '' : ` The agent had reported: ${last.report}`;
    await context.files.updateTask(context.streamId, task, { status: 'blocked', report: `Failed: ${reason}${earlier}` });
  }
  context.observer.notice(`${thread.id}: ${reason}`);
  return { kind: 'conflict', reason };
}

/** A thread whose conflict was settled by hand has done its work: its last task is completed again, with the agent's own words. */
async function restoreReport(context: RunContext, thread: ThreadNode): Promise<void> {
  if (thread.merge?.state !== 'conflicted') return;
  const last = [...context.journal.state.attempts.values()].findLast(
    attempt => attempt.thread === thread.id && attempt.outcome === 'completed',
  );
  if (!last) return;
  const task = await context.files.readTask(context.streamId, last.task);
  if (task?.status !== 'blocked') return;
  await context.files.updateTask(context.streamId, last.task, {
    status: 'completed',
    ...(last.report === undefined ? {} : { report: last.report }),
  });
}
