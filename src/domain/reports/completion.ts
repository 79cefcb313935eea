import type { StageNode, ThreadNode, WorkstreamSnapshot } from '../tree/nodes';
import type { JournalEvent } from '../journal/events';
import type { FileChange } from './fileChanges';
import { countText, effortMetrics, fixIterations, mergeMetrics, rateText, tasksOf, type Metric } from './reportMetrics';
import { codeSpan, headingText, inline } from './reportMarkdown';
import { allTalks } from './readerTalks';
import { taskLines } from './taskLines';

export type CompletionInput = {
  readonly stream: Pick<WorkstreamSnapshot, 'id' | 'name' | 'counts' | 'stages'>;
  /** ISO time. */
  readonly completedAt: string;
  /** The workstream's journal, in order. */
  readonly events?: readonly JournalEvent[];
  /** What its tasks changed, in order. */
  readonly files?: readonly FileChange[];
};

/** `COMPLETION.md`: every task's report in the order of the plan, and what it took. The same input gives the same bytes. */
export function completion({ stream, completedAt, events = [], files = [] }: CompletionInput): string {
  const { id, name, counts, stages } = stream;
  const batches = stages.flatMap(stage => stage.batches);
  const threads = batches.flatMap(batch => batch.threads);
  const lines = [
    `# Completion: ${headingText(name)}`,
    '',
    `**Stream ID:** ${codeSpan(id)}  `,
    `**Completed At:** ${completedAt}`,
    '',
    '## Accomplishments',
    '',
    ...stages.flatMap(stageLines),
    '## Metrics',
    `- Tasks: ${countText(counts, ' completed')}`,
    `- Stages: ${stages.length}`,
    `- Batches: ${batches.length}`,
    `- Threads: ${threads.length}`,
    `- Completion Rate: ${rateText(counts)}`,
    `- Fix Iterations: ${fixIterations(stages)}`,
    ...[
      ...mergeMetrics(threads, events),
      ...effortMetrics(tasksOf(stages), allTalks(events)),
      ...fileMetrics(files),
      ...deliveryMetrics(stages),
    ].map(metric => `- ${metric.name}: ${metric.value}`),
    '',
  ];
  return lines.join('\n');
}

function fileMetrics(files: readonly FileChange[]): readonly Metric[] {
  if (files.length === 0) return [];
  const sum = (values: readonly (number | undefined)[]) => values.reduce<number>((total, value) => total + (value ?? 0), 0);
  const lines = `+${sum(files.map(file => file.additions))} −${sum(files.map(file => file.deletions))}`;
  return [{ name: 'Files Changed', value: `${new Set(files.map(file => file.path)).size} (${lines})` }];
}

/** Where the work is: the branch and the commit of the last stage that was delivered. */
function deliveryMetrics(stages: readonly StageNode[]): readonly Metric[] {
  const last = stages.flatMap(({ delivery }) => (delivery?.state === 'delivered' ? [delivery] : [])).at(-1);
  return last ? [{ name: 'Delivered', value: `${codeSpan(last.branch)} at ${codeSpan(last.commit.slice(0, 10))}` }] : [];
}

function stageLines({ id, name, batches }: StageNode): readonly string[] {
  return [
    `### Stage ${id}: ${headingText(name)}`,
    '',
    ...batches.flatMap(batch => [
      `#### Batch ${batch.id.slice(batch.id.lastIndexOf('.') + 1)}: ${headingText(batch.name)}`,
      '',
      ...batch.threads.flatMap(threadLines),
    ]),
  ];
}

function threadLines({ name, tasks }: ThreadNode): readonly string[] {
  return [`**Thread: ${inline(name)}**`, ...tasks.flatMap(taskLines), ''];
}
