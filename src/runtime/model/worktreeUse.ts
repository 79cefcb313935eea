import path from 'node:path';
import { integrationWorktreeName } from '../../domain/names';
import type { WorkFiles } from '../files/workFiles';
import { isSamePath, realPathOf } from '../git/paths';
import { journalFile, journalFolder } from '../journal/journalPaths';
import { readJournal } from '../journal/readJournal';
import { readNames } from './worktreeAttempts';

/**
 * What a batch that runs now does in the worktree, in words; undefined when it needs it no more. Only to be asked while somebody
 * drives: a batch that was cut off looks the same.
 * @param directory where our worktrees are, absolute
 */
export async function worktreeUse(
  files: Pick<WorkFiles, 'readIndex' | 'readTasks'>,
  { commonDir, directory, worktree }: { readonly commonDir: string; readonly directory: string; readonly worktree: string },
): Promise<string | undefined> {
  const wanted = await realPathOf(worktree);
  const ours = await realPathOf(directory);
  for (const stream of (await readNames(files)).tasks.keys()) {
    const { state } = await readJournal(journalFile(journalFolder(commonDir, stream)));
    const open = new Set(state.runs.filter(run => run.finishedAt === undefined).map(({ id }) => id));
    if (open.size > 0 && isSamePath(wanted, path.join(ours, integrationWorktreeName(stream)))) return `${stream} is merged`;
    for (const { task, thread, run, worktree: place } of state.attempts.values()) {
      const latest = state.threads.get(thread);
      const isOpen = open.has(run) && !(latest?.run === run && latest.finishedAt !== undefined);
      if (isOpen && place !== undefined && isSamePath(wanted, await realPathOf(place))) return `task ${task} is worked on`;
    }
  }
  return undefined;
}
