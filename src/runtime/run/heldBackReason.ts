import { integrationBranch } from '../../domain/names';
import type { HeldBack } from './mergeThread';
import type { RunContext } from './runContext';

/** Why a thread's work was not merged, a sentence that names both branches. */
export function heldBackReason({ journal, streamId }: RunContext, threadId: string, merge: HeldBack): string {
  const attempts = [...journal.state.attempts.values()].filter(attempt => attempt.thread === threadId);
  const branch = attempts.findLast(({ commit }) => commit !== undefined)?.branch;
  const integration = integrationBranch(streamId);
  switch (merge.kind) {
    case 'conflict':
      return `Merging branch ${branch ?? merge.theirs} into ${integration} conflicts in ${merge.files.join(', ')}.`;
    case 'rejected':
      return `Branch ${branch ?? threadId} merged into ${integration} does not pass: ${merge.reason}.`;
  }
}
