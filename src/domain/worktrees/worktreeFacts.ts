import type { CoordinatedBy } from '../coordinator/coordinatorState';
import type { Outcome } from '../outcome';

/**
 * Whose a worktree is: the repository's own checkout; one made for tasks of a plan; the one in which a workstream's merges are
 * tried; one in which a person resolves the conflicts of a thread; another one in our folder; or somebody else's, with which we do nothing that could hurt.
 */
export type WorktreeOwner = 'main' | 'attempt' | 'integration' | 'resolution' | 'ours' | 'foreign';

/** What git is in the middle of. */
export type WorktreeOperation = 'merge' | 'rebase' | 'cherry-pick' | 'revert' | 'bisect';

export type WorktreeCondition =
  /** Its folder is gone, its registration is not. */
  | { readonly kind: 'missing' }
  /** The addition was cut off: every file seems deleted. */
  | { readonly kind: 'unfinished' }
  /** Nobody looked, or nobody could: `reason` says why. */
  | { readonly kind: 'unread'; readonly reason?: string | undefined }
  | {
      readonly kind: 'read';
      /** Tracked files that differ from HEAD, those in conflict among them. */
      readonly changed: number;
      /** Files and folders that git does not know; ignored ones not among them. */
      readonly untracked: number;
      readonly conflicts: number;
      readonly operation?: WorktreeOperation | undefined;
    };

/** Where HEAD is, seen from the integration branch. */
export type WorktreeStanding = {
  /** Short name of the integration branch. */
  readonly branch: string;
  /** Commits it lacks. */
  readonly ahead: number;
  /** Commits it has and HEAD lacks. */
  readonly behind: number;
  /** The work of a task that was done here is in it, be it squashed. */
  readonly merged: boolean;
};

/** The latest attempt that worked in a worktree. */
export type WorktreeAttempt = {
  readonly id: string;
  readonly task: string;
  /** As the plan calls it; absent when it no longer knows the task. */
  readonly name?: string | undefined;
  readonly number: number;
  readonly agent: string;
  readonly session?: string | undefined;
  readonly outcome?: Outcome | undefined;
  /** It began and did not end, and somebody drives. */
  readonly running: boolean;
  /** All tasks that were worked on in the worktree, in order. */
  readonly tasks: readonly string[];
};

export type WorktreeFacts = {
  /** Absolute. */
  readonly path: string;
  readonly owner: WorktreeOwner;
  /** Short name; absent when HEAD is detached. */
  readonly branch?: string | undefined;
  readonly head?: string | undefined;
  /** Why it is locked; an empty text when nobody said why. */
  readonly locked?: string | undefined;
  readonly condition: WorktreeCondition;
  readonly standing?: WorktreeStanding | undefined;
  /** The workstream it was made for. */
  readonly stream?: string | undefined;
  readonly attempt?: WorktreeAttempt | undefined;
  /** The thread whose conflicts a person resolves in it. */
  readonly resolves?: string | undefined;
  /** Commit that its changes are shown against. */
  readonly base?: string | undefined;
  /** When it was made: milliseconds since 1970. */
  readonly since?: number | undefined;
};

/** A worktree that was removed and can be brought back. */
export type DeletedWorktree = {
  /** Full name of the snapshot's ref. */
  readonly ref: string;
  readonly stream: string;
  readonly task: string;
  readonly name?: string | undefined;
  readonly branch?: string | undefined;
  /** The commit HEAD was at; absent before the first commit. */
  readonly head?: string | undefined;
  /** Commit that its changes are shown against. */
  readonly base?: string | undefined;
  /** The commit whose tree holds the files as they were. */
  readonly id: string;
  /** Where it was; absolute. */
  readonly worktree: string;
  /** Milliseconds since 1970. */
  readonly takenAt: number;
  /** Bytes of the files that the snapshot holds. */
  readonly size: number;
  /** It holds work that is not in its workstream's integration branch: commits, or changes that nobody committed. */
  readonly unmerged: boolean;
};

export type RepositoryWorktrees = {
  /** The main checkout. */
  readonly root: string;
  readonly worktrees: readonly WorktreeFacts[];
  readonly deleted: readonly DeletedWorktree[];
  /** What other coordinators keep about worktrees here, which nothing of ours touches; those that keep none are left out. */
  readonly coordinated?: readonly CoordinatedBy[] | undefined;
  /** Why they could not be listed, if so. */
  readonly problem?: string | undefined;
};

/** Whether it holds anything that is not committed. */
export function isDirty({ condition }: WorktreeFacts): boolean {
  return condition.kind === 'read' && condition.changed + condition.untracked > 0;
}

/** One of ours: nobody loses anything that is not in its snapshot when it goes. */
export function isRemovable({ owner, attempt }: WorktreeFacts): boolean {
  return (owner === 'attempt' || owner === 'ours' || owner === 'integration' || owner === 'resolution') && attempt?.running !== true;
}

/** What *Clean Merged* takes: done, in the integration branch, nothing left in it. */
export function isCleanable(worktree: WorktreeFacts): boolean {
  const { owner, condition, standing, locked } = worktree;
  if (owner !== 'attempt' || !isRemovable(worktree) || locked !== undefined || standing?.merged !== true) return false;
  return condition.kind === 'read' && condition.operation === undefined && !isDirty(worktree);
}
