import assert from 'node:assert/strict';
import { untranslated } from '../../../../src/common/translate';
import { attentionOf } from '../../../../src/domain/status/attention';
import type { NewJournalEvent } from '../../../../src/domain/journal/events';
import { parsePlan } from '../../../../src/domain/plan/parsePlan';
import type { TaskStatus } from '../../../../src/domain/taskStatus';
import { treeRow } from '../../../../src/domain/tree/rows';
import { journalOf, planText, taskRecords, workstream } from '../../../support/workstreamText';

const [first, second, resolving] = ['01.01.01.01', '01.01.02.01', '01.01.03.01'] as const;
const begun: NewJournalEvent = {
  kind: 'run.started',
  run: 'r',
  batch: '01.01',
  threads: ['01.01.01', '01.01.02'],
  isolation: 'task',
  base: 'b',
  branch: 'main',
};
const attempt = (task: string): NewJournalEvent => ({
  kind: 'attempt.started',
  run: 'r',
  attempt: `${task}#1`,
  task,
  thread: task.slice(0, 8),
  number: 1,
  record: 's',
  agent: 'default',
  model: null,
  base: 'b',
});
const over: NewJournalEvent = { kind: 'run.finished', run: 'r', batch: '01.01', outcome: 'blocked', merged: [], blocked: [] };

function stages(tasks: Readonly<Record<string, TaskStatus>>, events: readonly NewJournalEvent[] = [], isDriven = true) {
  const plan = parsePlan(planText('01.01.01 One', '01.01.02 Two', `01.01.03 resolve-${first} Write the schema`));
  return workstream({ plan, tasks: taskRecords({ [resolving]: 'completed', ...tasks }), journal: journalOf(...events), isDriven }).stages;
}
const found = (...args: Parameters<typeof stages>) => attentionOf(stages(...args)).map(({ kind, id, reason }) => [kind, id, reason]);

describe('What does not go on by itself', () => {
  it('is nothing while work goes on or waits for its turn', () => {
    const working: NewJournalEvent = {
      kind: 'attempt.judged',
      attempt: `${first}#1`,
      state: 'working',
      since: '2026-01-20T00:00:00.000Z',
      reason: '',
    };
    assert.deepEqual(found({ [first]: 'in_progress', [second]: 'pending' }, [begun, attempt(first)]), []);
    assert.deepEqual(found({ [first]: 'in_progress', [second]: 'completed' }, [begun, attempt(first), working]), []);
  });

  it('is stale when its agent makes no progress, and when nobody is at what counts as begun', () => {
    const since = '2026-01-20T10:00:00.000Z';
    const judged: NewJournalEvent = { kind: 'attempt.judged', attempt: `${first}#1`, state: 'stalled', since, reason: 'Silent.' };
    const events = [begun, attempt(first), judged];
    assert.deepEqual(found({ [first]: 'in_progress' }, events), [['stale', first, 'Silent.']]);
    assert.equal(attentionOf(stages({ [first]: 'in_progress' }, events))[0]?.since, since);
    const left = [['stale', first, 'It counts as begun, and nobody is at it.']];
    assert.deepEqual(found({ [first]: 'in_progress' }, events, false), left);
    assert.deepEqual(found({ [first]: 'in_progress' }), left);
  });

  it('is failed or blocked as its last attempt ended, with what was said and since when', () => {
    const end = (task: string, outcome: 'failed' | 'blocked'): NewJournalEvent => ({
      kind: 'attempt.finished',
      attempt: `${task}#1`,
      outcome,
      reason: `${outcome} it is`,
    });
    const events = [begun, attempt(first), attempt(second), end(first, 'failed'), end(second, 'blocked'), over];
    const tasks = { [first]: 'blocked', [second]: 'blocked' } as const;
    assert.deepEqual(found(tasks, events), [
      ['failed', first, 'failed it is'],
      ['blocked', second, 'blocked it is'],
    ]);
    assert.ok(attentionOf(stages(tasks, events)).every(({ since }) => since !== undefined));
    assert.deepEqual(found({ [first]: 'pending', [second]: 'completed' }, events), []);
  });

  it('is escalated when a blocked task waits for a thread of its own that no run has', () => {
    const tasks = { [first]: 'pending', [second]: 'completed', [resolving]: 'pending' } as const;
    assert.deepEqual(found(tasks), [['escalated', '01.01.03', `Task ${first} waits for it, and no run has it: run it.`]]);
    const row = (...args: Parameters<typeof stages>) => {
      const [thread] = stages(...args).flatMap(stage =>
        stage.batches.flatMap(batch => batch.threads.filter(({ id }) => id === '01.01.03')),
      );
      assert.ok(thread);
      const { icon, description } = treeRow(thread, untranslated);
      return [icon, description];
    };
    assert.deepEqual(row(tasks), ['escalated', `0/1 · needs you · task ${first} waits for it · @default`]);
    assert.deepEqual(found({ ...tasks, [first]: 'completed' }), []);
    assert.deepEqual(found({ ...tasks, [resolving]: 'completed' }), []);
    assert.deepEqual(row({ ...tasks, [resolving]: 'blocked' })[0], 'blocked');
    const taken: NewJournalEvent = { ...begun, threads: ['01.01.03'] };
    assert.deepEqual(found(tasks, [taken]), []);
    assert.deepEqual(found(tasks, [taken, { kind: 'thread.started', run: 'r', thread: '01.01.03' }]), []);
    assert.deepEqual(found(tasks, [taken, over]).length, 1);
  });
});
