import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { deletedInOrder, inOrder } from '../../../../src/domain/worktrees/worktreeOrder';
import { someAttempt, someDeleted, someWorktree } from '../../../support/worktreeFacts';

const sorted = [
  someWorktree('/repository', { owner: 'main', stream: undefined }),
  someWorktree('/w/z', { attempt: someAttempt('01.01.01.01') }),
  someWorktree('/w/y', { attempt: someAttempt('01.01.01.01', { number: 2 }) }),
  someWorktree('/w/x', { attempt: someAttempt('01.01.01.02') }),
  someWorktree('/w/a', { attempt: someAttempt('01.01.01.01'), stream: '002-next' }),
  someWorktree('/w/integration', { owner: 'integration' }),
  someWorktree('/w/0', { owner: 'ours', stream: undefined }),
  someWorktree('/other/a', { owner: 'foreign', stream: undefined }),
  someWorktree('/other/b', { owner: 'foreign', stream: undefined }),
];

describe('The order of worktrees', () => {
  it('is main, ours by workstream, task and attempt, then those of others, however git lists them', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(sorted, { minLength: sorted.length }), shuffled => {
        assert.deepEqual(
          inOrder(shuffled).map(({ path }) => path),
          sorted.map(({ path }) => path),
        );
      }),
    );
  });

  it('has the last deleted first, and none that is there again', () => {
    const old = someDeleted('01.01.01.01');
    const young = someDeleted('01.01.01.02', { takenAt: 2000 });
    const restored = someDeleted('01.01.01.03');
    const gone = someDeleted('01.01.01.04', { takenAt: 0 });
    const worktrees = [someWorktree(restored.worktree), someWorktree(gone.worktree, { condition: { kind: 'missing' } })];
    assert.deepEqual(
      deletedInOrder([old, gone, restored, young], worktrees).map(({ task }) => task),
      [young.task, old.task, gone.task],
    );
  });
});
