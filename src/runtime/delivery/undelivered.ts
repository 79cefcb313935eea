import { integrationBranch } from '../../domain/names';
import type { JournalState } from '../../domain/journal/journalState';
import type { Undelivered } from '../../domain/reports/completionConditions';
import type { Git } from '../git/git';

/** How many commits of the integration branch the user's branch lacks; where that is gone, those since the workstream began. */
export async function undelivered(git: Git, streamId: string, { runs }: Pick<JournalState, 'runs'>): Promise<Undelivered> {
  const [first] = runs;
  const branch = first?.branch ?? null;
  const tip = await git.resolve(`refs/heads/${integrationBranch(streamId)}`);
  if (!first || tip === undefined) return { branch, commits: 0 };
  const target = branch === null ? undefined : await git.resolve(`refs/heads/${branch}`);
  const known = target ?? (await git.resolve(first.base));
  const range = known === undefined ? [tip] : [tip, `^${known}`];
  const { stdout } = await git.run(['rev-list', '--count', '--no-merges', ...range, '--']);
  return { branch, commits: Number(stdout.trim()) };
}
