import type { JournalState } from '../../domain/journal/journalState';
import { isUnmerged } from '../../domain/merge/unmerged';
import { ConflictForecast, type ThreadPlace } from '../forecast/conflictForecast';
import type { RunContext } from './runContext';

/**
 * Foresees conflicts between the threads of a run for as long as it lasts: at each end of a task, when something landed, and once a
 * minute. Written down when it changes, so that every window and the command line show the same, and it is gone with the run.
 */
export function foreseeConflicts({ git, journal, streamId, logger, driver, settings }: RunContext, run: string): { stop(): Promise<void> } {
  if (settings.isolation === 'none') return { stop: () => Promise.resolve() };
  const forecast = new ConflictForecast({
    git,
    streamId,
    logger,
    places: () => placesOf(journal.state, run),
    known: () => journal.state.foreseen,
    tell: conflicts => {
      if (!driver.lost.aborted) journal.append({ kind: 'conflicts.foreseen', run, conflicts: [...conflicts] });
    },
  });
  const watching = journal.onDidAppend(({ kind }) => {
    if (kind === 'attempt.finished' || kind === 'merge.landed') void forecast.look();
  });
  return {
    stop: () => {
      watching.dispose();
      return forecast.stop();
    },
  };
}

/** Where the work of each thread is that is not in yet: the worktree of its last attempt, which holds all of it. */
function placesOf({ runs, threads, attempts }: JournalState, run: string): readonly ThreadPlace[] {
  return (runs.find(({ id }) => id === run)?.threads ?? []).flatMap(thread => {
    const state = threads.get(thread);
    if (state?.run !== run || (state.merge !== undefined && !isUnmerged(state.merge))) return [];
    const last = [...attempts.values()].findLast(attempt => attempt.thread === thread && attempt.run === run);
    return last?.worktree === undefined ? [] : [{ thread, worktree: last.worktree }];
  });
}
