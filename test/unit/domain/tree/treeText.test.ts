import assert from 'node:assert/strict';
import { parsePlan } from '../../../../src/domain/plan/parsePlan';
import { drawTree } from '../../../../src/domain/tree/treeDrawing';
import { treeJson } from '../../../../src/domain/tree/treeJson';
import { planText, taskRecords, workstream } from '../../../support/workstreamText';

const plan = parsePlan(planText('01.01.01 Router @agent:web', '01.02.01 Store', '02.01.01 Later'));
const tasks = [
  ...taskRecords({ '01.01.01.01': 'completed' }, { report: 'Did it.' }),
  ...taskRecords({ '01.01.01.02': 'in_progress', '01.02.01.01': 'cancelled' }),
];

describe('drawTree', () => {
  it('draws every level, what is next and what is wrong', () => {
    const problems = [{ file: 'threads.json', severity: 'error', message: 'a list is expected', line: 3 }] as const;
    assert.equal(
      drawTree(workstream({ plan, tasks, problems })),
      `001-sample · Sample · in progress · 67% (2/3 tasks)
├─ ◐ 01 Stage 01  2/3 · in progress
│  ├─ ◐ 01.01 Batch 01  1/2 · in progress
│  │  └─ ◐ 01.01.01 Router  1/2 · in progress · @web
│  │     ├─ ✓ 01.01.01.01 Task 01.01.01.01  completed · @web
│  │     └─ ◐ 01.01.01.02 Task 01.01.01.02  in progress · @web
│  └─ ✓ 01.02 Batch 02  1/1 · completed
│     └─ − 01.02.01 Store  1/1 · cancelled · @default
│        └─ − 01.02.01.01 Task 01.02.01.01  cancelled · @default
└─ ○ 02 Stage 02
   └─ ○ 02.01 Batch 01
      └─ ○ 02.01.01 Later  @default

Next batch: 01.01
error: threads.json:3: a list is expected
`,
    );
  });

  it('says when all batches are complete, when there is nothing yet, and why nothing is written', () => {
    assert.match(drawTree(workstream({ tasks: taskRecords({ '01.01.01.01': 'completed' }) })), /\nAll batches are complete!\n/);
    const empty = drawTree(workstream({ plan: parsePlan('# Plan: P\n## Summary\nS\n') }));
    assert.match(empty, /\nPLAN\.md has no stages yet\.\nerror: PLAN\.md:1: No stages found/);
    assert.match(drawTree(workstream({ era: 'sane' })), /\nThis workstream has the newer layout/);
  });

  it('lets nothing through to the terminal that is not text', () => {
    const hostile = parsePlan('# Plan: \u001b]0;x\u0007P\n## Stages\n### Stage 1: a\u001b[2Jb\n');
    assert.doesNotMatch(drawTree(workstream({ plan: hostile })), /[^\n\P{Cc}]/u);
  });
});

describe('treeJson', () => {
  it('has the published shape, with padded ids', () => {
    const problems = [{ file: 'index.json', severity: 'warning', message: 'odd' }] as const;
    const unpadded = parsePlan(
      '# Plan: P\n## Summary\nS\n## Stages\n### Stage 1: A\n#### Batches\n##### Batch 2: B\n###### Thread 3: T\n**Summary:** s\n\n**Details:** d\n',
    );
    assert.deepEqual(
      treeJson(workstream({ plan: unpadded, tasks: taskRecords({ '01.02.03.01': 'blocked' }, { report: 'No.' }), problems })),
      {
        stream: { id: '001-sample', name: 'sample', status: 'pending' },
        nextBatch: '01.02',
        progress: { total: 1, completed: 0, cancelled: 0, inProgress: 0, blocked: 1, pending: 0, percent: 0 },
        diagnostics: [
          { severity: 'warning', message: 'Stage 1: Stage Definition is empty', line: 5 },
          { severity: 'warning', message: 'index.json: odd', line: 1 },
        ],
        stages: [
          {
            id: '01',
            name: 'A',
            status: 'blocked',
            batches: [
              {
                id: '01.02',
                name: 'B',
                status: 'blocked',
                threads: [
                  {
                    id: '01.02.03',
                    name: 'T',
                    summary: 's',
                    details: 'd',
                    agent: 'default',
                    status: 'blocked',
                    tasks: [{ id: '01.02.03.01', name: 'Task 01.02.03.01', status: 'blocked', report: 'No.' }],
                  },
                ],
              },
            ],
          },
        ],
      },
    );
  });

  it('has no next batch when all are done, and null for a report that is not there', () => {
    const json = treeJson(workstream({ tasks: taskRecords({ '01.01.01.01': 'completed' }) }));
    assert.deepEqual([json.nextBatch, json.stages[0]?.batches[0]?.threads[0]?.tasks[0]?.report], [null, null]);
  });
});
