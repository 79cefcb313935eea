import type { DeletedWorktree, WorktreeAttempt, WorktreeCondition, WorktreeFacts } from '../../src/domain/worktrees/worktreeFacts';

export const read = (fields: Partial<Extract<WorktreeCondition, { kind: 'read' }>> = {}): WorktreeCondition => ({
  kind: 'read',
  changed: 0,
  untracked: 0,
  conflicts: 0,
  ...fields,
});

export const someAttempt = (task = '01.01.01.01', fields: Partial<WorktreeAttempt> = {}): WorktreeAttempt => ({
  id: `${task}#${fields.number ?? 1}`,
  task,
  name: 'Write it',
  number: 1,
  agent: 'default',
  running: false,
  tasks: [task],
  ...fields,
});

export const someWorktree = (path: string, fields: Partial<WorktreeFacts> = {}): WorktreeFacts => ({
  path,
  owner: 'attempt',
  branch: `task/${path.split('/').at(-1) ?? ''}`,
  head: '1234567890abcdef',
  condition: read(),
  stream: '001-sample',
  ...fields,
});

export const someDeleted = (task: string, fields: Partial<DeletedWorktree> = {}): DeletedWorktree => ({
  ref: `refs/work/snapshots/001-sample/${task}/1`,
  stream: '001-sample',
  task,
  head: '1234567890abcdef',
  worktree: `/repository/.worktrees/${task}`,
  id: 'abcdef1234567890',
  takenAt: 1000,
  size: 2048,
  unmerged: false,
  ...fields,
});
