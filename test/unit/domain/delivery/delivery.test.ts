import assert from 'node:assert/strict';
import { deliveryOf, standingDeliveries, type DeliveryState } from '../../../../src/domain/delivery/delivery';
import { obstacleList, obstacleRemedy } from '../../../../src/domain/delivery/obstacles';

const at = '2026-01-20T21:30:00.000Z';
const delivered = (stage: string, before: string, commit: string): DeliveryState => ({
  state: 'delivered',
  stage,
  branch: 'main',
  before,
  commit,
  at,
});
const undone = (stage: string, before: string, commit: string): DeliveryState => ({
  state: 'undone',
  stage,
  branch: 'main',
  before,
  commit,
  key: `${stage}/delivery/2`,
  at,
});
const refused = (stage: string, action: 'deliver' | 'undo'): DeliveryState => ({
  state: 'refused',
  stage,
  action,
  branch: 'main',
  reason: 'In the way.',
  files: [],
  at,
});

describe('How a stage stands with the user’s branch', () => {
  const state = (stage: string, ...deliveries: readonly DeliveryState[]) => deliveryOf(stage, deliveries)?.state;

  it('is what its last delivery came to', () => {
    assert.equal(state('01'), undefined);
    assert.equal(state('01', refused('01', 'deliver')), 'refused');
    assert.equal(state('01', refused('01', 'deliver'), delivered('01', 'a', 'b')), 'delivered');
    assert.equal(state('01', delivered('01', 'a', 'b'), undone('01', 'b', 'a')), 'undone');
    assert.equal(state('02', delivered('01', 'a', 'b')), undefined);
  });

  it('stays delivered when the delivery could not be undone', () => {
    assert.equal(state('01', delivered('01', 'a', 'b'), refused('01', 'undo')), 'delivered');
  });

  it('is undone with another stage whose delivery brought the same commit', () => {
    const both = [delivered('01', 'a', 'b'), delivered('02', 'b', 'b'), undone('01', 'b', 'a')];
    assert.equal(state('02', ...both), 'undone');
    assert.equal(state('02', delivered('02', 'a', 'b'), delivered('01', 'b', 'c'), undone('01', 'c', 'b')), 'delivered');
  });

  it('counts as standing what moved the branch and was not undone', () => {
    const deliveries = [delivered('01', 'a', 'b'), delivered('02', 'b', 'b'), delivered('03', 'b', 'c'), undone('03', 'c', 'b')];
    assert.deepEqual(
      standingDeliveries(deliveries).map(({ stage }) => stage),
      ['01'],
    );
  });
});

describe('What is in the way', () => {
  it('is listed by kind, in one line whatever the names are, and not endlessly', () => {
    const many = Array.from({ length: 12 }, (_, index) => ({ kind: 'ignored', path: `f${index}` }) as const);
    assert.equal(
      obstacleList([{ kind: 'untracked', path: 'a\nb' }, { kind: 'changed', path: 'c' }, ...many]),
      'changed: c; untracked: a b; ignored: f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, and 2 more',
    );
  });

  it('is put right in a way that fits it', () => {
    assert.equal(obstacleRemedy([{ kind: 'staged', path: 'a' }]), 'Commit or stash your changes');
    assert.equal(obstacleRemedy([{ kind: 'ignored', path: 'a' }]), 'Move them away');
    assert.match(
      obstacleRemedy([
        { kind: 'changed', path: 'a' },
        { kind: 'ignored', path: 'b' },
      ]),
      /Commit or stash.*move the other files/,
    );
    assert.equal(obstacleRemedy([{ kind: 'unmerged', path: 'a' }]), 'Resolve the conflicts');
  });

  it('is shown with its mark when git was told not to look at it: a stash alone would not take it', () => {
    const hidden = [
      { kind: 'skip-worktree', path: 'b' },
      { kind: 'assume-unchanged', path: 'a' },
    ] as const;
    assert.equal(obstacleList(hidden), 'changed, and marked assume-unchanged: a; changed, and marked skip-worktree: b');
    assert.equal(
      obstacleRemedy([{ kind: 'skip-worktree', path: 'b' }]),
      'Take the mark off (git update-index --no-skip-worktree), commit or stash your changes',
    );
    assert.match(
      obstacleRemedy([...hidden, { kind: 'ignored', path: 'c' }]),
      /^Take the marks off \(.*--no-skip-worktree and .*--no-assume-unchanged\).* move the other files away$/,
    );
  });
});
