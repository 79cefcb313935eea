import { stageReach, type PlacedMerge, type StageReach } from '../../domain/delivery/stageReach';
import type { Git } from '../git/git';
import { journalFile } from '../journal/journalPaths';
import { readJournal } from '../journal/readJournal';

export type Reach = Pick<StageReach, 'along' | 'held'> & {
  /** Undefined when there is nothing of the stage that the user's branch lacks. */
  readonly commit: string | undefined;
};

/**
 * The commit of the integration branch (at `tip`) that delivers a stage to the user's branch (at `before`), without the merged work
 * of later stages as far as it came in later. Each such commit was checked itself.
 */
export async function reachOf(
  git: Git,
  journalFolder: string,
  { tip, before, stage }: { readonly tip: string; readonly before: string; readonly stage: string },
): Promise<Reach> {
  const all = { commit: tip, along: [], held: [] };
  const { events } = await readJournal(journalFile(journalFolder));
  const landed = events.flatMap(event => (event.kind === 'merge.landed' ? [event] : []));
  if (!landed.some(({ thread }) => Number(thread.split('.', 1)[0]) > Number(stage))) return all;
  const line = await revisions(git, ['--first-parent', '--reverse', tip, `^${before}`]);
  const merges: PlacedMerge[] = [];
  for (const { thread, commit } of landed) {
    if ((await git.resolve(commit)) === undefined || (await git.isAncestor(commit, before))) continue; // gone, or delivered
    const position = await positionOf(git, line, commit, tip);
    if (position >= 0) merges.push({ thread, position });
  }
  const { end, along, held } = stageReach(line.length, merges, Number(stage));
  return { commit: line[end], along, held };
}

/** Where on the line a commit came in: threads that landed together came in with the commit that joins them. -1 for others. */
async function positionOf(git: Git, line: readonly string[], commit: string, tip: string): Promise<number> {
  const descendants = new Set([commit, ...(await revisions(git, ['--ancestry-path', tip, `^${commit}`]))]);
  return line.findIndex(each => descendants.has(each));
}

async function revisions(git: Git, args: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await git.run(['rev-list', ...args, '--']);
  return stdout.split('\n').filter(line => line !== '');
}
