import { standingDeliveries } from '../../domain/delivery/delivery';
import { ancestorId } from '../../domain/ids';
import type { JournalState } from '../../domain/journal/journalState';
import { integrationBranch } from '../../domain/names';
import { isDone } from '../../domain/taskStatus';
import type { Git } from '../git/git';
import { GitError } from '../git/gitError';
import type { RunContext } from './runContext';

type Merged = { readonly streamId: string; readonly state: Pick<JournalState, 'threads' | 'deliveries'>; readonly tip: string };

/**
 * Why nothing may be built on the integration branch (at `tip`) or delivered from it: somebody reset, rebased or deleted it, and it
 * lacks what the journal saw land. Undefined when it has everything of these threads, those aside that the user's branch has got.
 */
export async function lostMerges(
  git: Git,
  { streamId, state, tip }: Merged,
  isWanted: (thread: string) => boolean,
): Promise<string | undefined> {
  const threads: string[] = [];
  const commits: string[] = [];
  let areThere = true;
  const delivered = Math.max(0, ...standingDeliveries(state.deliveries).map(({ stage }) => Number(stage)));
  for (const [thread, { merge }] of state.threads) {
    if (merge?.state !== 'landed' || Number(ancestorId(thread, 'stage')) <= delivered || !isWanted(thread)) continue;
    const isThere = (await git.resolve(merge.commit)) !== undefined;
    if (isThere && (await git.isAncestor(merge.commit, tip))) continue;
    areThere &&= isThere;
    threads.push(thread);
    commits.push(merge.commit);
  }
  if (threads.length === 0) return undefined;
  const whole = areThere ? await holderOf(git, commits) : undefined;
  const branch = integrationBranch(streamId);
  const back = whole === undefined ? '' : `Put it back with: git update-ref refs/heads/${branch} ${whole.slice(0, 10)}. `;
  return `Branch ${branch} was moved by hand: it does not hold what was merged of ${threads.join(', ')} any more. ${back}To have that work done anew, set its tasks to pending.`;
}

/** @throws {GitError} `ref-moved` when the branch lacks the merge of a thread that counts as done */
export async function demandMerges({ git, journal, files, streamId }: RunContext, tip: string): Promise<void> {
  const open = new Set<string>();
  for (const { id, status } of await files.readTasks(streamId)) {
    if (!isDone(status)) open.add(ancestorId(id, 'thread'));
  }
  const reason = await lostMerges(git, { streamId, state: journal.state, tip }, thread => !open.has(thread));
  if (reason !== undefined) throw new GitError('ref-moved', reason);
}

/** The one of these commits that holds all of them; undefined when there is none. */
async function holderOf(git: Git, commits: readonly string[]): Promise<string | undefined> {
  const { stdout } = await git.run(['merge-base', '--independent', ...commits]);
  const [holder, ...others] = stdout.trim().split('\n');
  return others.length === 0 ? holder : undefined;
}
