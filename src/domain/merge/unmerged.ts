import type { MergeState } from '../journal/journalState';

/** A merge that was tried and did not land: it conflicts, or the merged tree does not pass the project's checks. */
export type Unmerged = Extract<MergeState, { readonly state: 'conflicted' | 'rejected' }>;

export function isUnmerged(merge: MergeState | undefined): merge is Unmerged {
  return merge?.state === 'conflicted' || merge?.state === 'rejected';
}

/** Why it did not, as the end of a sentence. */
export function unmergedReason(merge: Unmerged): string {
  return merge.state === 'conflicted' ? `it conflicts in ${merge.files.join(', ')}` : merge.reason;
}
