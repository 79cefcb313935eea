import type { JournalEvent } from '../journal/events';
import type { BatchNode, StageNode } from '../tree/nodes';
import type { FileChange } from './fileChanges';

/** What a report is about. */
export type ReportSubject = StageNode | BatchNode;

/** All that a report is made from; nothing else is read, so that the same input always gives the same bytes. */
export type ReportInput = {
  readonly subject: ReportSubject;
  /** ISO time that the report says it is from. */
  readonly generatedAt: string;
  /** What the plan says it is for. */
  readonly definition?: string | undefined;
  /** What its tasks changed; undefined when that is not known. */
  readonly files?: readonly FileChange[] | undefined;
  /** The journal of its workstream, in order; without it, as much as plan and tasks tell. */
  readonly events?: readonly JournalEvent[] | undefined;
};

export const batchesOf = (subject: ReportSubject): readonly BatchNode[] => (subject.kind === 'stage' ? subject.batches : [subject]);

export const threadsOf = (subject: ReportSubject) => batchesOf(subject).flatMap(batch => batch.threads);

export const tasksOfSubject = (subject: ReportSubject) => threadsOf(subject).flatMap(thread => thread.tasks);
