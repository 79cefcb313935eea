export type SnapshotErrorReason = 'unreadable' | 'too-large' | 'changing' | 'damaged' | 'not-a-worktree' | 'unknown-snapshot' | 'no-place';

/** Why a worktree's content could not be kept, or not be brought back. The message is a sentence for people. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';

  constructor(
    readonly reason: SnapshotErrorReason,
    message: string,
    /** What it is about, relative to the worktree, with `/`. */
    readonly paths: readonly string[] = [],
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

const shown = 10;

/** Names for a sentence: the first ten, and how many more there are. */
export function nameSome(paths: readonly string[]): string {
  const more = paths.length - shown;
  return `${paths.slice(0, shown).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
