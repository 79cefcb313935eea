import assert from 'node:assert/strict';
import fc from 'fast-check';
import { countTasks, percentDone } from '../../../../src/domain/status/counts';
import { groupStatus, stageProgressStatus, streamStatus } from '../../../../src/domain/status/rollUp';
import { taskStatuses, type TaskStatus } from '../../../../src/domain/taskStatus';

/** `'p i c b x'`: pending, in progress, completed, blocked, cancelled. */
function statuses(letters: string): TaskStatus[] {
  const meaning: Record<string, TaskStatus> = { p: 'pending', i: 'in_progress', c: 'completed', b: 'blocked', x: 'cancelled' };
  return Array.from(letters, letter => meaning[letter] ?? 'pending');
}

describe('the status of a group', () => {
  const table: readonly [string, string, string, string][] = [
    // tasks, in the tree, in the progress table, of the workstream
    ['', 'pending', 'pending', 'pending'],
    ['p', 'pending', 'pending', 'pending'],
    ['c', 'completed', 'complete', 'completed'],
    ['x', 'completed', 'complete', 'completed'],
    ['cx', 'completed', 'complete', 'completed'],
    ['cp', 'pending', 'in_progress', 'in_progress'],
    ['xp', 'pending', 'in_progress', 'pending'],
    ['ip', 'in_progress', 'in_progress', 'in_progress'],
    ['ci', 'in_progress', 'in_progress', 'in_progress'],
    ['bp', 'blocked', 'blocked', 'pending'],
    ['bb', 'blocked', 'blocked', 'pending'],
    ['bi', 'blocked', 'in_progress', 'in_progress'],
    ['bc', 'blocked', 'in_progress', 'in_progress'],
    ['bxp', 'blocked', 'in_progress', 'pending'],
  ];
  for (const [tasks, inTree, inTable, ofStream] of table) {
    it(`is ${inTree} in the tree, ${inTable} in the table and ${ofStream} for the workstream, of the tasks "${tasks}"`, () => {
      const all = statuses(tasks);
      assert.deepEqual([groupStatus(all), stageProgressStatus(all), streamStatus(undefined, all)], [inTree, inTable, ofStream]);
    });
  }

  it('is on hold when that is stored, and computed whatever else is stored', () => {
    assert.equal(streamStatus('on_hold', statuses('cc')), 'on_hold');
    assert.equal(streamStatus('completed', statuses('cp')), 'in_progress');
    assert.equal(streamStatus('pending', statuses('cc')), 'completed');
  });

  it('is not completed while a thread of the plan waits for its tasks', () => {
    assert.equal(streamStatus(undefined, statuses('cc'), true), 'in_progress');
    assert.equal(streamStatus(undefined, [], true), 'pending');
  });

  const anyStatuses = fc.array(fc.constantFrom(...taskStatuses), { maxLength: 12 });

  it('is the same for the group of groups as for all their tasks', () => {
    const groups = fc.array(fc.array(fc.constantFrom(...taskStatuses), { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 5 });
    fc.assert(fc.property(groups, all => assert.equal(groupStatus(all.map(groupStatus)), groupStatus(all.flat()))));
  });

  it('is complete exactly when the percentage is 100', () => {
    fc.assert(
      fc.property(anyStatuses, all => {
        const counts = countTasks(all);
        assert.equal(counts.completed + counts.cancelled + counts.inProgress + counts.blocked + counts.pending, counts.total);
        assert.equal(stageProgressStatus(all) === 'complete', counts.completed + counts.cancelled === counts.total && counts.total > 0);
        assert.ok(percentDone(counts) >= 0 && percentDone(counts) <= 100);
      }),
    );
  });

  it('rounds the percentage and has none without tasks', () => {
    assert.deepEqual(['', 'cpp', 'ccp', 'cx'].map(tasks => percentDone(countTasks(statuses(tasks)))), [0, 33, 67, 100]); // prettier-ignore
  });
});
