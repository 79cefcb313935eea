import { silentLogger } from '../../common/logger';
import type { Health } from '../../domain/monitor/health';
import type { Ask, WorkstreamSnapshot } from '../../domain/tree/nodes';
import { Coordination } from '../files/coordination';
import type { WorkFiles } from '../files/workFiles';
import { Git } from '../git/git';
import { journalFile, journalFolder } from '../journal/journalPaths';
import { readJournal } from '../journal/readJournal';
import { readCoordination } from './coordinationOfStream';
import { hasOpenRun, type ReadDriver } from './driverPresence';
import { joinWorkstream } from './joinWorkstream';

/**
 * One workstream as its files and its journal say right now, for a program that looks once; the current one when none is
 * named. `isDriven`: this process is carrying out its batches; otherwise another one may be.
 * @throws {FilesError} when there is no such workstream; {GitError} when this is no repository.
 */
export async function readWorkstreamSnapshot(
  files: WorkFiles,
  streamId: string | undefined,
  live: {
    readonly isDriven?: boolean;
    readonly asks?: readonly Ask[];
    readonly judged?: ReadonlyMap<string, Health>;
    readonly readDriver: ReadDriver;
  },
): Promise<WorkstreamSnapshot> {
  const record = await files.resolveStream(streamId);
  const commonDir = await new Git(files.root).commonDir();
  const folder = journalFolder(commonDir, record.id);
  const [read, { state }, coordination] = await Promise.all([
    files.readWorkstream(record),
    readJournal(journalFile(folder)),
    readCoordination(new Coordination(folder), silentLogger),
  ]);
  const isDriven = live.isDriven === true || (hasOpenRun(state) && (await live.readDriver()) !== undefined);
  return joinWorkstream(record, read, {
    journal: state,
    isDriven,
    asks: live.asks ?? [],
    health: { judged: live.judged ?? new Map(), now: Date.now() },
    coordination,
  });
}
