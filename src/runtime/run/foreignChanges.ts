import { foreignChange } from '../../domain/journal/eventWords';
import type { RunContext } from './runContext';

/** Journals and says which records of `work/` were changed by none of our programs since the last look; nothing is undone. */
export async function tellForeignChanges({ files, streamId, journal, observer, logger }: RunContext): Promise<void> {
  const tell = (file: string) => {
    const open = [...journal.state.attempts.values()].filter(({ finishedAt }) => finishedAt === undefined);
    const event = { file, attempts: open.map(({ id }) => id) };
    journal.append({ kind: 'file.changed', ...event });
    observer.notice(`${foreignChange(event)}.`);
  };
  try {
    await files.tellForeignRecords(streamId, tell);
  } catch (error) {
    logger.warn(`whether records of ${streamId} were changed is not known: ${String(error)}`);
  }
}
