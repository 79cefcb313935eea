/** The sides of a merge: the integration branch, and the thread's work. */
export const conflictSides = ['ours', 'theirs'] as const;
export type ConflictSide = (typeof conflictSides)[number];

/** A file that a merge left without a decision, with what each side has of it. */
export type ConflictedFile = {
  /** With `/`, relative to the worktree. */
  readonly path: string;
  readonly ours: boolean;
  readonly theirs: boolean;
  readonly base: boolean;
  /** Its texts can be merged by hand: an ordinary text file on both sides. */
  readonly isText: boolean;
};

/** Whether all that can be done with it is to take one side: the other deleted it, or it is no text. */
export const needsSide = ({ ours, theirs, isText }: ConflictedFile) => !isText || !ours || !theirs;

/** What the two sides did, as the end of a sentence about the file. */
export function conflictWords({ ours, theirs, base, isText }: ConflictedFile): string {
  if (!ours && !theirs) return 'moved away by both';
  if (!ours) return base ? 'deleted in the integration branch' : 'only in the thread';
  if (!theirs) return base ? 'deleted by the thread' : 'only in the integration branch';
  if (!isText) return 'not a text file';
  return base ? 'changed by both' : 'added by both';
}
