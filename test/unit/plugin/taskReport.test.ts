import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AttemptMetadata } from '../../../src/domain/run/attemptMetadata';
import { readTaskReport } from '../../../src/plugin/taskReport';

const attempt: AttemptMetadata = {
  root: '/repo',
  stream: '001-x',
  task: '01.01.01.02',
  thread: '01.01.01',
  attempt: '01.01.01.02#1',
  worktree: '/repo/.worktrees/task-1',
  isolation: 'task',
  inbox: '/repo/.git/work/001-x/inbox',
};
const good = { task: '01.01.01.02', status: 'completed', report: 'Added slugs.' };
const sentence = (input: unknown, change: Partial<AttemptMetadata> = {}) => {
  const read = readTaskReport(input, { ...attempt, ...change });
  return read.ok ? undefined : read.sentence;
};

describe('readTaskReport', () => {
  it('reads a report, its id padded, its text on one line and without control characters', () => {
    assert.deepEqual(readTaskReport({ task: ' 1.1.1.2', status: 'blocked', report: ' \u001b[31mNo\n key.\u0007 ' }, attempt), {
      ok: true,
      value: { task: '01.01.01.02', status: 'blocked', report: 'No key.' },
    });
  });

  it('wants no report of a task in progress', () => {
    assert.deepEqual(readTaskReport({ task: '01.01.01.02', status: 'in_progress' }, attempt), {
      ok: true,
      value: { task: '01.01.01.02', status: 'in_progress', report: undefined },
    });
  });

  const mistakes: readonly [name: string, input: unknown, says: RegExp][] = [
    ['nothing', undefined, /wants `task`, `status` and `report`/],
    ['a list', [], /wants `task`, `status` and `report`/],
    ['an empty object', {}, /`task` is the id of your task.*; `status` is "in_progress", "completed" or "blocked"/],
    ['a status of its own', { ...good, status: 'done' }, /`status` is "in_progress", "completed" or "blocked"\./],
    ['a status that is a human’s to give', { ...good, status: 'cancelled' }, /`status` is/],
    ['a task that is a number', { ...good, task: 1 }, /`task` is the id/],
    ['a report that is an object', { ...good, report: { text: 'x' } }, /`report` is a text/],
    ['no report', { ...good, report: undefined }, /A completed task needs a report/],
    ['a blank report', { ...good, report: ' \n\u0007 ' }, /A completed task needs a report/],
    ['a blocked task without a word', { ...good, status: 'blocked', report: '' }, /what keeps you from finishing it/],
    ['an essay', { ...good, report: 'x'.repeat(1001) }, /too long/],
    [
      "another's task",
      { ...good, task: '01.01.01.01' },
      /works on task 01\.01\.01\.02 and can report for no other; "01\.01\.01\.01" is not it/,
    ],
    ['a thread', { ...good, task: '01.01.01' }, /is not it/],
    ['no id at all', { ...good, task: '../../etc\u001b[31m' }, /"\.\.\/\.\.\/etc" is not it/],
  ];
  for (const [name, input, says] of mistakes) {
    it(`answers ${name} with a sentence`, () => {
      const text = sentence(input) ?? '';
      assert.match(text, /^Nothing was reported\. /);
      assert.match(text, says);
    });
  }

  it('takes any task of the thread from a session that does the whole thread', () => {
    for (const isolation of ['thread', 'none'] as const) {
      assert.equal(sentence({ ...good, task: '01.01.01.01' }, { isolation }), undefined);
      assert.match(
        sentence({ ...good, task: '01.01.02.01' }, { isolation }) ?? '',
        /works on thread 01\.01\.01 and can report for its tasks only/,
      );
      assert.match(sentence({ ...good, task: '01.01.01' }, { isolation }) ?? '', /not one of them/);
      assert.match(sentence({ ...good, task: '01.01.010.1' }, { isolation }) ?? '', /not one of them/);
    }
  });

  it('never throws and never lets a control character through', () => {
    fc.assert(
      fc.property(fc.anything(), fc.string({ unit: 'binary' }), (input, report) => {
        readTaskReport(input, attempt);
        const read = readTaskReport({ ...good, report }, attempt);
        if (read.ok) assert.doesNotMatch(read.value.report ?? '', /[\u0000-\u001f\u007f-\u009f]/);
      }),
    );
  });
});
