import type { JournalState } from '../../domain/journal/journalState';
import type { DriverHolder } from '../../domain/run/driverHolder';

/** Who drives the repository, this process included: undefined when nobody does; a holder that left no name has none. */
export type ReadDriver = () => Promise<{ readonly holder: DriverHolder | undefined } | undefined>;

/** Only then does it matter whether somebody drives. */
export const hasOpenRun = (journal: JournalState) => journal.runs.some(run => run.finishedAt === undefined);
