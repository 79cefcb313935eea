import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { MergeState } from '../../../src/domain/journal/journalState';
import { agentStates, type AgentState } from '../../../src/domain/monitor/judge';
import type { PlanNode, BudgetAsk, QuestionAsk } from '../../../src/domain/tree/nodes';
import type { IconKey } from '../../../src/domain/tree/rowState';
import type { RowContext } from '../../../src/domain/tree/rows';
import type { WorktreeIcon } from '../../../src/domain/worktrees/worktreeRow';
import { treeItemOf } from '../../../src/views/treeItem';
import { worktreeItem } from '../../../src/views/worktrees/worktreeItem';
import { batchNode, stageNode, taskNode, threadNode } from '../../support/planNodes';
import { read, someAttempt, someDeleted, someWorktree } from '../../support/worktreeFacts';

/** A state as somebody meets it who sees no colour, no picture, or hears the row read out. */
type Shown = { readonly icon: string; readonly description: string; readonly spoken: string };

function shown(item: vscode.TreeItem): Shown {
  assert.ok(item.iconPath instanceof vscode.ThemeIcon && typeof item.description === 'string');
  return { icon: item.iconPath.id, description: item.description, spoken: item.accessibilityInformation?.label ?? '' };
}

/** Each state has a shape of its own, and its words stand in the row and in what is read out. */
function checkAll(states: Readonly<Record<string, readonly [words: string, item: vscode.TreeItem]>>, hidden: readonly string[]): void {
  const icons = Object.values(states).map(([, item]) => shown(item).icon);
  assert.deepEqual(
    icons.filter((icon, index) => icons.indexOf(icon) !== index),
    [],
    'no shape stands for two states',
  );
  for (const [key, [words, item]] of Object.entries(states)) {
    const { description, spoken } = shown(item);
    assert.ok(spoken.split(', ').includes(words), `${key}: "${spoken}" says "${words}"`);
    assert.equal(description.split(' · ').includes(words), !hidden.includes(key), `${key}: "${description}"`);
  }
}

describe('A row', () => {
  it('of the plan says its state by shape, word and label', () => {
    const plan = (node: PlanNode, context: RowContext = {}) =>
      treeItemOf({ kind: 'node', key: node.id, root: '/repo', stream: '001-sample', node, context });
    const at = '2026-02-01T10:00:00.000Z';
    const ask: QuestionAsk = { kind: 'question', id: 'q', directory: '/', session: 's', rootSession: 's', askedAt: 0, questions: [] };
    const budget: BudgetAsk = {
      kind: 'budget',
      id: 'b',
      root: '/',
      stream: '001-sample',
      tasks: [],
      askedAt: 0,
      budget: 'turns',
      spent: 5,
      limit: 5,
    };
    const merge: MergeState = { state: 'landed', commit: 'c', before: 'b', branch: 'w', at };
    const conflict: MergeState = { state: 'conflicted', files: ['a'], ours: 'o', theirs: 't', at };
    const rejected: MergeState = { state: 'rejected', commit: 'c', reason: '`npm test` ended with exit code 1', at };
    const id = '01.01.01.01';
    const agent = (state: AgentState) =>
      plan(taskNode(id, { status: 'in_progress', running: true, health: { state, since: at, reason: 'So it is.', minutes: 0 } }));
    const delivery = { state: 'delivered', stage: '01', branch: 'main', before: 'b', commit: 'c', at } as const;
    const undone = { ...delivery, state: 'undone', before: 'c', commit: 'b', key: '01/delivery/2' } as const;
    const states: Readonly<Record<IconKey, readonly [string, vscode.TreeItem]>> = {
      pending: ['pending', plan(taskNode(id))],
      inProgress: ['in progress', plan(taskNode(id, { status: 'in_progress' }))],
      running: ['running', plan(batchNode('01.01', [], { running: true }))],
      paused: ['paused', plan(batchNode('01.01', [], { running: true }), { paused: true })],
      waiting: ['waiting', plan(threadNode('01.01.01', [], { wait: { kind: 'held', reason: 'thread 01.01.02 has a' } }))],
      working: ['working', agent('working')],
      thinking: ['thinking', agent('thinking')],
      looping: ['looping', agent('looping')],
      stalled: ['stalled', agent('stalled')],
      dead: ['dead', agent('dead')],
      unknown: ['unknown', agent('unknown')],
      completed: ['completed', plan(taskNode(id, { status: 'completed' }))],
      toMerge: ['to be merged', plan(threadNode('01.01.01', [], { status: 'completed', awaitsMerge: true }))],
      merged: ['merged', plan(threadNode('01.01.01', [], { status: 'completed', merge }))],
      blocked: ['blocked', plan(taskNode(id, { status: 'blocked' }))],
      conflict: ['conflict', plan(threadNode('01.01.01', [], { status: 'blocked', merge: conflict }))],
      rejected: ['checks failed', plan(threadNode('01.01.01', [], { status: 'blocked', merge: rejected }))],
      mayConflict: ['may conflict', plan(threadNode('01.01.01', [], { running: true, foreseen: [{ other: '01.01.02', files: ['a'] }] }))],
      cancelled: ['cancelled', plan(taskNode(id, { status: 'cancelled' }))],
      asking: ['waiting for you', plan(taskNode(id, { status: 'in_progress', running: true, asks: [ask] }))],
      budget: ['budget reached', plan(taskNode(id, { status: 'in_progress', running: true, asks: [budget] }))],
      escalated: ['needs you', plan(threadNode('01.01.03', [], { name: 'resolve-01.01.01.01 X', awaitedBy: '01.01.01.01' }))],
      gate: ['needs approval', plan(stageNode('01', [], { status: 'completed', atGate: true }))],
      approved: ['approved', plan(stageNode('01', [], { status: 'completed', approval: 'approved' }))],
      delivered: ['delivered to main', plan(stageNode('01', [], { status: 'completed', approval: 'approved', delivery }))],
      undelivered: ['not delivered', plan(stageNode('01', [], { status: 'completed', approval: 'approved', delivery: undone }))],
    };
    checkAll(states, ['pending']);
    assert.deepEqual(
      agentStates.filter(state => state !== 'waiting' && !(state in states)),
      [],
    );
  });

  it('of a worktree says its state by shape, word and label', () => {
    const attempt = someAttempt();
    const standing = (ahead: number, merged = false) => ({ branch: 'work/001-sample', ahead, behind: 0, merged });
    const worktree = (fields: Parameters<typeof someWorktree>[1] = {}) =>
      worktreeItem(
        { kind: 'worktree', key: 'w', root: '/r', worktree: someWorktree('/r/.worktrees/a', { attempt, ...fields }), size: undefined },
        0,
      );
    const snapshot = (unmerged: boolean) =>
      worktreeItem({ kind: 'snapshot', key: 's', root: '/r', deleted: someDeleted('01.01.01.01', { unmerged }) }, 60_000);
    const states: Readonly<Record<WorktreeIcon, readonly [string, vscode.TreeItem]>> = {
      main: ['Main checkout', worktree({ owner: 'main', attempt: undefined })],
      foreign: ['not ours', worktree({ owner: 'foreign', attempt: undefined })],
      integration: ['Integration of 001-sample', worktree({ owner: 'integration', attempt: undefined })],
      running: ['running', worktree({ attempt: { ...attempt, running: true } })],
      missing: ['folder missing', worktree({ condition: { kind: 'missing' } })],
      unknown: ['unknown', worktree({ condition: { kind: 'unread' } })],
      conflict: ['2 conflicts', worktree({ condition: read({ changed: 2, conflicts: 2, operation: 'merge' }) })],
      operation: ['rebasing', worktree({ condition: read({ operation: 'rebase' }) })],
      changed: ['1 change', worktree({ condition: read({ untracked: 1 }) })],
      merged: ['merged', worktree({ standing: standing(0, true) })],
      ahead: ['2 ahead', worktree({ standing: standing(2) })],
      clean: ['clean', worktree()],
      deleted: ['merged', snapshot(false)],
      deletedUnmerged: ['unmerged', snapshot(true)],
    };
    checkAll(states, ['main', 'integration']); // one is called by its branch, the other by its purpose
  });
});
