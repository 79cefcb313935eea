import { ancestorId, isWithin } from '../../domain/ids';
import { isUnmerged } from '../../domain/merge/unmerged';
import type { ThreadNode } from '../../domain/tree/nodes';
import { buildCandidate } from '../git/candidates';
import { commitsOf } from './earlierAttempts';
import type { RunContext } from './runContext';

/**
 * Where a thread's next task goes on: the tip that its done tasks left, unless the integration branch holds it already. What the thread
 * depends on may have been merged only since: then that is brought in first, in a commit of its own.
 */
export async function tipOfDoneTasks(context: RunContext, thread: ThreadNode, integrationTip: string): Promise<string | undefined> {
  // Of a thread that could not be merged, the last task is blocked although its work is done.
  const counts = isUnmerged(thread.merge) ? ['completed', 'blocked'] : ['completed'];
  const tasks = thread.tasks.filter(({ status }) => counts.includes(status));
  const commits = tasks
    .map(({ status, attempts }) => (status === 'completed' ? attempts : attempts.filter(({ outcome }) => outcome === 'completed')))
    .flatMap(commitsOf);
  const last = commits.at(-1);
  if (last === undefined || (await context.git.resolve(last)) === undefined) return undefined;
  if (await context.git.isAncestor(last, integrationTip)) return undefined;
  return (await lacksDependency(context, thread, last)) ? withIntegration(context, thread, last, integrationTip) : last;
}

/** Something that the thread says it depends on landed, and is no part of what it goes on from. */
async function lacksDependency({ git, journal }: RunContext, { dependsOn = [] }: ThreadNode, tip: string): Promise<boolean> {
  for (const { thread, merge } of journal.state.threads.values()) {
    if (merge?.state !== 'landed' || !dependsOn.some(id => isWithin(thread, id) || ancestorId(id, 'thread') === thread)) continue;
    if ((await git.resolve(merge.commit)) !== undefined && !(await git.isAncestor(merge.commit, tip))) return true;
  }
  return false;
}

/** Where the two conflict the thread goes on from its own work: the merge at its end deals with that. */
async function withIntegration({ git, clock, streamId, observer }: RunContext, thread: ThreadNode, tip: string, integrationTip: string) {
  const candidate = await buildCandidate(git, {
    onto: tip,
    theirs: integrationTip,
    strategy: 'no-ff',
    message: `Bring what thread ${thread.id} depends on into its work`,
    trailers: { Workstream: streamId, Thread: thread.id },
    date: clock.now(),
    cwd: git.root,
  });
  if (candidate.kind === 'clean') return candidate.commit;
  if (candidate.kind === 'conflict') {
    observer.notice(
      `${thread.id}: what it depends on conflicts with its own work in ${candidate.files.join(', ')}; it goes on without that until it is merged.`,
    );
  }
  return tip;
}
