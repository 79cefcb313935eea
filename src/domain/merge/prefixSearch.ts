/**
 * Which of several threads that were merged one on top of the other may land: the longest prefix that passes the checks, found by
 * halving; the thread behind it is the culprit. Only prefixes are ever checked, because two halves that are green apart can be red
 * together. The culprit is checked once more before it is held back, so that a command that fails by chance costs no agent its work.
 *
 * Where more work never repairs what less work broke, the culprit is the thread that one-by-one merging would have held back; of
 * several that are red only together, the last of them.
 */
export type PrefixSearch = {
  readonly size: number;
  /** How many threads the longest prefix has that was found green; 0 is where the branch is. */
  readonly green: number;
  /** Prefixes that were found red, all longer than `green`, the shortest last. */
  readonly reds: readonly number[];
  /** The shortest red prefix was found red again, and the one before it is green. */
  readonly isConfirmed: boolean;
  /** Gives up when all of them together are red. */
  readonly onlyWhole: boolean;
};

export type NextStep =
  | { readonly kind: 'check' | 'confirm'; readonly prefix: number }
  /** The first `landing` threads may land; the one behind them may not, where there is a culprit. Neither: it gave up. */
  | { readonly kind: 'found'; readonly landing: number; readonly hasCulprit: boolean };

/** @param size How many threads are tried together, at least 1. */
export function beginSearch(size: number, onlyWhole = false): PrefixSearch {
  return { size, green: 0, reds: [], isConfirmed: false, onlyWhole };
}

export function nextStep({ size, green, reds, isConfirmed, onlyWhole }: PrefixSearch): NextStep {
  const red = reds.at(-1);
  if (isConfirmed || green === size) return { kind: 'found', landing: green, hasCulprit: isConfirmed };
  if (red === undefined) return { kind: 'check', prefix: size };
  if (onlyWhole && size > 1) return { kind: 'found', landing: 0, hasCulprit: false };
  return red - green === 1 ? { kind: 'confirm', prefix: red } : { kind: 'check', prefix: Math.floor((green + red) / 2) };
}

/** The search after the verdict on what `nextStep` asked for. */
export function afterVerdict(search: PrefixSearch, isGreen: boolean): PrefixSearch {
  const step = nextStep(search);
  if (step.kind === 'found') return search;
  if (isGreen) return { ...search, green: step.prefix, reds: search.reds.filter(red => red > step.prefix) };
  return step.kind === 'confirm' ? { ...search, isConfirmed: true } : { ...search, reds: [...search.reds, step.prefix] };
}

/** Threads that were taken from the queue at once. */
export type RoundTally = {
  readonly taken: number;
  /** How many of them the checks held back so far. */
  readonly heldBack: number;
  /** A search gave up, or something failed that is found out by trying each alone. */
  readonly isOneByOne: boolean;
};

/** From this share of bad threads on, one by one takes fewer validations (by simulation). */
const tooManyBad = 0.3;
const mostCulprits = 2;

/**
 * How the next of a round's threads are tried, at most `limit` of them at once. After two culprits the rest is checked once more as
 * a whole, and if that is red one by one; one by one from its beginning goes the round after one of several threads of which 30 %
 * were held back.
 */
export function nextTry(
  limit: number,
  round: RoundTally,
  before: Pick<RoundTally, 'taken' | 'heldBack'> | undefined,
): { readonly together: number; readonly onlyWhole: boolean } {
  const wasBad = before !== undefined && before.taken > 1 && before.heldBack / before.taken >= tooManyBad;
  return { together: wasBad || round.isOneByOne ? 1 : limit, onlyWhole: round.heldBack >= mostCulprits };
}
