import type { JournalEvent } from '../journal/events';
import { isWithin } from '../ids';
import type { ReportSubject } from './reportInput';
import { allReviews, reviewsOf } from './reviewLines';

/** What an agent that only read did; dollars. */
export type ReaderTalk = { readonly cost?: number | undefined };

const populations = (events: readonly JournalEvent[]) => events.flatMap(event => (event.kind === 'plan.populated' ? [event] : []));

/** Every talk with an agent that only reads: reviews and populations. */
export const allTalks = (events: readonly JournalEvent[]): readonly ReaderTalk[] => [...allReviews(events), ...populations(events)];

/** Those about a stage or a batch alone. */
export function talksOf(subject: ReportSubject, events: readonly JournalEvent[]): readonly ReaderTalk[] {
  const own = populations(events).filter(({ threads }) => threads.every(id => isWithin(id, subject.id)));
  return [...reviewsOf(subject, events), ...own];
}
