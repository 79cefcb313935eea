import assert from 'node:assert/strict';
import fc from 'fast-check';
import { awaitsMerge, isFinishedThread, tasksToRun } from '../../../../src/domain/run/threadWork';
import { taskStatuses, type TaskStatus } from '../../../../src/domain/taskStatus';

const tasks = (...statuses: TaskStatus[]) => statuses.map((status, index) => ({ id: `01.01.01.0${index + 1}`, status }));

describe('tasksToRun', () => {
  it('takes pending, blocked and interrupted tasks, never completed or cancelled ones, in order', () => {
    const todo = tasksToRun(tasks('completed', 'in_progress', 'cancelled', 'blocked', 'pending'));
    assert.deepEqual(
      todo.map(task => task.id),
      ['01.01.01.02', '01.01.01.04', '01.01.01.05'],
    );
  });
});

describe('isFinishedThread', () => {
  const cases: readonly [TaskStatus[], boolean][] = [
    [[], false],
    [['completed'], true],
    [['completed', 'cancelled'], true],
    [['cancelled'], false],
    [['completed', 'pending'], false],
    [['completed', 'blocked'], false],
  ];
  for (const [statuses, expected] of cases) {
    it(`${expected ? 'merges' : 'does not merge'} a thread of ${statuses.join(', ') || 'no tasks'}`, () => {
      assert.equal(isFinishedThread(tasks(...statuses)), expected);
    });
  }

  it('holds exactly when nothing is left to run and something was completed', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...taskStatuses)), statuses => {
        const all = tasks(...statuses);
        assert.equal(isFinishedThread(all), tasksToRun(all).length === 0 && statuses.includes('completed'));
      }),
    );
  });
});

describe('awaitsMerge', () => {
  const runs = [{ id: 'merging' }, { id: 'keeping', merges: false as const }];
  const at = '2026-01-01T00:00:00.000Z';
  const rejected = { state: 'rejected', commit: 'c', reason: 'red', at } as const;
  const cases: readonly [string, boolean, Parameters<typeof awaitsMerge>[0], Parameters<typeof awaitsMerge>[1], string, string?][] = [
    ['done work that no merge was tried for', true, tasks('completed'), undefined, 'merging', 'c'],
    ['done work whose merge was held back', true, tasks('completed'), rejected, 'merging', 'c'],
    ['work that is not done', false, tasks('completed', 'pending'), undefined, 'merging', 'c'],
    ['work that landed', false, tasks('completed'), { state: 'empty', branch: 'b', at }, 'merging', 'c'],
    ['a thread without a commit', false, tasks('completed'), undefined, 'merging'],
    ['work that stays on a branch of its own', false, tasks('completed'), undefined, 'keeping', 'c'],
  ];
  for (const [what, expected, all, merge, run, commit] of cases) {
    it(`${expected ? 'counts' : 'does not count'} ${what}`, () => {
      assert.equal(awaitsMerge(all, merge, [{ run, ...(commit === undefined ? {} : { commit }) }], runs), expected);
    });
  }
});
