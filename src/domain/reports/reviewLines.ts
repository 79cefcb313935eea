import type { JournalEvent } from '../journal/events';
import { verdictWords } from '../review/stageVerdict';
import { codeSpan, inline, itemQuote } from './reportMarkdown';
import type { ReportSubject } from './reportInput';

export type Reviewed = Extract<JournalEvent, { readonly kind: 'stage.reviewed' }>;

/** Every review of a workstream, in order. */
export const allReviews = (events: readonly JournalEvent[]): readonly Reviewed[] =>
  events.flatMap(event => (event.kind === 'stage.reviewed' ? [event] : []));

/** What reviewing agents said of a stage, in order; of a batch there is none. */
export function reviewsOf({ kind, id }: ReportSubject, events: readonly JournalEvent[]): readonly Reviewed[] {
  if (kind === 'batch') return [];
  return allReviews(events).filter(({ stage }) => stage === id);
}

/** The same as evidence of a report. */
export function reviewLines(subject: ReportSubject, events: readonly JournalEvent[]): readonly string[] {
  const reviews = reviewsOf(subject, events);
  if (reviews.length === 0) return [];
  const lines = reviews.flatMap(({ at, agent, tip, verdict, text, cost }) => [
    `- ${at}: @${inline(agent)} on ${codeSpan(tip.slice(0, 10))}: **${verdictWords(verdict)}**${cost === undefined ? '' : `, $${cost.toFixed(2)}`}`,
    ...(text.trim() === '' ? [] : itemQuote(text)),
  ]);
  return ['### Review', '', ...lines, ''];
}
