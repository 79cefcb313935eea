import type { JournalEvent } from './events';
import type { MergeState } from './journalState';

/** The events that end a try to merge a thread. */
export type MergeEnd = Extract<JournalEvent, { readonly kind: 'merge.landed' | 'merge.empty' | 'merge.conflicted' | 'merge.rejected' }>;

/** How a thread's merge stands after it. */
export function mergeAfter(event: MergeEnd): MergeState {
  const { at } = event;
  switch (event.kind) {
    case 'merge.landed':
      return { state: 'landed', commit: event.commit, before: event.before, branch: event.branch, at };
    case 'merge.empty':
      return { state: 'empty', branch: event.branch, at };
    case 'merge.conflicted':
      return { state: 'conflicted', files: event.files, ours: event.ours, theirs: event.theirs, at };
    case 'merge.rejected':
      return { state: 'rejected', commit: event.commit, reason: event.reason, at };
  }
}
