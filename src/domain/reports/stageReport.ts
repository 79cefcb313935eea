import { count } from '../../common/text';
import { isUnmerged, unmergedReason } from '../merge/unmerged';
import { doneCount } from '../status/counts';
import type { StageNode, ThreadNode } from '../tree/nodes';
import { evidenceLines } from './evidence';
import { fileLines, type FileChange } from './fileChanges';
import { batchesOf, tasksOfSubject, threadsOf, type ReportInput, type ReportSubject } from './reportInput';
import { countText, subjectMetrics } from './reportMetrics';
import { headingText, inline, paragraph, tableCell } from './reportMarkdown';
import { reviewLines } from './reviewLines';
import { issueLines, taskLines } from './taskLines';

export type StageReportInput = Omit<ReportInput, 'subject'> & { readonly stage: StageNode };

/** The Markdown report of one stage; the same input gives the same bytes. */
export function stageReport({ stage, ...input }: StageReportInput): string {
  return reportText({ subject: stage, ...input });
}

/** The Markdown report of a stage or a batch; the same input gives the same bytes. */
export function reportText(input: ReportInput): string {
  const { subject, generatedAt, definition = '', files, events = [] } = input;
  const { id, name, counts } = subject;
  const kind = subject.kind === 'stage' ? 'Stage' : 'Batch';
  const lines = [
    `# ${kind} Report: ${headingText(`${name} (${kind} ${id})`)}`,
    '',
    `> **Generated:** ${generatedAt}  `,
    `> **Status:** ${statusWord(subject)} (${countText(counts, ' tasks')})`,
    '',
    '## Summary',
    '',
    paragraph(`${kind} ${id} (${name}) progress summary.`),
    '',
    ...(definition.trim() === '' ? [] : [paragraph(definition), '']),
    ...[overview(subject), ''],
    '## Completed Work',
    '',
    ...batchesOf(subject).flatMap(batch => [
      `### Batch ${numberOf(batch.id)}: ${headingText(batch.name)}`,
      '',
      ...batch.threads.flatMap(threadLines),
    ]),
    '## Issues & Blockers',
    '',
    ...issuesSection(subject),
    '',
    '## Files Created/Modified',
    '',
    ...filesSection(subject, files),
    '',
    '## Metrics',
    '',
    '| Metric | Value |',
    '|--------|-------|',
    ...subjectMetrics(subject, events).map(({ name: metric, value }) => `| ${metric} | ${tableCell(value)} |`),
    '',
    ...evidenceLines(threadsOf(subject), events, reviewLines(subject, events)),
  ];
  return lines.join('\n');
}

/** How it stands, in the words of the format. */
export function statusWord({ status, counts }: ReportSubject): 'Complete' | 'Blocked' | 'In Progress' | 'Pending' {
  if (status === 'completed') return 'Complete';
  if (status === 'blocked') return 'Blocked';
  return counts.inProgress > 0 || doneCount(counts) > 0 ? 'In Progress' : 'Pending';
}

/** What came of it so far, in a few sentences. */
export function overview(subject: ReportSubject): string {
  const { counts } = subject;
  const batches = batchesOf(subject);
  const threads = threadsOf(subject);
  const merged = threads.filter(({ merge }) => merge?.state === 'landed').length;
  const sentences = [
    `${counts.completed} of ${count(counts.total, 'task')} completed in ${count(batches.length, 'batch', 'batches')} and ${count(threads.length, 'thread')}.`,
    ...(counts.cancelled > 0 ? [`${counts.cancelled} cancelled.`] : []),
    ...(counts.blocked > 0 ? [`${counts.blocked} blocked.`] : []),
    ...(merged > 0 ? [`${count(merged, 'thread')} merged.`] : []),
  ];
  return sentences.join(' ');
}

function threadLines({ name, counts, tasks }: ThreadNode): readonly string[] {
  return [`**Thread: ${inline(name)}** (${countText(counts, ' tasks')})`, ...tasks.flatMap(taskLines), ''];
}

function issuesSection(subject: ReportSubject): readonly string[] {
  const threads = threadsOf(subject);
  const issues = [
    ...tasksOfSubject(subject).flatMap(task => (task.status === 'blocked' ? issueLines(task, task.report) : [])),
    ...threads.flatMap(thread => (isUnmerged(thread.merge) ? issueLines(thread, `Not merged: ${unmergedReason(thread.merge)}.`) : [])),
  ];
  return issues.length > 0 ? issues : [`No blocked tasks in this ${subject.kind}.`];
}

function filesSection({ kind }: ReportSubject, files: readonly FileChange[] | undefined): readonly string[] {
  if (files === undefined) return [`The files that this ${kind} changed are not known.`];
  return files.length === 0 ? [`No files changed in this ${kind}.`] : fileLines(files);
}

/** `01.02` → `02`. */
const numberOf = (id: string) => id.slice(id.lastIndexOf('.') + 1);
