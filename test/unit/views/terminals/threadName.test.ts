import assert from 'node:assert/strict';
import type { BatchNode, RepositorySnapshot } from '../../../../src/domain/tree/nodes';
import { findThread, neighbour, threadsToVisit, threadTerminalName } from '../../../../src/views/terminals/threadName';
import { batchNode, repository, stageNode, taskNode, threadNode } from '../../../support/planNodes';

const plan = (...batches: BatchNode[]) => repository('/a', [stageNode('01', batches)]);
const visited = (...snapshots: RepositorySnapshot[]) => threadsToVisit(snapshots).map(({ thread }) => thread);
const ref = (thread: string) => ({ root: '/a', stream: '001-sample', thread });

describe('The name of a thread’s terminal', () => {
  const ask = {
    kind: 'permission',
    id: 'x',
    directory: '',
    session: '',
    rootSession: '',
    askedAt: 0,
    permission: 'bash',
    patterns: [],
    title: '',
  } as const;
  const cases = [
    ['○ Thread 01.01.01 · 01.01.01', {}],
    ['◐ Thread 01.01.01 · 01.01.01', { running: true, status: 'in_progress' }],
    ['? Thread 01.01.01 · 01.01.01', { running: true, tasks: [taskNode('01.01.01.01', { asks: [ask] })] }],
    ['✓ Thread 01.01.01 · 01.01.01', { status: 'completed' }],
    ['✗ Thread 01.01.01 · 01.01.01', { status: 'blocked' }],
    ['○ a b · 01.01.01', { name: 'a\u001b]0;owned\u0007\nb' }],
  ] as const;
  for (const [name, change] of cases) {
    it(`begins with the state, and what tells it from its neighbours: ${name}`, () =>
      assert.equal(threadTerminalName(threadNode('01.01.01', [], change)), name));
  }
});

describe('Next and previous thread', () => {
  it('go through the running batch, else the threads that started, else all', () => {
    const done = batchNode('01.01', [threadNode('01.01.01', [], { status: 'completed' })]);
    const next = (running: boolean) => batchNode('01.02', [threadNode('01.02.01'), threadNode('01.02.02')], { running });
    assert.deepEqual(visited(plan(done, next(true))), ['01.02.01', '01.02.02']);
    assert.deepEqual(visited(plan(done, next(false))), ['01.01.01']);
    assert.deepEqual(visited(plan(next(false))), ['01.02.01', '01.02.02']);
    assert.deepEqual(visited(), []);
  });

  it('go round and round, and begin at an end', () => {
    const refs = [ref('1'), ref('2'), ref('3')];
    assert.equal(neighbour(refs, refs[2], 1), refs[0]);
    assert.equal(neighbour(refs, refs[0], -1), refs[2]);
    assert.equal(neighbour(refs, undefined, 1), refs[0]);
    assert.equal(neighbour(refs, ref('gone'), -1), refs[2]);
    assert.equal(neighbour([], undefined, 1), undefined);
  });
});

describe('findThread', () => {
  it('finds a thread of the current workstream only', () => {
    const snapshots = [plan(batchNode('01.01', [threadNode('01.01.01')]))];
    assert.equal(findThread(snapshots, ref('01.01.01'))?.id, '01.01.01');
    assert.equal(findThread(snapshots, { ...ref('01.01.01'), stream: '002-other' }), undefined);
    assert.equal(findThread(snapshots, { ...ref('01.01.01'), root: '/b' }), undefined);
  });
});
