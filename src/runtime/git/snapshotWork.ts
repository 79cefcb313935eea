import type { Git } from './git';
import type { Snapshot } from './snapshotRecord';

/**
 * The refs of those snapshots that hold something which their checked-out commit does not: files, staged content, repositories
 * inside, or what somebody was in the middle of.
 */
export async function withUncommitted(git: Git, snapshots: readonly Snapshot[]): Promise<ReadonlySet<string>> {
  if (snapshots.length === 0) return new Set();
  const asked = snapshots.flatMap(({ id, head, index, extras }) => [
    `${head ?? id}^{tree}`,
    `${id}^{tree}`,
    `${index}^{tree}`,
    `${extras}:files`,
  ]);
  const { stdout } = await git.input(['cat-file', '--batch-check=%(objectname)'], `${asked.join('\n')}\n`);
  const answers = stdout.split('\n');
  return new Set(
    snapshots
      .filter(({ head, notKept }, at) => {
        const [committed, files, staged, inside = ''] = answers.slice(4 * at);
        return head === null || files !== committed || staged !== committed || !inside.endsWith(' missing') || notKept.state.length > 0;
      })
      .map(({ ref }) => ref),
  );
}

/** Those of the commits that none of the tips (anything that names a commit) holds. */
export async function outsideOf(git: Git, commits: readonly string[], tips: readonly string[]): Promise<ReadonlySet<string>> {
  if (commits.length === 0) return new Set();
  const revisions = [...commits, ...tips.map(tip => `^${tip}`)].join('\n');
  const { stdout } = await git.input(['rev-list', '--stdin'], `${revisions}\n`);
  const missing = new Set(stdout.split('\n'));
  return new Set(commits.filter(commit => missing.has(commit)));
}
