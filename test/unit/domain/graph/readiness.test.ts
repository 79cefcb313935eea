import assert from 'node:assert/strict';
import { untranslated } from '../../../../src/common/translate';
import { readiness } from '../../../../src/domain/graph/readiness';
import { waitWords } from '../../../../src/domain/graph/waitWords';
import type { TaskStatus } from '../../../../src/domain/taskStatus';
import type { ThreadNode } from '../../../../src/domain/tree/nodes';
import { batchNode, stageNode, taskNode, threadNode } from '../../../support/planNodes';

const thread = (id: string, status: TaskStatus, change: Partial<ThreadNode> = {}) => {
  const group = status === 'cancelled' ? 'completed' : status;
  return threadNode(id, [taskNode(`${id}.01`, { status })], { status: group, ...change });
};

const told = (...stages: Parameters<typeof readiness>[0]) =>
  Object.fromEntries(
    readiness(stages).map(({ thread: { id }, state, waits, level, work }) => [
      id,
      [state, level, work, ...waitWords(waits, untranslated)].join(' · '),
    ]),
  );

describe('readiness', () => {
  it('tells what could begin, what waits for whom, and how much waits behind it', () => {
    const stage = stageNode('01', [
      batchNode('01.01', [thread('01.01.01', 'completed'), thread('01.01.02', 'pending'), thread('01.01.03', 'cancelled')]),
      batchNode('01.02', [
        thread('01.02.01', 'pending', { dependsOn: ['01.01.01'] }),
        thread('01.02.02', 'pending'),
        thread('01.02.03', 'blocked', { dependsOn: [] }),
      ]),
    ]);
    assert.deepEqual(told(stage), {
      '01.01.01': 'done · 0 · 0',
      '01.01.02': 'ready · 0 · 2',
      '01.01.03': 'done · 0 · 0',
      '01.02.01': 'ready · 1 · 1',
      '01.02.02': 'waiting · 1 · 1 · waits for 01.01.02',
      '01.02.03': 'blocked · 0 · 1',
    });
  });

  it('keeps a thread back that changes what a running one does, and not for one that only could begin too', () => {
    const stage = stageNode('01', [
      batchNode('01.01', [
        thread('01.01.01', 'in_progress', { running: true, files: ['src/**'] }),
        thread('01.01.02', 'pending', { files: ['src/a.ts'] }),
        thread('01.01.03', 'pending', { files: ['docs/x.md'] }),
        thread('01.01.04', 'pending', { files: ['docs/*.md'] }),
      ]),
    ]);
    assert.deepEqual(told(stage), {
      '01.01.01': 'running · 0 · 1',
      '01.01.02': 'waiting · 0 · 1 · touches src/a.ts as 01.01.01 does',
      '01.01.03': 'ready · 0 · 1',
      '01.01.04': 'ready · 0 · 1',
    });
  });

  it('waits for merged work, not for work that is done', () => {
    const stages = (awaitsMerge: boolean) => {
      const done = thread('01.01.01', 'completed', { awaitsMerge });
      return told(stageNode('01', [batchNode('01.01', [done]), batchNode('01.02', [thread('01.02.01', 'pending')])]));
    };
    assert.equal(stages(true)['01.02.01'], 'waiting · 1 · 1 · waits for 01.01.01');
    assert.equal(stages(false)['01.02.01'], 'ready · 1 · 1');
  });

  it('has nothing ready behind a gate that is closed', () => {
    const first = batchNode('01.01', [thread('01.01.01', 'completed')]);
    const second = stageNode('02', [batchNode('02.01', [thread('02.01.01', 'pending')])]);
    assert.equal(told(stageNode('01', [first]), second)['02.01.01'], 'gated · 0 · 1');
    assert.equal(told(stageNode('01', [first], { approval: 'approved' }), second)['02.01.01'], 'ready · 0 · 1');
  });
});
