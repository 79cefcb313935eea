/** A thread's merge: `position` is its place on the branch, counted from the oldest commit that is not delivered, from 0. */
export type PlacedMerge = { readonly thread: string; readonly position: number };

/** How far a branch may be delivered because of a stage. */
export type StageReach = {
  /** Position of the commit to deliver; -1 when there is nothing of it. */
  readonly end: number;
  /** Threads of later stages that lie before a merge of the stage, so that they come along. In order. */
  readonly along: readonly string[];
  /** Threads of later stages that stay where they are. In order. */
  readonly held: readonly string[];
};

/**
 * The longest beginning of a branch of `length` commits that holds every merge of stages up to `stage` (its number), and, behind the
 * last of these, nothing of later stages. Commits that no thread brought go with what they stand before.
 */
export function stageReach(length: number, merges: readonly PlacedMerge[], stage: number): StageReach {
  const isLater = ({ thread }: PlacedMerge) => Number(thread.split('.', 1)[0]) > stage;
  const later = merges.filter(isLater);
  const own = Math.max(-1, ...merges.filter(merge => !isLater(merge)).map(({ position }) => position));
  const end = Math.min(length - 1, ...later.filter(({ position }) => position > own).map(({ position }) => position - 1));
  const names = (some: readonly PlacedMerge[]) => [...new Set(some.map(({ thread }) => thread))].sort();
  return {
    end,
    along: names(later.filter(({ position }) => position <= end)),
    held: names(later.filter(({ position }) => position > end)),
  };
}
