import assert from 'node:assert/strict';
import { completionConditions } from '../../../../src/domain/reports/completionConditions';
import { countTasks } from '../../../../src/domain/status/counts';
import { batchNode, stageNode, taskNode, threadNode } from '../../../support/planNodes';

const at = '2026-01-20T21:30:00.000Z';
const done = (id: string) => threadNode(id, [taskNode(`${id}.01`, { status: 'completed' })], { status: 'completed' });

describe('completionConditions', () => {
  it('names nothing of a workstream that is done, approved and delivered', () => {
    const stages = [stageNode('01', [batchNode('01.01', [done('01.01.01')])], { status: 'completed', approval: 'approved' })];
    assert.deepEqual(completionConditions({ id: '001-x', stages, counts: countTasks(['completed']) }, { branch: 'main', commits: 0 }), []);
  });

  it('names open tasks, unapproved stages, blocked and unmerged threads, and commits that are not delivered', () => {
    const blocked = threadNode('01.01.01', [taskNode('01.01.01.01', { status: 'blocked' })], { status: 'blocked', reason: 'No database' });
    const merge = { state: 'conflicted', files: ['a.txt'], ours: 'o', theirs: 't', at } as const;
    const unmerged = threadNode('02.01.01', [taskNode('02.01.01.01', { status: 'completed' })], { status: 'completed', merge });
    const stages = [
      stageNode('01', [batchNode('01.01', [blocked])], { name: 'Base' }),
      stageNode('02', [batchNode('02.01', [unmerged])], { name: 'Top', status: 'completed' }),
    ];
    const stream = { id: '001-x', stages, counts: countTasks(['blocked', 'completed']) };
    assert.deepEqual(completionConditions(stream, { branch: 'main', commits: 3 }), [
      '1 of 2 tasks are not done.',
      'Stage 1 (Base) is not approved and not finished.',
      'Stage 2 (Top) is not approved.',
      'Thread 01.01.01 is blocked: No database.',
      'Thread 02.01.01 is not merged: it conflicts in a.txt.',
      '3 commits of work/001-x are not on main.',
    ]);
    assert.deepEqual(
      completionConditions({ ...stream, stages: [] }, { branch: null, commits: 1 }).at(-1),
      '1 commit of work/001-x is not on a branch of yours.',
    );
  });
});
