import * as z from 'zod';
import { resolutionRules } from '../../domain/merge/conflictRules';
import { isUnmerged } from '../../domain/merge/unmerged';
import { integrationBranch } from '../../domain/names';
import type { ThreadNode } from '../../domain/tree/nodes';
import type { RuledFile } from '../git/mergeTrees';
import type { MergeOutcome, MergeRequest } from '../merge/mergeRequest';
import { cleanUpThread } from './cleanUpThread';
import { trailersOf } from './commitWork';
import type { RunContext } from './runContext';

export type FinishedThread = {
  readonly run: string;
  readonly thread: ThreadNode;
  /** The last commit of the thread's work, if it made any. */
  readonly tip: string | undefined;
  /** How often its merge was sent back to its agent in this run. */
  readonly returns: number;
};

export type ThreadMerge = { readonly kind: 'landed' | 'empty' } | HeldBack;
/** Nothing moved; `reason` says why as a sentence, `files` are in conflict. */
export type HeldBack =
  | { readonly kind: 'conflict'; readonly files: readonly string[]; readonly ours: string; readonly theirs: string }
  | { readonly kind: 'rejected'; readonly commit: string; readonly reason: string };

export const isHeldBack = (merge: ThreadMerge): merge is HeldBack => merge.kind === 'conflict' || merge.kind === 'rejected';

/** How one try to merge a thread ended. */
export const mergeEvidence = z.discriminatedUnion('kind', [
  z.strictObject({
    ...{ kind: z.literal('landed'), commit: z.string(), before: z.string() },
    byRule: z.array(z.strictObject({ path: z.string(), rule: z.enum(resolutionRules) })).optional(),
  }),
  z.strictObject({ kind: z.literal('empty') }),
  z.strictObject({ kind: z.literal('conflict'), files: z.array(z.string()), ours: z.string(), theirs: z.string() }),
  z.strictObject({ kind: z.literal('rejected'), commit: z.string(), reason: z.string() }),
]);
export type MergeEvidence = z.infer<typeof mergeEvidence>;

/**
 * Takes a finished thread through the merge queue: merged on trial, checked, and landed when it is green. A conflict or a red
 * candidate moves nothing; worktree and branch stay as they are.
 */
export async function mergeThread(
  context: RunContext,
  { run, thread, tip, returns }: FinishedThread,
  signal: AbortSignal,
): Promise<ThreadMerge> {
  const evidence = tip === undefined ? ({ kind: 'empty' } as const) : await tryToMerge(context, { run, thread, tip, returns }, signal);
  noteEnd(context, thread.id, evidence);
  if (isHeldBack(evidence)) return evidence;
  if (tip !== undefined) {
    if (isUnmerged(thread.merge)) await restoreReport(context, thread);
    await cleanUpThread(context, thread.id, true);
  }
  return { kind: evidence.kind };
}

function tryToMerge(
  context: RunContext,
  { run, thread, tip, returns }: FinishedThread & { readonly tip: string },
  signal: AbortSignal,
): Promise<MergeEvidence> {
  // The same commit is tried again when its agent was asked about it and left it as it was.
  const key = `${run}/${thread.id}/merge/${tip}${returns === 0 ? '' : `/${returns}`}`;
  const intent = {
    tip,
    branch: integrationBranch(context.streamId),
    intentDate: context.clock.now(),
    validationsBefore: context.journal.state.validations.length,
  };
  const position = context.journal.state.runs.find(({ id }) => id === run)?.threads.indexOf(thread.id);
  return context.effects.run('merge', key, intent, journalled => landThread(context, thread, { ...journalled, position }, signal), {
    schema: mergeEvidence,
  });
}

function landThread(
  context: RunContext,
  thread: ThreadNode,
  request: Pick<MergeRequest, 'tip' | 'intentDate' | 'position' | 'validationsBefore'>,
  signal: AbortSignal,
): Promise<MergeEvidence> {
  const { id, name } = thread;
  const trailers = trailersOf(context.streamId, id, undefined, undefined);
  return tryMerge(context, { ...request, thread: id, message: `Merge thread ${id}: ${name}`, trailers }, signal);
}

/** One try through the queue, checked; gives how it ended as the journal keeps it. */
export async function tryMerge(context: RunContext, request: MergeRequest, signal: AbortSignal): Promise<MergeEvidence> {
  const { thread } = request;
  const outcome: MergeOutcome<string> = await context.queue.merge(request, signal, context.validate);
  switch (outcome.kind) {
    case 'landed':
      return { kind: 'landed', commit: outcome.commit, before: outcome.before, ...ruled(outcome.byRule) };
    case 'empty':
      return { kind: 'empty' };
    case 'conflict':
      return { kind: 'conflict', files: [...outcome.files], ours: outcome.ours, theirs: outcome.theirs };
    case 'rejected':
      return { kind: 'rejected', commit: outcome.commit, reason: outcome.reason };
    case 'moved':
      throw new Error(
        `Branch ${integrationBranch(context.streamId)} was moved by somebody else while thread ${thread} was merged. Look at it, then run the batch again.`,
      );
  }
}

/** What follows when a thread's work is in after a person had to settle it. */
export async function settleLanded(context: RunContext, thread: ThreadNode): Promise<void> {
  await restoreReport(context, thread);
  await cleanUpThread(context, thread.id, true);
}

const ruled = (byRule: readonly RuledFile[]) => (byRule.length === 0 ? {} : { byRule: [...byRule] });

/** Writes down how the try ended, once: a driver that goes on finds the same evidence again. */
export function noteEnd({ journal, streamId }: RunContext, thread: string, evidence: MergeEvidence): void {
  const known = journal.state.threads.get(thread)?.merge;
  const branch = integrationBranch(streamId);
  switch (evidence.kind) {
    case 'landed':
      if (known?.state !== 'landed') {
        journal.append({ kind: 'merge.landed', thread, commit: evidence.commit, before: evidence.before, branch });
      }
      if (evidence.byRule && !journal.state.resolved.some(({ commit }) => commit === evidence.commit)) {
        journal.append({ kind: 'merge.resolved', thread, commit: evidence.commit, by: 'rule', files: evidence.byRule });
      }
      break;
    case 'empty':
      if (known?.state !== 'empty') journal.append({ kind: 'merge.empty', thread, branch });
      break;
    case 'conflict': {
      const { files, ours, theirs } = evidence;
      const isKnown = known?.state === 'conflicted' && known.ours === ours && known.theirs === theirs;
      if (!isKnown) journal.append({ kind: 'merge.conflicted', thread, files, ours, theirs });
      break;
    }
    case 'rejected': {
      const { commit, reason } = evidence;
      if (known?.state !== 'rejected' || known.commit !== commit) journal.append({ kind: 'merge.rejected', thread, commit, reason });
    }
  }
}

/** A thread whose merge was settled later has done its work: its last task is completed again, with the agent's own words. */
async function restoreReport(context: RunContext, thread: ThreadNode): Promise<void> {
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
