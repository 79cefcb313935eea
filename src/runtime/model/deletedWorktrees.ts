import type { DeletedWorktree } from '../../domain/worktrees/worktreeFacts';
import type { Git } from '../git/git';
import { listSnapshots } from '../git/snapshotRecord';
import { outsideOf, withUncommitted } from '../git/snapshotWork';
import type { JournalledWorktree, StreamNames } from './worktreeAttempts';

export type KnownWork = {
  readonly names: StreamNames;
  readonly journalled: ReadonlyMap<string, JournalledWorktree>;
  /** The integration branches' commits, by workstream. */
  readonly tips: ReadonlyMap<string, string>;
};

/** What can be restored. */
export async function readDeletedWorktrees(git: Git, { names, journalled, tips }: KnownWork): Promise<readonly DeletedWorktree[]> {
  const snapshots = await listSnapshots(git);
  if (snapshots.length === 0) return [];
  const changed = await withUncommitted(git, snapshots);
  const squashed = new Set([...journalled.values()].map(({ mergedCommit }) => mergedCommit));
  const outside = await outsideOf(
    git,
    snapshots.flatMap(({ head }) => (head === null || squashed.has(head) ? [] : [head])),
    [...tips.values()],
  );
  return snapshots.map(snapshot => ({
    ...{ ref: snapshot.ref, id: snapshot.id, stream: snapshot.stream, task: snapshot.task, worktree: snapshot.worktree },
    ...{ takenAt: snapshot.takenAt, size: snapshot.size, branch: snapshot.branch ?? undefined, head: snapshot.head ?? undefined },
    base: journalled.get(snapshot.worktree)?.base,
    name: names.tasks.get(snapshot.stream)?.get(snapshot.task),
    unmerged: snapshot.head === null || outside.has(snapshot.head) || changed.has(snapshot.ref),
  }));
}
