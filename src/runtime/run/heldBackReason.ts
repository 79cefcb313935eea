import { integrationBranch } from '../../domain/names';
import { lastCommitted } from './earlierAttempts';
import type { HeldBack } from './mergeThread';
import type { RunContext } from './runContext';

/** Why a thread's work was not merged, a sentence that names both branches. */
export function heldBackReason({ journal, streamId }: RunContext, threadId: string, merge: HeldBack): string {
  const branch = lastCommitted(journal.state, threadId)?.branch;
  const integration = integrationBranch(streamId);
  switch (merge.kind) {
    case 'conflict':
      return `Merging branch ${branch ?? merge.theirs} into ${integration} conflicts in ${merge.files.join(', ')}.`;
    case 'rejected':
      return `Branch ${branch ?? threadId} merged into ${integration} does not pass: ${merge.reason}.`;
  }
}
