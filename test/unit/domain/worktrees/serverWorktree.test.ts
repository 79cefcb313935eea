import assert from 'node:assert/strict';
import { isServerWorktree } from '../../../../src/domain/worktrees/serverWorktree';

describe('A worktree of the opencode server', () => {
  const rows: readonly (readonly [string, boolean])[] = [
    ['/data/ada/.local/share/opencode/worktree/4b825dc6/task-01-01-01-01-1', true],
    ['C:\\Users\\ada\\.local\\share\\opencode\\worktree\\4b825dc6\\fix', true],
    ['/data/ada/.local/share/opencode/worktree/4b825dc6', false],
    ['/data/ada/.local/share/opencode/worktree', false],
    ['/data/ada/.local/share/opencode/worktree/4b825dc6/fix/src', false],
    ['/data/ada/project/.worktrees/fix', false],
    ['/data/ada/my-opencode/worktree/a/b', false],
  ];
  for (const [place, isOne] of rows) it(`is${isOne ? '' : ' not'} ${place}`, () => assert.equal(isServerWorktree(place), isOne));
});
