import { stat } from 'node:fs/promises';
import path from 'node:path';
import { detectEra, readOnlyReason } from '../../domain/files/era';
import { FilesError, missingFolder } from './filesError';
import type { FilesContext } from './filesContext';
import { eraEvidence } from './readWorkstream';
import { readStateFile, tasksFile, threadsFile } from './stateFile';

/**
 * That a workstream's folder may be written to.
 * @throws FilesError `missing` without a folder, `read-only` for a format that is only shown, `invalid` when it leads out of `work/`.
 */
export async function assertWritable({ folder }: FilesContext, streamId: string): Promise<void> {
  const own = folder.stream(streamId);
  if ((await stat(own).catch(() => undefined))?.isDirectory() !== true) {
    throw missingFolder(streamId, own);
  }
  await folder.confine(own);
  const [tasks, threads, evidence] = await Promise.all([
    readStateFile(path.join(own, 'tasks.json'), tasksFile),
    readStateFile(path.join(own, 'threads.json'), threadsFile),
    eraEvidence(folder.path, own),
  ]);
  const era = detectEra({
    ...evidence,
    tasks: tasks.kind === 'ok' ? tasks.value : [],
    threads: threads.kind === 'ok' ? threads.value : undefined,
  });
  const reason = readOnlyReason(era);
  if (reason !== undefined) throw new FilesError('read-only', reason, { file: own });
}
