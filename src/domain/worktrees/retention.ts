/** Which snapshots are forgotten without being asked about; 0 for no limit. */
export type RetentionLimits = {
  /** Of those whose work is merged, so many are kept. */
  readonly count: number;
  /** Milliseconds for which one of them is kept. */
  readonly age: number;
};

export type RetainedSnapshot = {
  /** Milliseconds since 1970. */
  readonly takenAt: number;
  /** It holds something that is in no branch that stays: commits, or changes that nobody committed. */
  readonly unmerged: boolean;
};

/**
 * The snapshots that may go: those of merged work that are older than `age`, and the oldest above `count`. Never one that holds
 * unmerged work, however many and however old; one from a clock that was ahead is not old.
 */
export function expiredSnapshots<S extends RetainedSnapshot>(
  snapshots: readonly S[],
  now: number,
  { count, age }: RetentionLimits,
): readonly S[] {
  const newestFirst = snapshots.filter(({ unmerged }) => !unmerged).sort((left, right) => right.takenAt - left.takenAt);
  return newestFirst.filter(({ takenAt }, index) => (count > 0 && index >= count) || (age > 0 && now - takenAt > age));
}
