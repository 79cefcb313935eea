import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parsePlan } from '../../../../src/domain/plan/parsePlan';
import { parseTasksDocument, tasksDocument } from '../../../../src/domain/plan/tasksDocument';
import { samplesFolder } from '../../../support/samples';
import { planText, taskRecords, workstream } from '../../../support/workstreamText';

const plan = parsePlan(planText('01.01.01 Router @agent:web', '01.01.02 Store', '02.01.01 Docs'));

describe('tasksDocument', () => {
  it('has every thread, with the tasks it has and one to fill in where it has none', () => {
    const tasks = [
      ...taskRecords({ '01.01.01.01': 'completed' }, { name: 'Write it', report: 'Wrote\nit.', assigned_agent: 'web' }),
      ...taskRecords({ '01.01.01.02': 'cancelled' }, { name: 'Test it' }),
    ];
    assert.equal(
      tasksDocument(workstream({ plan, tasks })),
      '# Tasks: sample\n\n## Stage 01: Stage 01\n\n### Batch 01: Batch 01\n\n#### Thread 01: Router @agent:web\n' +
        '- [x] Task 01.01.01.01: Write it\n  > Report: Wrote it.\n- [-] Task 01.01.01.02: Test it\n\n' +
        '#### Thread 02: Store\n- [ ] Task 01.01.02.01: \n\n## Stage 02: Stage 02\n\n### Batch 01: Batch 01\n\n' +
        '#### Thread 01: Docs\n- [ ] Task 02.01.01.01: \n',
    );
  });

  it('is read back as the tasks that have a description', () => {
    const statuses = {
      '01.01.01.01': 'completed',
      '01.01.01.02': 'in_progress',
      '01.01.02.01': 'blocked',
      '02.01.01.01': 'cancelled',
    } as const;
    const { tasks, errors } = parseTasksDocument(tasksDocument(workstream({ plan, tasks: taskRecords(statuses, { report: 'Said.' }) })));
    assert.deepEqual(errors, []);
    assert.deepEqual(
      tasks.map(({ id, name, status, report, assigned_agent }) => [id, name, status, report, assigned_agent]),
      Object.entries(statuses).map(([id, status]) => [id, `Task ${id}`, status, 'Said.', id.startsWith('01.01.01') ? 'web' : undefined]),
    );
  });
});

describe('parseTasksDocument', () => {
  const heads = '# Tasks: T\n\n## Stage 1: S\n### Batch 1: B\n#### Thread 1: T\n';
  const errorsOf = (text: string) => parseTasksDocument(text).errors.map(({ line, message }) => `${line}: ${message}`);

  it('names what is wrong, in the words of the format, with the line', () => {
    assert.deepEqual(errorsOf(`${heads}- [ ] Write it`), [
      '6: Task missing ID: "Write it". Format should be "- [ ] Task 01.01.01.01: Description"',
    ]);
    assert.deepEqual(errorsOf(`${heads}- [ ] Task 01.01.01: Write it`), ['6: Invalid task ID format: 01.01.01']);
    assert.deepEqual(errorsOf(`${heads}- [ ] Task 01.01.02.01: Write it`), [
      '6: Task ID 01.01.02.01 does not match hierarchy (Stage 1, Batch 1, Thread 1)',
    ]);
    assert.deepEqual(errorsOf('- [ ] Task 01.01.02.01: Write it'), [
      '1: Task ID 01.01.02.01 does not match hierarchy (Stage ?, Batch ?, Thread ?)',
    ]);
  });

  it('knows a thread only below its own batch and stage', () => {
    assert.equal(errorsOf(`${heads}### Batch 2: C\n- [ ] Task 01.02.01.01: x`).length, 1);
    assert.equal(errorsOf(`${heads}## Stage 2: C\n- [ ] Task 02.01.01.01: x`).length, 1);
  });

  it('takes ids without zeros, lines of Windows and upper-case marks', () => {
    const { tasks } = parseTasksDocument(`\uFEFF${heads}* [X] Task 1.1.1.3: Write it  \n`.replaceAll('\n', '\r\n'));
    assert.deepEqual(
      tasks.map(({ id, name, status, thread_name }) => ({ id, name, status, thread_name })),
      [{ id: '01.01.01.03', name: 'Write it', status: 'completed', thread_name: 'T' }],
    );
  });
});

const samples = samplesFolder();
if (samples !== undefined) {
  describe('a real TASKS.md', () => {
    const file = (name: string) => readFileSync(path.join(samples, 'plans', '001-before-tasks', name), 'utf8');

    it('is what this program writes for the same plan, and holds no tasks yet', () => {
      const stream = workstream({ record: { id: '001-workstream-viz', name: 'workstream-viz' }, plan: parsePlan(file('PLAN.md')) });
      assert.equal(tasksDocument(stream).trim(), file('TASKS.md').trim());
      assert.deepEqual(parseTasksDocument(file('TASKS.md')), { tasks: [], errors: [] });
    });
  });
}
