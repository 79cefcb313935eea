import assert from 'node:assert/strict';
import { completion } from '../../../../src/domain/reports/completion';
import { addCounts, countTasks } from '../../../../src/domain/status/counts';
import { attempt, sketchStage, type StageSketch } from '../../../support/reportTree';

const completedAt = '2026-01-21T00:44:35.881Z';
const stream = (...sketches: readonly StageSketch[]) => {
  const stages = sketches.map((sketch, index) => sketchStage(index + 1, sketch));
  return { id: '001-sample', name: 'sample', stages, counts: stages.map(({ counts }) => counts).reduce(addCounts, countTasks([])) };
};

describe('completion', () => {
  it('gathers every report in the order of the plan', () => {
    const first: StageSketch = {
      name: 'Zebra',
      batches: [
        {
          name: 'Setup',
          threads: [
            { name: 'B', tasks: [{ name: 'Add hono', report: 'Added hono@4.0.0.' }] },
            {
              name: 'A',
              tasks: [
                { name: 'Skip it', status: 'cancelled' },
                { name: 'Later', status: 'pending' },
              ],
            },
          ],
        },
      ],
    };
    const attempts = [attempt('1', { finishedAt: '2026-01-20T22:05:00.000Z', cost: 1.5 })];
    const second: StageSketch = {
      name: 'Fix - Zebra',
      batches: [{ name: 'Repair', threads: [{ name: 'C', tasks: [{ name: 'Mend', attempts }] }] }],
    };
    assert.equal(
      completion({ stream: stream(first, second), completedAt }),
      `# Completion: sample

**Stream ID:** \`001-sample\`${'  '}
**Completed At:** 2026-01-21T00:44:35.881Z

## Accomplishments

### Stage 01: Zebra

#### Batch 01: Setup

**Thread: B**
- ✓ Add hono
  > Added hono@4.0.0.

**Thread: A**
- − Skip it
- ○ Later

### Stage 02: Fix - Zebra

#### Batch 01: Repair

**Thread: C**
- ✓ Mend

## Metrics
- Tasks: 2/4 completed, 1 cancelled
- Stages: 2
- Batches: 2
- Threads: 3
- Completion Rate: 75.0%
- Fix Iterations: 1
- Attempts: 1
- Cost: $1.50
- Agent Time: 1h 5m
`,
    );
  });

  it('keeps a report with newlines and headings inside its quote', () => {
    const text = completion({
      stream: stream({
        name: 'S',
        batches: [{ name: 'B', threads: [{ name: 'T', tasks: [{ name: 'x', report: 'Done.\n\n## Metrics\n- Tasks: 99/99 completed' }] }] }],
      }),
      completedAt,
    });
    assert.ok(
      text.includes('- ✓ x\n  > Done.\n  >\n  > \\## Metrics\n  > - Tasks: 99/99 completed\n\n## Metrics\n- Tasks: 1/1 completed\n'),
    );
  });

  it('gives the same bytes twice', () => {
    const input = { stream: stream({ name: 'S', batches: [] }), completedAt };
    assert.equal(completion(input), completion(structuredClone(input)));
  });
});
