import type { RecoverableRun } from '../../domain/run/recoverableRun';
import type { WorkFiles } from '../files/workFiles';
import { journalFile, journalFolder } from '../journal/journalPaths';
import { readJournal } from '../journal/readJournal';
import type { ReadDriver } from '../model/driverPresence';

export type RecoverySources = {
  readonly files: Pick<WorkFiles, 'readIndex'>;
  readonly commonDir: () => Promise<string>;
  readonly readDriver: ReadDriver;
  /** This process runs batches of the repository. */
  readonly isDriving: () => boolean;
};

/** The open runs of a repository whose driver is dead, of each workstream the last one; none while anybody drives. Reads only. */
export async function readRecoverableRuns(sources: RecoverySources): Promise<readonly RecoverableRun[]> {
  const index = await sources.files.readIndex();
  if (index.kind !== 'ok') return [];
  const commonDir = await sources.commonDir().catch(() => undefined); // not a repository: nothing was ever run here
  if (commonDir === undefined) return [];
  const found: RecoverableRun[] = [];
  for (const { id } of index.value.streams) {
    const { state } = await readJournal(journalFile(journalFolder(commonDir, id)));
    const open = state.runs.findLast(run => run.finishedAt === undefined);
    if (!open) continue;
    const tasks = [...state.attempts.values()].filter(attempt => attempt.run === open.id && attempt.finishedAt === undefined);
    found.push({ stream: id, run: open.id, batch: open.batch, startedAt: open.startedAt, tasks: tasks.map(({ task }) => task) });
  }
  // Asked last, so that a run that began while journals were read counts as driven.
  return found.length === 0 || sources.isDriving() || (await sources.readDriver()) !== undefined ? [] : found;
}
