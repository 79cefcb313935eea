import * as z from 'zod';
import { count } from '../../common/text';
import { integrationBranch } from '../../domain/names';
import { expiredSnapshots } from '../../domain/worktrees/retention';
import type { Git } from '../git/git';
import { GitError } from '../git/gitError';
import { SnapshotError } from '../git/snapshotError';
import type { Snapshot } from '../git/snapshotRecord';
import { Snapshots } from '../git/snapshots';
import { outsideOf, withUncommitted } from '../git/snapshotWork';
import type { RunContext } from './runContext';

const day = 86_400_000;
const forgotten = z.object({});

export type ExpiryContext = Pick<RunContext, 'git' | 'effects' | 'clock' | 'logger'> & {
  readonly settings: Pick<RunContext['settings'], 'snapshots'>;
  readonly observer: Pick<RunContext['observer'], 'notice'>;
};

/**
 * Forgets the snapshots that the settings let go (`work.snapshots`): merged work alone, each in the journal. What cannot be
 * forgotten now is looked at again by the next driver.
 */
export async function expireSnapshots({ git, settings, effects, observer, clock, logger }: ExpiryContext): Promise<void> {
  const { maximumCount, maximumDays } = settings.snapshots;
  const snapshots = new Snapshots(git, { clock, logger });
  const all = await withMerged(git, await snapshots.list());
  let gone = 0;
  for (const snapshot of expiredSnapshots(all, clock.now(), { count: maximumCount, age: maximumDays * day })) {
    const { ref, id } = snapshot;
    try {
      await effects.run(
        'removal',
        `${ref}@${id}`,
        { snapshot: ref, commit: id },
        async () => {
          await snapshots.forget([snapshot]);
          return {};
        },
        { schema: forgotten, settle: async () => ((await git.resolve(ref)) === id ? undefined : {}) },
      );
      gone++;
    } catch (error) {
      if (!(error instanceof GitError || error instanceof SnapshotError)) throw error;
      logger.warn(`${ref} was kept for now: ${error.message}`);
    }
  }
  if (gone > 0) {
    observer.notice(`${count(gone, 'snapshot')} of merged work ${gone === 1 ? 'was' : 'were'} forgotten, as work.snapshots asks for.`);
  }
}

/** With `unmerged` as retention means it: in neither their workstream's integration branch nor the user's branch, or not committed. */
async function withMerged(git: Git, snapshots: readonly Snapshot[]): Promise<readonly Snapshot[]> {
  const uncommitted = await withUncommitted(git, snapshots);
  const checkedOut = (await git.head()).sha;
  const outside = new Set<string>();
  for (const stream of new Set(snapshots.map(each => each.stream))) {
    const own = snapshots.filter(each => each.stream === stream);
    const merged = await git.resolve(`refs/heads/${integrationBranch(stream)}`);
    const tips = [checkedOut, merged].filter(tip => tip !== undefined);
    const heads = own.flatMap(({ head }) => head ?? []);
    const missing = await outsideOf(git, heads, tips);
    for (const { ref, head } of own) if (head === null || missing.has(head)) outside.add(ref);
  }
  return snapshots.map(snapshot => ({ ...snapshot, unmerged: outside.has(snapshot.ref) || uncommitted.has(snapshot.ref) }));
}
