import type { Translate } from '../../common/translate';
import type { ReportInput } from '../../domain/reports/reportInput';
import type { RunTimeline } from '../../domain/reports/runTimeline';
import type { WorkstreamSnapshot } from '../../domain/tree/nodes';

/** What a reader can do about the whole report. */
export const reportActions = [
  'approve',
  'deliverAgain',
  'deliverAnyway',
  'requestChanges',
  'openChanges',
  'openMarkdown',
  'copy',
  'journal',
] as const;
export type ReportAction = (typeof reportActions)[number];

/** What a reader can open of a thread or a task. */
export const rowActions = ['session', 'changes', 'worktree', 'plan'] as const;
export type RowAction = (typeof rowActions)[number];

/** Everything that the page of a stage or a batch shows. */
export type PageView = {
  readonly report: ReportInput;
  readonly stream: Pick<WorkstreamSnapshot, 'id' | 'name'>;
  readonly timelines: readonly RunTimeline[];
  /** What is offered now. */
  readonly actions: ReadonlySet<ReportAction>;
  readonly rowActions: ReadonlySet<RowAction>;
  /** Worktrees of attempts that are on the disk. */
  readonly worktrees: ReadonlySet<string>;
  readonly t: Translate;
};
