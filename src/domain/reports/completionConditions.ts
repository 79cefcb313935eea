import { count, endedSentence, oneLine } from '../../common/text';
import { isUnmerged, unmergedReason } from '../merge/unmerged';
import { integrationBranch } from '../names';
import { approvalProblem } from '../run/checkApproval';
import type { WorkstreamSnapshot } from '../tree/nodes';

/** What of a workstream's work is not on the user's branch. */
export type Undelivered = {
  /** The user's branch; null where none was checked out when the workstream first ran. */
  readonly branch: string | null;
  /** Commits, merges not counted. */
  readonly commits: number;
};

/** Why a workstream is not finished: tasks, approvals, blocked and unmerged threads, commits that were not delivered; a sentence each. */
export function completionConditions(
  { id, stages, counts }: Pick<WorkstreamSnapshot, 'id' | 'stages' | 'counts'>,
  { branch, commits }: Undelivered,
): readonly string[] {
  const open = counts.total - counts.completed - counts.cancelled;
  const threads = stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads));
  const target = branch === null ? 'on a branch of yours' : `on ${oneLine(branch)}`;
  return [
    ...(open > 0 ? [`${open} of ${counts.total} tasks are not done.`] : []),
    ...stages
      .filter(stage => stage.approval !== 'approved')
      .map(stage => {
        const unfinished = approvalProblem(stage) === undefined ? '' : ' and not finished';
        return `Stage ${Number(stage.id)} (${stage.name}) is not approved${unfinished}.`;
      }),
    ...threads
      .filter(({ status }) => status === 'blocked')
      .map(({ id: thread, reason }) => `Thread ${thread} is blocked${reason === undefined ? '.' : `: ${endedSentence(oneLine(reason))}`}`),
    ...threads.flatMap(({ id: thread, merge }) => (isUnmerged(merge) ? [`Thread ${thread} is not merged: ${unmergedReason(merge)}.`] : [])),
    ...(commits === 0 ? [] : [`${count(commits, 'commit')} of ${integrationBranch(id)} ${commits === 1 ? 'is' : 'are'} not ${target}.`]),
  ];
}
