import type { DeletedWorktree } from '../../domain/worktrees/worktreeFacts';
import type { Git } from '../git/git';
import { listSnapshots, type Snapshot } from '../git/snapshotRecord';
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
  const changed = await withChanges(git, snapshots);
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

/** Those whose files are not what was committed. */
async function withChanges(git: Git, snapshots: readonly Snapshot[]): Promise<ReadonlySet<string>> {
  const asked = snapshots.flatMap(({ id, head }) => [`${id}^{tree}`, `${head ?? id}^{tree}`]);
  const { stdout } = await git.input(['cat-file', '--batch-check=%(objectname)'], `${asked.join('\n')}\n`);
  const trees = stdout.split('\n');
  return new Set(snapshots.filter((_, index) => trees[2 * index] !== trees[2 * index + 1]).map(({ ref }) => ref));
}

/** Those of the commits that none of the tips holds. */
async function outsideOf(git: Git, commits: readonly string[], tips: readonly string[]): Promise<ReadonlySet<string>> {
  if (commits.length === 0) return new Set();
  const revisions = [...commits, ...tips.map(tip => `^${tip}`)].join('\n');
  const { stdout } = await git.input(['rev-list', '--stdin'], `${revisions}\n`);
  const missing = new Set(stdout.split('\n'));
  return new Set(commits.filter(commit => missing.has(commit)));
}
