import assert from 'node:assert/strict';
import { untranslated } from '../../../../src/common/translate';
import { agentStates, type AgentState } from '../../../../src/domain/monitor/judge';
import type { MergeState } from '../../../../src/domain/journal/journalState';
import type { PlanNode, QuestionAsk, StageNode, TaskNode, ThreadNode } from '../../../../src/domain/tree/nodes';
import { allNodes } from '../../../../src/domain/tree/nodeChildren';
import { rowState, type IconKey } from '../../../../src/domain/tree/rowState';
import { treeRow, type RowContext } from '../../../../src/domain/tree/rows';
import { parsePlan } from '../../../../src/domain/plan/parsePlan';
import { batchNode, threadNode } from '../../../support/planNodes';
import { planText, taskRecords, workstream } from '../../../support/workstreamText';

const stream = workstream({
  plan: parsePlan(planText('01.01.01 Router @agent:web', '01.01.02 Store')),
  tasks: taskRecords({ '01.01.01.01': 'completed', '01.01.01.02': 'blocked' }),
});
const nodes = [...allNodes(stream.stages)];
function node(id: string): PlanNode {
  return nodes.find(candidate => candidate.id === id) ?? assert.fail(id);
}
const row = (of: PlanNode, context?: RowContext) => treeRow(of, untranslated, context);

const ask: QuestionAsk = { kind: 'question', id: 'q', directory: '/', session: 's', rootSession: 's', askedAt: 0, questions: [] };
const task = node('01.01.01.01') as TaskNode;
const thread = node('01.01.02') as ThreadNode;
const stage = node('01') as StageNode;
const at = '2026-01-20T00:00:00.000Z';

describe('treeRow', () => {
  it('names the node, counts what is done, says the state in words and names the agent', () => {
    assert.deepEqual(nodes.map(of => `${row(of).label} | ${row(of).description}`), [
      '01 Stage 01 | 1/2 · blocked',
      '01.01 Batch 01 | 1/2 · blocked',
      '01.01.01 Router | 1/2 · blocked · @web',
      '01.01.01.01 Task 01.01.01.01 | completed · @web',
      '01.01.01.02 Task 01.01.01.02 | blocked · @web',
      '01.01.02 Store | @default',
    ]); // prettier-ignore
  });

  it('says the whole row to a screen reader', () => {
    assert.deepEqual(nodes.map(of => row(of).accessibleLabel), [
      'Stage 01, blocked, 1 of 2 tasks done, 1 blocked',
      'Batch 01.01, Batch 01, blocked, 1 of 2 tasks done, 1 blocked',
      'Thread 01.01.01, Router, blocked, 1 of 2 tasks done, 1 blocked, agent web',
      'Task 01.01.01.01, completed, agent web',
      'Task 01.01.01.02, blocked, agent web',
      'Thread 01.01.02, Store, pending, no tasks yet, agent default',
    ]); // prettier-ignore
  });

  it('says of a stage at its gate what its review said', () => {
    const review = { stage: '01', tip: 't', agent: 'critic', verdict: 'changes', text: '', at } as const;
    const atGate: StageNode = { ...stage, batches: [], status: 'completed', atGate: true, review };
    assert.equal(row(atGate).description, '1/2 · needs approval · review: changes wanted');
    assert.match(row(atGate).accessibleLabel, /needs approval · review: changes wanted/);
  });

  it('says how many files a thread has reserved and how many messages its agent left', () => {
    const held = { path: 'a', stream: 's', thread: thread.id, attempt: null, exclusive: true, since: 0, until: 1 };
    const mail = {
      id: 'm',
      from: thread.id,
      task: 't',
      to: ['person'],
      subject: 's',
      body: 'b',
      importance: 'normal',
      at: 0,
      readBy: [],
    } as const;
    const one: ThreadNode = { ...thread, reserved: [held], mail: [{ ...mail, to: ['person'], readBy: [] }] };
    assert.equal(row(one).description, 'reserved 1 file · 1 message · @default');
    assert.match(row(one).accessibleLabel, /no tasks yet, reserved 1 file, 1 message, agent default$/);
    assert.match(row(one).contextValue, /\bmail\b/);
    const two: ThreadNode = { ...one, reserved: [held, held], mail: [...one.mail, ...one.mail] };
    assert.equal(row(two).description, 'reserved 2 files · 2 messages · @default');
    assert.doesNotMatch(row(thread).contextValue, /\bmail\b/);
  });

  const conflict: MergeState = { state: 'conflicted', files: ['a'], ours: 'o', theirs: 't', at };
  const landed: MergeState = { state: 'landed', commit: 'c', before: 'b', branch: 'w', at };
  const delivered = { state: 'delivered', stage: '01', branch: 'main', before: 'b', commit: 'c', at } as const;
  const refused = {
    state: 'refused',
    stage: '01',
    action: 'deliver',
    branch: 'main',
    reason: 'Nothing was delivered to main: a.txt is in the way.',
    files: ['a.txt'],
    at,
  } as const;
  const states: readonly [string, PlanNode, IconKey, string][] = [
    ['a pending task', { ...task, status: 'pending' }, 'pending', 'task pending'],
    ['a task in progress that nobody works on', { ...task, status: 'in_progress' }, 'inProgress', 'task in_progress'],
    ['a task that runs', { ...task, status: 'in_progress', running: true }, 'running', 'task in_progress running'],
    [
      'a task that waits for an answer',
      { ...task, status: 'in_progress', running: true, asks: [ask] },
      'asking',
      'task in_progress running asks',
    ],
    ['a completed task with a report', { ...task, report: 'Done.' }, 'completed', 'task completed report'],
    ['a cancelled task', { ...task, status: 'cancelled' }, 'cancelled', 'task cancelled'],
    ['an orphan thread', { ...thread, orphan: true }, 'pending', 'thread pending orphan'],
    [
      'a thread whose conflict is being resolved',
      {
        ...thread,
        status: 'blocked',
        merge: conflict,
        resolution: { thread: '01.01.02', number: 1, worktree: '/w', ours: 'o', theirs: 't', tip: 't', files: ['a'], at },
      },
      'conflict',
      'thread blocked conflict resolving',
    ],
    ['a thread with a conflict', { ...thread, status: 'completed', merge: conflict }, 'conflict', 'thread completed conflict'],
    ['a thread that is still to be merged', { ...thread, status: 'completed', awaitsMerge: true }, 'toMerge', 'thread completed'],
    [
      'a batch with a thread that is still to be merged',
      batchNode('01.01', [threadNode('01.01.01', [], { status: 'completed', awaitsMerge: true })], { status: 'completed' }),
      'toMerge',
      'batch completed',
    ],
    ['a merged thread', { ...thread, status: 'completed', merge: landed }, 'merged', 'thread completed merged'],
    ['a merged thread with new tasks', { ...thread, merge: landed }, 'pending', 'thread pending merged'],
    [
      'a blocked thread that runs and asks',
      { ...thread, status: 'blocked', running: true, asks: [ask] },
      'asking',
      'thread blocked running asks',
    ],
    ['a stage at its gate', { ...stage, batches: [], status: 'completed', atGate: true }, 'gate', 'stage completed gate'],
    ['an approved stage', { ...stage, batches: [], status: 'completed', approval: 'approved' }, 'approved', 'stage completed approved'],
    [
      'a delivered stage',
      { ...stage, batches: [], status: 'completed', approval: 'approved', delivery: delivered },
      'delivered',
      'stage completed approved delivered',
    ],
    [
      'a stage that could not be delivered',
      { ...stage, batches: [], status: 'completed', approval: 'approved', delivery: refused },
      'undelivered',
      'stage completed approved undelivered',
    ],
    [
      'a stage that does not pass with the commits of the user',
      { ...stage, batches: [], status: 'completed', approval: 'approved', delivery: { ...refused, red: true } },
      'undelivered',
      'stage completed approved undelivered red',
    ],
    [
      'an approved stage with new work',
      { ...stage, batches: [], status: 'pending', approval: 'approved' },
      'pending',
      'stage pending approved',
    ],
  ];
  for (const [what, of, icon, contextValue] of states) {
    it(`shows ${what} as ${icon}, for menus "${contextValue}"`, () => {
      assert.deepEqual([row(of).icon, row(of).contextValue], [icon, contextValue]);
    });
  }

  it('says of a stage which branch has it, or why none does', () => {
    const of = (delivery: typeof delivered | typeof refused) =>
      row({ ...stage, name: 'Base', batches: [], status: 'completed', approval: 'approved', delivery });
    assert.match(of(delivered).description, /delivered to main$/);
    assert.match(of(delivered).accessibleLabel, /delivered to main/);
    assert.match(of(refused).description, /not delivered$/);
    assert.match(of(refused).accessibleLabel, /not delivered, Nothing was delivered to main: a\.txt is in the way\./);
  });

  const judged = (state: AgentState, minutes: number): TaskNode => ({
    ...task,
    status: 'in_progress',
    running: true,
    health: { state, since: at, reason: `It is ${state}.`, minutes },
  });
  const rowsOf = (...tasks: readonly TaskNode[]) => {
    const running = { ...thread, running: true, tasks };
    return [row(judged('working', 0)), row(running)].map(of => of.description);
  };

  it('says of a running task what its agent does, and for how long where somebody should look', () => {
    const words = agentStates.map(state => row(judged(state, 2)).description.split(' · ')[0]);
    assert.deepEqual(words, ['working', 'thinking', 'waiting for you 2m', 'looping 2m', 'stalled 2m', 'dead 2m', 'unknown 2m']);
    assert.equal(row(judged('stalled', 0)).description, 'stalled · @web');
    assert.equal(row(judged('stalled', 75)).accessibleLabel, 'Task 01.01.01.01, stalled 1h 15m, It is stalled., agent web');
    const icons = agentStates.map(state => rowState(judged(state, 0)).icon);
    assert.equal(new Set(icons).size, agentStates.length, 'each has an icon of its own');
  });

  it('says above the tasks what the worst of them is, and that it runs where none needs somebody', () => {
    assert.deepEqual(rowsOf(judged('working', 9), judged('thinking', 9)), ['working · @web', 'running · @default']);
    assert.deepEqual(rowsOf(judged('working', 9), judged('stalled', 3)), ['working · @web', 'stalled 3m · @default']);
    const batches = stage.batches.map(batch => ({ ...batch, threads: [{ ...thread, tasks: [judged('looping', 1)] }] }));
    assert.equal(rowState({ ...stage, batches }).icon, 'looping');
  });

  it('says of a paused run that it is paused where no task goes on, and that it runs where one still does', () => {
    const words = (...tasks: readonly TaskNode[]) => {
      const running = { ...thread, running: true, tasks };
      const batches = stage.batches.map(batch => ({ ...batch, running: true, threads: [running] }));
      return [running, ...batches.slice(0, 1), { ...stage, batches }].map(of => rowState(of, true).icon);
    };
    assert.deepEqual(words(task), ['paused', 'paused', 'paused']);
    assert.deepEqual(words(task, judged('working', 0)), ['running', 'running', 'running']);
    assert.equal(row({ ...thread, running: true, tasks: [task] }, { paused: true }).description, 'paused · @default');
  });

  it('carries an open question up to its batch and stage', () => {
    const asking = workstream({ tasks: taskRecords({ '01.01.01.01': 'in_progress' }) }).stages.map(of => ({
      ...of,
      batches: of.batches.map(batch => ({ ...batch, threads: batch.threads.map(inner => ({ ...inner, asks: [ask] })) })),
    }));
    assert.deepEqual([...allNodes(asking)].slice(0, 3).map(of => rowState(of).icon), ['asking', 'asking', 'asking']); // prettier-ignore
  });

  it('tells menus which batch is next and that a workstream is read-only', () => {
    assert.equal(row(node('01.01'), { nextBatch: '01.01', readOnly: true }).contextValue, 'batch blocked readonly next');
    assert.equal(row(node('01.01'), { nextBatch: '01.02' }).contextValue, 'batch blocked');
  });

  it('offers session and worktree where an attempt has them', () => {
    const attempt = {
      id: 'a#1',
      task: 'a',
      thread: 't',
      run: 'r',
      number: 1,
      record: 'x',
      agent: 'g',
      model: null,
      base: 'b',
      startedAt: at,
    };
    const tried = { ...task, attempts: [{ ...attempt, session: 's', worktree: '/w' }] };
    assert.equal(row(tried).contextValue, 'task completed session worktree');
    assert.equal(row({ ...thread, tasks: [tried] }).contextValue, 'thread pending session worktree');
  });

  it('translates every word it adds and none of the plan’s', () => {
    const shouted = treeRow(node('01.01.01'), (message, ...args) => untranslated(message, ...args).toUpperCase());
    assert.deepEqual([shouted.label, shouted.description], ['01.01.01 Router', '1/2 · BLOCKED · @web']);
    assert.equal(shouted.accessibleLabel, 'THREAD 01.01.01, Router, BLOCKED, 1 OF 2 TASKS DONE, 1 BLOCKED, AGENT WEB');
  });

  it('is one line of readable text whatever the names are', () => {
    const hostile = row({ ...thread, name: 'a\u001b[31m\nb\u202e', agent: 'x\ny' });
    assert.deepEqual([hostile.label, hostile.description], ['01.01.02 a b', '@x y']);
  });
});
