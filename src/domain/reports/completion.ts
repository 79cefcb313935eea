import type { StageNode, ThreadNode, WorkstreamSnapshot } from '../tree/nodes';
import { countText, effortMetrics, fixIterations, rateText, tasksOf } from './reportMetrics';
import { codeSpan, headingText, inline } from './reportMarkdown';
import { taskLines } from './taskLines';

export type CompletionInput = {
  readonly stream: Pick<WorkstreamSnapshot, 'id' | 'name' | 'counts' | 'stages'>;
  /** ISO time. */
  readonly completedAt: string;
};

/** `COMPLETION.md`: every task's report in the order of the plan, and what it took. The same input gives the same bytes. */
export function completion({ stream, completedAt }: CompletionInput): string {
  const { id, name, counts, stages } = stream;
  const batches = stages.flatMap(stage => stage.batches);
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
    `- Threads: ${batches.flatMap(batch => batch.threads).length}`,
    `- Completion Rate: ${rateText(counts)}`,
    `- Fix Iterations: ${fixIterations(stages)}`,
    ...effortMetrics(tasksOf(stages)).map(metric => `- ${metric.name}: ${metric.value}`),
    '',
  ];
  return lines.join('\n');
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
