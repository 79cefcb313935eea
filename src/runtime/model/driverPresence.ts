import path from 'node:path';
import { check } from 'proper-lockfile';
import type { JournalState } from '../../domain/journal/journalState';

/** Whether some process holds the lock of this repository's driver. A lock that nobody refreshes counts as given up. */
export async function hasDriver(commonDir: string): Promise<boolean> {
  try {
    return await check(path.join(commonDir, 'work', 'driver'), { realpath: false, stale: 10_000 });
  } catch {
    return false; // we cannot see a driver: nothing is shown as running without evidence
  }
}

/** Only then does it matter whether somebody drives. */
export const hasOpenRun = (journal: JournalState) => journal.runs.some(run => run.finishedAt === undefined);
