import { standingDeliveries } from '../../domain/delivery/delivery';
import { ancestorId } from '../../domain/ids';
import type { JournalState } from '../../domain/journal/journalState';
import { integrationBranch } from '../../domain/names';
import type { Git } from '../git/git';
import { GitError } from '../git/gitError';
import type { RunContext } from './runContext';

type Landed = { readonly thread: string; readonly commit: string };

/**
 * Why nothing may be built on the integration branch (at `tip`) or delivered from it: somebody reset, rebased or deleted it, and it
 * lacks what the journal saw land. Undefined when it has everything of these threads, those aside that the user's branch has got.
 */
export async function lostMerges(
  git: Git,
  {
    streamId,
    state,
    tip,
  }: { readonly streamId: string; readonly state: Pick<JournalState, 'threads' | 'deliveries'>; readonly tip: string },
  isWanted: (thread: string) => boolean,
): Promise<string | undefined> {
  const lost: Landed[] = [];
  const delivered = Math.max(0, ...standingDeliveries(state.deliveries).map(({ stage }) => Number(stage)));
  for (const [thread, { merge }] of state.threads) {
    if (merge?.state !== 'landed' || stageOf(thread) <= delivered || !isWanted(thread)) continue;
    const { commit } = merge;
    if ((await git.resolve(commit)) === undefined || !(await git.isAncestor(commit, tip))) lost.push({ thread, commit });
  }
  const [first, ...others] = lost;
  if (!first) return undefined;
  const names = lost.map(({ thread }) => thread).join(', ');
  const whole = await holderOf(git, first.commit, others);
  const branch = integrationBranch(streamId);
  const back = whole === undefined ? '' : `Put it back with: git update-ref refs/heads/${branch} ${whole.slice(0, 10)}. `;
  return `Branch ${branch} was moved by hand: it does not hold what was merged of ${names} any more. ${back}To have that work done anew, set its tasks to pending.`;
}

const stageOf = (thread: string) => Number(ancestorId(thread, 'stage'));

/** @throws {GitError} `ref-moved` when the branch lacks the merge of a thread that counts as done */
export async function demandMerges({ git, journal, files, streamId }: RunContext, tip: string): Promise<void> {
  const open = new Set<string>();
  for (const { id, status } of await files.readTasks(streamId)) {
    if (status !== 'completed' && status !== 'cancelled') open.add(ancestorId(id, 'thread'));
  }
  const reason = await lostMerges(git, { streamId, state: journal.state, tip }, thread => !open.has(thread));
  if (reason !== undefined) throw new GitError('ref-moved', reason);
}

/** The one of these commits that holds all of them; undefined when there is none, or they are gone. */
async function holderOf(git: Git, first: string, others: readonly Landed[]): Promise<string | undefined> {
  let holder = first;
  for (const { commit } of others) {
    if ((await git.resolve(commit)) === undefined || (await git.resolve(holder)) === undefined) return undefined;
    if (await git.isAncestor(holder, commit)) holder = commit;
    else if (!(await git.isAncestor(commit, holder))) return undefined;
  }
  return (await git.resolve(holder)) === undefined ? undefined : holder;
}
