import { endedSentence } from '../../common/text';
import type { JournalEvent } from '../journal/events';

const kinds = [
  'merge.conflicted',
  'merge.rejected',
  'merge.returned',
  'resolution.opened',
  'merge.resolved',
  'merge.landed',
  'merge.empty',
] as const;

/** One step on a thread's way into the integration branch. */
export type MergeStep = Extract<JournalEvent, { readonly kind: (typeof kinds)[number] }>;

/** A conflict that a thread's work had, and how it ended. */
export type Conflict = {
  /** ISO time. */
  readonly at: string;
  readonly files: readonly string[];
  /** What was done about it, in order. */
  readonly answers: readonly MergeStep[];
  readonly isResolved: boolean;
};

/** What became of a thread's work, from the first try to merge it, in the journal's order. */
export function mergeStory(events: readonly JournalEvent[], thread: string): readonly MergeStep[] {
  return events.filter(
    (event): event is MergeStep => kinds.some(kind => kind === event.kind) && 'thread' in event && event.thread === thread,
  );
}

/** The conflicts of a thread, each with what came after it and before the next one. */
export function conflictsOf(story: readonly MergeStep[]): readonly Conflict[] {
  return story.flatMap((step, index) => {
    if (step.kind !== 'merge.conflicted') return [];
    const rest = story.slice(index + 1);
    const next = rest.findIndex(({ kind }) => kind === 'merge.conflicted');
    const answers = next < 0 ? rest : rest.slice(0, next);
    return [{ at: step.at, files: step.files, answers, isResolved: rest.some(isIn) }];
  });
}

/** How a conflict ended, as sentences. */
export function conflictEnd({ answers, isResolved }: Conflict): string {
  const sentences = answers.map(answer => {
    switch (answer.kind) {
      case 'merge.returned':
        return `Sent back to its agent (${answer.number}).`;
      case 'merge.landed':
        return `Merged as ${answer.commit.slice(0, 10)}.`;
      case 'merge.empty':
        return 'Nothing was left to merge.';
      case 'merge.rejected':
        return `Not merged: ${endedSentence(answer.reason)}`;
      case 'resolution.opened':
        return 'Taken up by hand.';
      case 'merge.resolved':
      case 'merge.conflicted':
        return '';
    }
  });
  if (isResolved && !answers.some(isIn)) sentences.push('It conflicted again.');
  const said = sentences.filter(sentence => sentence !== '');
  return said.length === 0 ? 'Nobody has resolved it.' : said.join(' ');
}

const isIn = ({ kind }: MergeStep) => kind === 'merge.landed' || kind === 'merge.empty';
