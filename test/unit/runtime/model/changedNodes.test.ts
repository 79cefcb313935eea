import assert from 'node:assert/strict';
import { parsePlan } from '../../../../src/domain/plan/parsePlan';
import type { RepositorySnapshot } from '../../../../src/domain/tree/nodes';
import type { TaskStatus } from '../../../../src/domain/taskStatus';
import type { WorkstreamInput } from '../../../../src/domain/tree/buildWorkstream';
import { changedNodes } from '../../../../src/runtime/model/changedNodes';
import { planText, taskRecords, workstream } from '../../../support/workstreamText';

const plan = parsePlan(planText('01.01.01 One', '01.02.01 Two', '02.01.01 Three'));
const tasks = { '01.01.01.01': 'pending', '01.02.01.01': 'pending', '01.02.01.02': 'in_progress', '02.01.01.01': 'pending' } as const;

function snapshot(statuses: Readonly<Record<string, TaskStatus>>, more: Partial<WorkstreamInput> = {}): RepositorySnapshot {
  return { root: '/r', hasWork: true, streams: [], stream: workstream({ plan, tasks: taskRecords(statuses), ...more }), problems: [] };
}

function changed(after: RepositorySnapshot): readonly string[] | 'all' | undefined {
  const nodes = changedNodes(snapshot(tasks), after);
  return nodes === undefined || nodes === 'all' ? nodes : nodes.map(node => node.id);
}

describe('changedNodes', () => {
  it('names nothing when nothing changed', () => assert.equal(changed(snapshot(tasks)), undefined));

  it('names a task and whatever sums it up, parents first', () => {
    assert.deepEqual(changed(snapshot({ ...tasks, '01.02.01.01': 'blocked' })), ['01', '01.02', '01.02.01', '01.02.01.01']);
  });

  it('names a task alone when its parents stay as they are', () => {
    const [one, ...others] = taskRecords(tasks);
    assert.ok(one);
    assert.deepEqual(changed(snapshot({}, { tasks: [{ ...one, report: 'Said.' }, ...others] })), ['01.01.01.01']);
  });

  it('names the thread that a task was added to', () => {
    assert.deepEqual(changed(snapshot({ ...tasks, '02.01.01.02': 'pending' })), ['02', '02.01', '02.01.01']);
  });

  it('names a thread whose line in the plan moved', () => {
    const moved = parsePlan(
      planText('01.01.01 One', '01.02.01 Two', '02.01.01 Three').replace('###### Thread 01: Three', '\n\n###### Thread 01: Three'),
    );
    assert.deepEqual(changed(snapshot(tasks, { plan: moved })), ['02.01.01']);
  });

  it('says all when stages come or go, when what is around them changes, or when there was nothing', () => {
    assert.equal(changed(snapshot(tasks, { plan: parsePlan(planText('01.01.01 One')), tasks: [] })), 'all');
    assert.equal(changed(snapshot(tasks, { record: { id: '001-sample', name: 'sample', status: 'on_hold' } })), 'all');
    assert.equal(changed({ ...snapshot(tasks), problems: [{ file: 'f', severity: 'error', message: 'm' }] }), 'all');
    assert.equal(changed({ ...snapshot(tasks), stream: undefined }), 'all');
  });
});
