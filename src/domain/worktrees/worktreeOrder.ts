import type { DeletedWorktree, WorktreeFacts, WorktreeOwner } from './worktreeFacts';

const groups: readonly WorktreeOwner[] = ['main', 'attempt', 'integration', 'resolution', 'ours', 'foreign'];

/** The main checkout, then ours by workstream, task and attempt, then those of others; equal ones by path. */
export function inOrder(worktrees: readonly WorktreeFacts[]): readonly WorktreeFacts[] {
  return [...worktrees].sort(
    (left, right) =>
      groups.indexOf(left.owner) - groups.indexOf(right.owner) ||
      compare(left.stream ?? '', right.stream ?? '') ||
      compare(left.attempt?.tasks[0] ?? '', right.attempt?.tasks[0] ?? '') ||
      (left.attempt?.number ?? 0) - (right.attempt?.number ?? 0) ||
      compare(left.path, right.path),
  );
}

/** What can be restored, the newest first; a worktree that is there again is not deleted. */
export function deletedInOrder(deleted: readonly DeletedWorktree[], worktrees: readonly WorktreeFacts[]): readonly DeletedWorktree[] {
  const present = new Set(worktrees.filter(({ condition }) => condition.kind !== 'missing').map(({ path }) => path));
  return deleted
    .filter(({ worktree }) => !present.has(worktree))
    .sort((left, right) => right.takenAt - left.takenAt || compare(left.ref, right.ref));
}

const compare = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0);
