import { count } from '../../common/text';
import { isUnmerged, unmergedReason } from '../merge/unmerged';
import { doneCount } from '../status/counts';
import type { StageNode, ThreadNode } from '../tree/nodes';
import { evidenceLines } from './evidence';
import { fileLines, type FileChange } from './fileChanges';
import { countText, effortMetrics, fixIterations, rateText, tasksOf, type Metric } from './reportMetrics';
import { headingText, inline, paragraph, tableCell } from './reportMarkdown';
import { issueLines, taskLines } from './taskLines';

export type StageReportInput = {
  readonly stage: StageNode;
  /** ISO time that the report says it is from. */
  readonly generatedAt: string;
  /** What the plan says the stage is for. */
  readonly definition?: string | undefined;
  /** What the stage's tasks changed; undefined when that is not known. */
  readonly files?: readonly FileChange[] | undefined;
};

/** The Markdown report of one stage; the same input gives the same bytes. */
export function stageReport({ stage, generatedAt, definition = '', files }: StageReportInput): string {
  const { id, name, counts, batches } = stage;
  const lines = [
    `# Stage Report: ${headingText(`${name} (Stage ${id})`)}`,
    '',
    `> **Generated:** ${generatedAt}  `,
    `> **Status:** ${statusWord(stage)} (${countText(counts, ' tasks')})`,
    '',
    '## Summary',
    '',
    paragraph(`Stage ${id} (${name}) progress summary.`),
    '',
    ...(definition.trim() === '' ? [] : [paragraph(definition), '']),
    ...[overview(stage), ''],
    '## Completed Work',
    '',
    ...batches.flatMap(batch => [`### Batch ${numberOf(batch.id)}: ${headingText(batch.name)}`, '', ...batch.threads.flatMap(threadLines)]),
    '## Issues & Blockers',
    '',
    ...issuesSection(stage),
    '',
    '## Files Created/Modified',
    '',
    ...filesSection(files),
    '',
    '## Metrics',
    '',
    '| Metric | Value |',
    '|--------|-------|',
    ...metrics(stage).map(({ name: metric, value }) => `| ${metric} | ${tableCell(value)} |`),
    '',
    ...evidenceLines(stage),
  ];
  return lines.join('\n');
}

function statusWord({ status, counts }: StageNode): string {
  if (status === 'completed') return 'Complete';
  if (status === 'blocked') return 'Blocked';
  return counts.inProgress > 0 || doneCount(counts) > 0 ? 'In Progress' : 'Pending';
}

function overview({ counts, batches }: StageNode): string {
  const threads = batches.flatMap(batch => batch.threads);
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

function issuesSection(stage: StageNode): readonly string[] {
  const threads = stage.batches.flatMap(batch => batch.threads);
  const issues = [
    ...tasksOf([stage]).flatMap(task => (task.status === 'blocked' ? issueLines(task, task.report) : [])),
    ...threads.flatMap(thread => (isUnmerged(thread.merge) ? issueLines(thread, `Not merged: ${unmergedReason(thread.merge)}.`) : [])),
  ];
  return issues.length > 0 ? issues : ['No blocked tasks in this stage.'];
}

function filesSection(files: readonly FileChange[] | undefined): readonly string[] {
  if (files === undefined) return ['The files that this stage changed are not known.'];
  return files.length === 0 ? ['No files changed in this stage.'] : fileLines(files);
}

function metrics(stage: StageNode): readonly Metric[] {
  const { counts, batches } = stage;
  return [
    { name: 'Tasks', value: countText(counts, ' complete') },
    { name: 'Completion Rate', value: rateText(counts) },
    { name: 'Batches', value: String(batches.length) },
    { name: 'Threads', value: String(batches.flatMap(batch => batch.threads).length) },
    { name: 'Blocked', value: String(counts.blocked) },
    { name: 'Fix Iterations', value: String(fixIterations([stage])) },
    ...effortMetrics(tasksOf([stage])),
  ];
}

/** `01.02` → `02`. */
const numberOf = (id: string) => id.slice(id.lastIndexOf('.') + 1);
