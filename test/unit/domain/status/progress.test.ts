import assert from 'node:assert/strict';
import { streamProgress } from '../../../../src/domain/status/progress';

describe('streamProgress', () => {
  it('has one row per stage, labelled by the plan, by the tasks where the plan has none', () => {
    const tasks = [
      { id: '02.01.01.01', status: 'blocked', stage_name: 'Wrong' },
      { id: '01.01.01.01', status: 'completed', stage_name: 'One' },
      { id: '01.01.01.02', status: 'cancelled', stage_name: 'One' },
      { id: '10.01.01.01', status: 'pending', stage_name: 'Ten' },
      { id: 'nonsense', status: 'in_progress', stage_name: '' },
    ] as const;
    assert.deepEqual(streamProgress(tasks, new Map([[1, 'First'], [2, 'Second'], [3, 'Third']])), {
      stages: [
        { number: 1, title: 'First', status: 'complete', tasks: 2 },
        { number: 2, title: 'Second', status: 'blocked', tasks: 1 },
        { number: 3, title: 'Third', status: 'pending', tasks: 0 },
        { number: 10, title: 'Ten', status: 'pending', tasks: 1 },
      ],
      totalTasks: 5,
      completedTasks: 2,
      inProgressTasks: 1,
      blockedTasks: 1,
      pendingTasks: 1,
      percentComplete: 40,
    }); // prettier-ignore
  });
});
