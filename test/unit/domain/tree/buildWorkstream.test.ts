import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { NewJournalEvent } from '../../../../src/domain/journal/events';
import type { JournalState } from '../../../../src/domain/journal/journalState';
import { threadsAsTasks } from '../../../../src/domain/files/era';
import { parsePlan } from '../../../../src/domain/plan/parsePlan';
import { allNodes } from '../../../../src/domain/tree/nodeChildren';
import type { PermissionAsk, PlanNode, TaskNode, ThreadNode, WorkstreamSnapshot } from '../../../../src/domain/tree/nodes';
import { rowState } from '../../../../src/domain/tree/rowState';
import { taskStatuses } from '../../../../src/domain/taskStatus';
import { journalOf, planText, taskRecords, workstream } from '../../../support/workstreamText';

function find(stream: WorkstreamSnapshot, id: string): PlanNode {
  for (const node of allNodes(stream.stages)) if (node.id === id) return node;
  assert.fail(`no node ${id}`);
}

function thread(stream: WorkstreamSnapshot, id: string): ThreadNode {
  const node = find(stream, id);
  assert.ok(node.kind === 'thread');
  return node;
}

function task(stream: WorkstreamSnapshot, id: string): TaskNode {
  const node = find(stream, id);
  assert.ok(node.kind === 'task');
  return node;
}

const ids = (stream: WorkstreamSnapshot) => [...allNodes(stream.stages)].map(node => node.id);
const threeThreads = parsePlan(planText('01.01.01 One', '01.01.02 Two', '02.01.01 Three @agent:painter'));

const started = {
  ...{ kind: 'run.started' as const, run: 'r', batch: '01.01', threads: ['01.01.01'] },
  ...{ isolation: 'task' as const, base: 'b', branch: 'main' },
} satisfies NewJournalEvent;
const runOf = (...more: readonly NewJournalEvent[]) => runFrom(started, ...more);
const runFrom = (start: NewJournalEvent, ...more: readonly NewJournalEvent[]) =>
  journalOf(
    start,
    {
      kind: 'attempt.started',
      run: 'r',
      attempt: '01.01.01.01#1',
      task: '01.01.01.01',
      thread: '01.01.01',
      number: 1,
      record: 'x',
      agent: 'a',
      model: null,
      base: 'b',
    },
    ...more,
  );

describe('What the agent of a running task does', () => {
  const now = Date.parse('2026-01-20T22:00:00.000Z');
  const since = '2026-01-20T21:57:30.000Z';
  const stalled: NewJournalEvent = { kind: 'attempt.judged', attempt: '01.01.01.01#1', state: 'stalled', since, reason: 'Silent.' };
  const healthOf = (input: Parameters<typeof workstream>[0]) =>
    task(
      workstream({ tasks: taskRecords({ '01.01.01.01': 'in_progress' }), isDriven: true, health: { judged: new Map(), now }, ...input }),
      '01.01.01.01',
    ).health;

  it('is what this process judges, else what the journal of its driver says, else unknown', () => {
    const own = { state: 'working', since, reason: 'It runs.' } as const;
    const judged = new Map([['01.01.01.01#1', own]]);
    assert.deepEqual(healthOf({ journal: runOf(stalled), health: { judged, now } }), { ...own, minutes: 2 });
    assert.deepEqual(healthOf({ journal: runOf(stalled) }), { state: 'stalled', since, reason: 'Silent.', minutes: 2 });
    assert.equal(healthOf({ journal: runOf() })?.state, 'unknown');
  });

  it('is that it waits as long as it asks something', () => {
    const opened: NewJournalEvent = { kind: 'effect.done', effect: 'session', key: '01.01.01.01#1/session', evidence: { session: 's' } };
    const ask: PermissionAsk = {
      kind: 'permission',
      id: 'p',
      directory: '/',
      session: 's',
      rootSession: 's',
      askedAt: now - 60_000,
      permission: 'bash',
      patterns: [],
      title: 'bash: ls',
    };
    const found = healthOf({ journal: runOf(opened, stalled), asks: [ask] });
    assert.deepEqual([found?.state, found?.minutes, found?.reason], ['waiting', 1, 'It waits for an answer: bash: ls.']);
  });

  it('is nothing once the attempt has ended or nobody drives', () => {
    assert.equal(healthOf({ journal: runOf({ kind: 'attempt.finished', attempt: '01.01.01.01#1', outcome: 'completed' }) }), undefined);
    assert.equal(healthOf({ journal: runOf(stalled), isDriven: false }), undefined);
  });
});

describe('buildWorkstream', () => {
  it('labels stages, batches and threads from the plan, whatever the tasks say', () => {
    const stream = workstream({ plan: threeThreads, tasks: taskRecords({ '02.01.01.01': 'pending' }) });
    assert.deepEqual([...allNodes(stream.stages)].map(({ id, name }) => `${id} ${name}`), [
      '01 Stage 01', '01.01 Batch 01', '01.01.01 One', '01.01.02 Two', '02 Stage 02', '02.01 Batch 01', '02.01.01 Three', '02.01.01.01 Task 02.01.01.01',
    ]); // prettier-ignore
  });

  it('asks nobody about a thread that was dropped, whatever kept it from being merged', () => {
    const merged = (status: 'cancelled' | 'blocked') => {
      const journal = journalOf(
        { kind: 'run.started', run: 'r', batch: '01.01', threads: ['01.01.01'], isolation: 'task', base: 'b', branch: null },
        { kind: 'thread.started', run: 'r', thread: '01.01.01' },
        { kind: 'merge.rejected', thread: '01.01.01', commit: 'c', reason: 'red' },
        { kind: 'run.finished', run: 'r', batch: '01.01', outcome: 'blocked', merged: [], blocked: ['01.01.01'] },
      );
      const row = thread(workstream({ plan: threeThreads, tasks: taskRecords({ '01.01.01.01': status }), journal }), '01.01.01');
      return [row.merge?.state, rowState(row).icon];
    };
    assert.deepEqual(merged('blocked'), ['rejected', 'rejected']);
    assert.deepEqual(merged('cancelled'), [undefined, 'cancelled']);
  });

  it('rolls statuses and counts up, and keeps what has no tasks yet pending', () => {
    const stream = workstream({
      plan: threeThreads,
      tasks: taskRecords({ '01.01.01.02': 'cancelled', '01.01.01.01': 'completed', '01.01.02.01': 'blocked' }),
    });
    assert.deepEqual([...allNodes(stream.stages)].map(({ id, status }) => `${id} ${status}`), [
      '01 blocked', '01.01 blocked', '01.01.01 completed', '01.01.01.01 completed', '01.01.01.02 cancelled', '01.01.02 blocked', '01.01.02.01 blocked',
      '02 pending', '02.01 pending', '02.01.01 pending',
    ]); // prettier-ignore
    assert.deepEqual(stream.counts, { total: 3, completed: 1, cancelled: 1, inProgress: 0, blocked: 1, pending: 0 });
    assert.deepEqual([stream.status, stream.percent, stream.nextBatch], ['in_progress', 67, '01.01']);
  });

  it('says which batch is next, and none when all are done', () => {
    const done = taskRecords({ '01.01.01.01': 'completed', '01.01.02.01': 'completed' });
    assert.equal(workstream({ plan: threeThreads, tasks: [] }).nextBatch, '01.01');
    assert.equal(workstream({ plan: threeThreads, tasks: done }).nextBatch, '02.01');
    const all = workstream({ plan: threeThreads, tasks: [...done, ...taskRecords({ '02.01.01.01': 'completed' })] });
    assert.deepEqual([all.nextBatch, all.status], [null, 'completed']);
  });

  it('is ended once a person has completed it, and not when its last task is', () => {
    const tasks = taskRecords({ '01.01.01.01': 'completed' });
    const record = { id: '001-sample', name: 'sample' };
    const ends = [{ ...record }, { ...record, status: 'completed' }].map(each => workstream({ tasks, record: each }));
    assert.deepEqual(
      ends.map(({ status, isEnded }) => [status, isEnded]),
      [
        ['completed', false],
        ['completed', true],
      ],
    );
  });

  it('keeps a batch next and its stage from the gate while done work is still to be merged, unless that stays on its branch', () => {
    const plan = parsePlan(planText('01.01.01 One'));
    const after = (journal: JournalState) => {
      const stream = workstream({ plan, tasks: taskRecords({ '01.01.01.01': 'completed' }), journal });
      const [stage] = stream.stages;
      return [stream.nextBatch, stage?.atGate, stage && rowState(stage).icon];
    };
    const done: NewJournalEvent = { kind: 'attempt.finished', attempt: '01.01.01.01#1', outcome: 'completed', commit: 'c' };
    assert.deepEqual(after(runOf(done)), ['01.01', false, 'toMerge']);
    assert.deepEqual(after(runFrom({ ...started, merges: false }, done)), [null, true, 'gate']);
    const began: NewJournalEvent = { kind: 'thread.started', run: 'r', thread: '01.01.01' };
    const landed: NewJournalEvent = { kind: 'merge.landed', thread: '01.01.01', commit: 'm', before: 'b', branch: 'work/x' };
    assert.deepEqual(after(runOf(began, done, landed)), [null, true, 'gate']);
  });

  it('takes a thread’s agent from its tasks, then from the plan, then the default', () => {
    const stream = workstream({
      plan: threeThreads,
      tasks: [
        ...taskRecords({ '01.01.01.01': 'pending' }),
        ...taskRecords({ '01.01.01.02': 'pending', '01.01.02.01': 'pending' }, { assigned_agent: 'web' }),
      ],
    });
    assert.deepEqual(['01.01.01', '01.01.02', '02.01.01'].map(id => thread(stream, id).agent), ['web', 'web', 'painter']); // prettier-ignore
    assert.equal(task(stream, '01.01.01.01').agent, 'web');
    assert.equal(thread(workstream(), '01.01.01').agent, 'default');
  });

  it('shows tasks that the plan does not know as orphans, with the labels they carry', () => {
    const stream = workstream({ tasks: taskRecords({ '01.01.09.01': 'pending', '03.02.01.01': 'completed' }) });
    assert.deepEqual([thread(stream, '01.01.09').orphan, thread(stream, '01.01.09').name], [true, 'label of a thread']);
    assert.deepEqual(['03', '03.02', '03.02.01'].map(id => find(stream, id).name), ['label of a stage', 'label of a batch', 'label of a thread']); // prettier-ignore
    assert.equal(thread(stream, '01.01.01').orphan, false);
  });

  it('shows the tasks of a plan that cannot be read', () => {
    const stream = workstream({ plan: parsePlan('nothing'), tasks: taskRecords({ '01.01.01.01': 'pending' }) });
    assert.deepEqual(ids(stream), ['01', '01.01', '01.01.01', '01.01.01.01']);
    assert.deepEqual([stream.title, stream.diagnostics.length], ['sample', 1]);
  });

  it('shows tasks of before batches existed below batch 00, and none of them is next', () => {
    const stream = workstream({ plan: parsePlan('nothing'), tasks: taskRecords({ '01.02.03': 'pending' }) });
    assert.deepEqual(ids(stream), ['01', '01.00', '01.00.02', '01.02.03']);
    assert.equal(stream.nextBatch, null);
  });

  it('shows a thread that is its own task as a leaf, read-only, with its report', () => {
    const threads = [
      { threadId: '01.01.01', sessions: [], threadName: 'One', status: 'completed', report: 'Did it.', assignedAgent: 'web' } as const,
      { threadId: '01.01.02', sessions: [], threadName: 'Two', status: 'pending' } as const,
    ];
    const plan = parsePlan(planText('01.01.01 One', '01.01.02 Two'));
    const stream = workstream({ plan, era: 'threads', threads, tasks: threadsAsTasks(threads) });
    const one = thread(stream, '01.01.01');
    assert.deepEqual([one.status, one.tasks, one.reason, one.agent, one.counts.total], ['completed', [], 'Did it.', 'web', 1]);
    assert.match(stream.readOnly ?? '', /threads\.json/);
    assert.deepEqual([stream.nextBatch, stream.percent], ['01.01', 50]);
  });

  it('keeps the first of two threads with one id and adds what a second stage of the same number has', () => {
    const plan = parsePlan(
      `${planText('01.01.01 One', '01.01.01 Again', '02.01.01 Three')}${planText('01.01.02 Late').split('## Stages')[1] ?? ''}`,
    );
    assert.deepEqual(ids(workstream({ plan })), ['01', '01.01', '01.01.01', '01.01.02', '02', '02.01', '02.01.01']);
    assert.equal(find(workstream({ plan }), '01.01.01').name, 'One');
  });

  it('calls what has no name yet after its id', () => {
    const stream = workstream({
      plan: parsePlan('# Plan: P\n## Stages\n### Stage 1: <!-- Name -->\n#### Batches\n##### Batch 1:\n###### Thread 1: <!-- x -->\n'),
    });
    assert.deepEqual([...allNodes(stream.stages)].map(node => node.name), ['Stage 01', 'Batch 01.01', 'Thread 01.01.01']); // prettier-ignore
  });

  it('waits at the gate of a stage whose work is done until it is approved', () => {
    const tasks = taskRecords({ '01.01.01.01': 'completed' });
    const record = { id: '001-sample', name: 'sample' };
    const approved = { ...record, approval: { status: 'approved', stages: { '1': { status: 'approved' } } } } as const;
    const stageOf = (stream: WorkstreamSnapshot) => stream.stages.map(({ atGate, approval }) => [atGate, approval]);
    assert.deepEqual(stageOf(workstream({ tasks })), [[true, 'draft']]);
    assert.deepEqual(stageOf(workstream({ tasks, record: approved })), [[false, 'approved']]);
    assert.deepEqual(stageOf(workstream({ tasks: [] })), [[false, 'draft']]);
  });

  it('notices a plan that was changed after its approval', () => {
    const approval = { status: 'approved', plan_hash: 'aa' } as const;
    const modified = (planHash: string | undefined, status: 'approved' | 'revoked' = 'approved') =>
      workstream({ record: { id: '001-x', name: 'x', approval: { ...approval, status } }, planHash }).planModifiedSinceApproval;
    assert.deepEqual([modified('bb'), modified('aa'), modified(undefined), modified('bb', 'revoked')], [true, false, false, false]);
  });

  it('uses the prompt path of threads.json when it is one of this workstream, else the path that names give', () => {
    const path = (promptPath: string) =>
      thread(workstream({ threads: [{ threadId: '01.01.01', sessions: [], promptPath }] }), '01.01.01').promptPath;
    assert.equal(path('001-sample/prompts/x/y/z.md'), 'prompts/x/y/z.md');
    for (const foreign of ['002-other/prompts/x.md', '../../etc/passwd', '/etc/passwd']) {
      assert.equal(path(foreign), 'prompts/01-stage-01/01-batch-01/one.md');
    }
  });
});

describe('buildWorkstream with a journal', () => {
  const run: NewJournalEvent = {
    kind: 'run.started',
    run: 'r1',
    batch: '01.01',
    threads: ['01.01.01'],
    isolation: 'task',
    base: 'b',
    branch: 'main',
  };
  const started: NewJournalEvent = { kind: 'thread.started', run: 'r1', thread: '01.01.01' };
  const attempt: NewJournalEvent = {
    kind: 'attempt.started',
    run: 'r1',
    attempt: '01.01.01.01#1',
    task: '01.01.01.01',
    thread: '01.01.01',
    number: 1,
    record: 'ses_1',
    agent: 'default',
    model: null,
    base: 'b',
    worktree: '/w',
    branch: 'task/x',
  };
  const session: NewJournalEvent = {
    kind: 'effect.done',
    effect: 'session',
    key: '01.01.01.01#1/session',
    evidence: { session: 'ses_root' },
  };
  const begun: readonly NewJournalEvent[] = [run, started, attempt, session];
  const tasks = taskRecords({ '01.01.01.01': 'in_progress', '01.01.01.02': 'pending' });
  const running = (stream: WorkstreamSnapshot) =>
    [...allNodes(stream.stages)].filter(node => node.kind !== 'stage' && node.running).map(({ id }) => id);

  it('says what runs while somebody drives, and nothing when nobody does', () => {
    assert.deepEqual(running(workstream({ tasks, journal: journalOf(...begun), isDriven: true })), ['01.01', '01.01.01', '01.01.01.01']);
    assert.deepEqual(running(workstream({ tasks, journal: journalOf(...begun), isDriven: false })), []);
  });

  it('says that nothing runs after the run ended, even if an attempt has no end', () => {
    const ended: NewJournalEvent = { kind: 'run.finished', run: 'r1', batch: '01.01', outcome: 'interrupted', merged: [], blocked: [] };
    assert.deepEqual(running(workstream({ tasks, journal: journalOf(...begun, ended), isDriven: true })), []);
  });

  it('gives a task its attempts, and the thread the reason of the last one', () => {
    const finished: NewJournalEvent = {
      kind: 'attempt.finished',
      attempt: '01.01.01.01#1',
      outcome: 'failed',
      reason: 'The model is gone.',
    };
    const stream = workstream({ tasks, journal: journalOf(...begun, finished), isDriven: true });
    assert.deepEqual(task(stream, '01.01.01.01').attempts.map(({ id, session: of, outcome }) => [id, of, outcome]), [['01.01.01.01#1', 'ses_root', 'failed']]); // prettier-ignore
    const idle = workstream({ tasks, journal: journalOf(...begun, finished), isDriven: false });
    assert.equal(thread(idle, '01.01.01').reason, 'The model is gone.');
  });

  it('gives a thread its merge', () => {
    const conflict: NewJournalEvent = { kind: 'merge.conflicted', thread: '01.01.01', files: ['a.ts'], ours: 'work/x', theirs: 'task/y' };
    assert.equal(thread(workstream({ tasks, journal: journalOf(...begun, conflict) }), '01.01.01').merge?.state, 'conflicted');
  });

  it('gives an ask to the task whose session it came from', () => {
    const ask = (rootSession: string): PermissionAsk => ({
      kind: 'permission',
      id: rootSession,
      directory: '/w',
      session: 'child',
      rootSession,
      askedAt: 1,
      permission: 'bash',
      patterns: ['rm *'],
      title: 'Run rm',
    });
    const stream = workstream({ tasks, journal: journalOf(...begun), asks: [ask('ses_root'), ask('ses_other')] });
    assert.deepEqual(task(stream, '01.01.01.01').asks.map(({ id }) => id), ['ses_root']); // prettier-ignore
    assert.deepEqual(thread(stream, '01.01.01').asks.map(({ id }) => id), ['ses_root']); // prettier-ignore
    assert.deepEqual(task(stream, '01.01.01.02').asks, []);
  });
});

describe('buildWorkstream, whatever plan and tasks say', () => {
  const number = fc.integer({ min: 0, max: 3 });
  const id = (parts: number) =>
    fc.array(number, { minLength: parts, maxLength: parts }).map(numbers => numbers.map(n => String(n).padStart(2, '0')).join('.'));
  const states = fc.dictionary(fc.oneof(id(4), id(3)), fc.constantFrom(...taskStatuses));

  it('shows every task once, gives no level an id twice, and adds counts up at every level', () => {
    fc.assert(
      fc.property(fc.array(id(3), { maxLength: 8 }), states, (threads, statuses) => {
        const stream = workstream({ plan: parsePlan(planText(...threads.map(thread => `${thread} T`))), tasks: taskRecords(statuses) });
        const nodes = [...allNodes(stream.stages)];
        const shown = nodes.filter(node => node.kind === 'task').map(node => node.id);
        assert.deepEqual(shown.toSorted(), Object.keys(statuses).sort());
        for (const kind of ['stage', 'batch', 'thread']) {
          const level = nodes.filter(node => node.kind === kind);
          assert.equal(new Set(level.map(node => node.id)).size, level.length);
          const total = level.reduce((sum, node) => sum + (node.kind === 'task' ? 0 : node.counts.total), 0);
          assert.equal(total, stream.counts.total);
        }
        for (const thread of threads) assert.ok(nodes.some(node => node.id === thread && node.kind === 'thread' && !node.orphan));
      }),
    );
  });
});
