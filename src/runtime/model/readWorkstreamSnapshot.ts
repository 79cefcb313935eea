import { buildWorkstream } from '../../domain/tree/buildWorkstream';
import type { Ask, WorkstreamSnapshot } from '../../domain/tree/nodes';
import { Git } from '../git/git';
import type { WorkFiles } from '../files/workFiles';
import { journalFile, journalFolder } from '../journal/journalPaths';
import { readJournal } from '../journal/readJournal';

/**
 * One workstream as its files and its journal say right now, for a program that looks once. `isDriven` says whether this
 * process is carrying out its batches.
 * @throws {FilesError} when there is no such workstream.
 */
export async function readWorkstreamSnapshot(files: WorkFiles, streamId?: string, live: { readonly isDriven?: boolean; readonly asks?: readonly Ask[] } = {}): Promise<WorkstreamSnapshot> {
  const record = await files.resolveStream(streamId);
  const [read, journal] = await Promise.all([files.readWorkstream(record), readJournal(journalFile(journalFolder(await new Git(files.root).commonDir(), record.id)))]);
  return buildWorkstream({
    record,
    folder: read.folder,
    plan: read.plan,
    planHash: read.planHash,
    tasks: read.tasks.kind === 'ok' ? read.tasks.value : [],
    threads: read.threads.kind === 'ok' ? read.threads.value : [],
    era: read.era,
    journal: journal.state,
    isDriven: live.isDriven ?? false,
    asks: live.asks ?? [],
    problems: read.problems,
  });
}
