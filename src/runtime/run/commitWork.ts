import * as z from 'zod';
import type { TaskNode, ThreadNode } from '../../domain/tree/nodes';
import { newGitlinks } from '../git/changes';
import { setLeftoverLockAside } from '../git/leftoverLock';
import { commitAll } from '../git/commits';
import { gitOf } from './assignedWorkplace';
import { noteChanges } from './noteChanges';
import type { RunContext } from './runContext';
import { takeBackMarks } from './takeBackMarks';
import type { Workplace } from './workplace';

export type WorkToCommit = {
  readonly attempt: string;
  readonly session: string;
  readonly workplace: Workplace;
  readonly thread: ThreadNode;
  readonly task: TaskNode;
};

export type CommittedWork = {
  /** The branch's tip, when it is ahead of where the attempt began. */
  readonly tip: string | undefined;
  /** Why the work cannot be taken, as a sentence. */
  readonly problem: string | undefined;
};

const committed = z.strictObject({
  tip: z.string().nullable(),
  leftOut: z.array(z.string()),
  takenBack: z.array(z.string()).default([]),
  nested: z.array(z.string()),
  branch: z.string().nullable(),
  /** The commit that the attempt began at is still part of its branch. */
  holdsBase: z.boolean().default(true),
});

/**
 * Commits what the agent left uncommitted, with trailers that say whose it is. State files of `work/` are left out, a nested
 * repository is refused, and a HEAD that is not on the attempt's branch makes the work unusable: nothing is moved or lost.
 */
export async function commitWork(context: RunContext, { attempt, session, workplace, thread, task }: WorkToCommit): Promise<CommittedWork> {
  const { effects, observer } = context;
  const git = gitOf(context, thread.id, workplace.directory);
  const place = workplace.directory;
  const evidence = await effects.run(
    'commit',
    `${attempt}/commit`,
    { worktree: workplace.directory, branch: workplace.branch ?? null },
    async () => {
      const head = await git.head(workplace.directory);
      if (head.branch !== workplace.branch) {
        return { tip: null, leftOut: [], takenBack: [], nested: [], branch: head.branch ?? null, holdsBase: true };
      }
      const takenBack = await takeBackMarks(context, git, workplace);
      const result = await commitAll(git, workplace.directory, {
        message: `feat(${task.id}): ${task.name}`,
        trailers: trailersOf(context.streamId, thread.id, task.id, session),
      });
      const tip = (await git.head(workplace.directory)).sha;
      return {
        tip: tip === undefined || tip === workplace.base ? null : tip,
        leftOut: [...result.leftOut],
        takenBack: [...takenBack],
        // An agent that commits by itself may have committed one: git keeps its id then, and none of its files.
        nested: [...result.nested, ...(await newGitlinks(git, workplace.directory, workplace.base, 'HEAD'))],
        branch: head.branch ?? null,
        holdsBase: tip === undefined || (await git.isAncestor(workplace.base, tip)),
      };
    },
    {
      schema: committed,
      /** A commit that was made leaves nothing to commit, so that the act may be done again once git lets it. */
      async settle() {
        const aside = await setLeftoverLockAside(git, place);
        if (aside !== undefined) observer.notice(`${task.id}: a git command had been cut off in ${place}; its lock is kept as ${aside}.`);
        return undefined;
      },
    },
  );
  if (evidence.branch !== (workplace.branch ?? null)) {
    return {
      tip: undefined,
      problem: `The agent left ${workplace.directory} on ${evidence.branch ?? 'a detached HEAD'} instead of ${workplace.branch ?? ''}. Its work is there; switch back to the branch and run the task again.`,
    };
  }
  if (!evidence.holdsBase) {
    return {
      tip: undefined,
      problem: `Branch ${workplace.branch ?? ''} was moved: it no longer holds ${workplace.base}, where the attempt began. Nothing of it was merged or removed. See where it was with "git reflog ${workplace.branch ?? ''}", put it back with "git reset" in ${place}, then run the task again.`,
    };
  }
  if (evidence.tip !== null) await noteChanges({ ...context, git }, attempt, workplace.base, evidence.tip);
  if (evidence.leftOut.length > 0) {
    observer.notice(
      `${task.id}: changes to ${evidence.leftOut.join(', ')} were left out of the commit: the plan's files are written in the main checkout only.`,
    );
  }
  if (evidence.takenBack.length > 0) {
    observer.notice(
      `${task.id}: what was ticked off in ${evidence.takenBack.join(', ')} was left out of the commit: finished work is ticked off in the main checkout.`,
    );
  }
  const problem =
    evidence.nested.length > 0
      ? `The agent made a git repository inside its worktree: ${evidence.nested.join(', ')}. Remove its .git folder or add it to .gitignore, then run the task again.`
      : undefined;
  return { tip: evidence.tip ?? undefined, problem };
}

export function trailersOf(
  streamId: string,
  threadId: string,
  taskId: string | undefined,
  session: string | undefined,
): Record<string, string> {
  return {
    Workstream: streamId,
    Stage: threadId.slice(0, 2),
    Batch: threadId.slice(0, 5),
    Thread: threadId,
    ...(taskId === undefined ? {} : { Task: taskId }),
    ...(session === undefined ? {} : { Session: session }),
  };
}
