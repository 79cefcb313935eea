import assert from 'node:assert/strict';
import fc from 'fast-check';
import { nextIncompleteBatch } from '../../../../src/domain/status/nextBatch';
import { taskStatuses, type TaskStatus } from '../../../../src/domain/taskStatus';

const tasks = (entries: Readonly<Record<string, TaskStatus>>) => Object.entries(entries).map(([id, status]) => ({ id, status }));

describe('nextIncompleteBatch', () => {
  const table: readonly [string, Readonly<Record<string, TaskStatus>>, readonly string[], string | null][] = [
    ['nothing when there is nothing', {}, [], null],
    ['the first planned batch when no task was made yet', {}, ['01.01.01', '01.02.01'], '01.01'],
    ['nothing when every task is completed or cancelled', { '01.01.01.01': 'completed', '01.02.01.01': 'cancelled' }, ['01.01.01'], null],
    [
      'the first batch with a pending task',
      { '01.01.01.01': 'completed', '01.02.01.01': 'pending', '02.01.01.01': 'pending' },
      [],
      '01.02',
    ],
    ['a batch that is half-way', { '01.01.01.01': 'completed', '01.01.01.02': 'in_progress' }, [], '01.01'],
    ['a batch whose tasks are all blocked, before any other', { '01.01.01.01': 'blocked', '01.02.01.01': 'pending' }, [], '01.01'],
    ['batches by number, not by text', { '10.01.01.01': 'pending', '09.01.01.01': 'pending' }, [], '09.01'],
    ['a planned thread without tasks beside done ones', { '01.01.01.01': 'completed' }, ['01.01.01', '01.01.02'], '01.01'],
    ['a planned stage behind the last task', { '01.01.01.01': 'completed' }, ['01.01.01', '02.01.01'], '02.01'],
    ['batch 00', { '01.00.01.01': 'pending', '01.01.01.01': 'pending' }, [], '01.00'],
    ['no batch for a task with an id of three parts', { '01.01.01': 'pending' }, [], null],
    ['unpadded ids like padded ones', { '1.1.1.1': 'completed', '1.2.1.1': 'pending' }, ['01.01.01'], '01.02'],
  ];
  for (const [behaviour, entries, threads, expected] of table) {
    it(`names ${behaviour}`, () => assert.equal(nextIncompleteBatch(tasks(entries), threads), expected));
  }

  it('names a batch whose tasks are all done while the work of one of its threads is still to be merged', () => {
    const done = tasks({ '01.01.01.01': 'completed', '01.02.01.01': 'completed', '02.01.01.01': 'pending' });
    assert.equal(nextIncompleteBatch(done, ['01.01.01', '01.02.01', '02.01.01'], ['01.02.01']), '01.02');
    assert.equal(nextIncompleteBatch(done, ['01.01.01', '01.02.01', '02.01.01'], []), '02.01');
  });

  it('names no batch before one that has something left to do', () => {
    const id = fc
      .tuple(fc.nat(3), fc.nat(3), fc.nat(2), fc.nat(2))
      .map(parts => parts.map(part => String(part).padStart(2, '0')).join('.'));
    const entries = fc.array(fc.record({ id, status: fc.constantFrom(...taskStatuses) }), { maxLength: 20 });
    fc.assert(
      fc.property(entries, all => {
        const open = all.filter(({ status }) => status !== 'completed' && status !== 'cancelled').map(task => task.id.slice(0, 5));
        assert.equal(nextIncompleteBatch(all, []), open.sort()[0] ?? null);
      }),
    );
  });
});
