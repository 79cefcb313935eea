import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { journalFile } from '../journal/journalPaths';
import { readJournal } from '../journal/readJournal';

/** The highest driver's number in any journal of the repository: claims that were deleted must not begin below it. */
export async function highestEpoch(commonDir: string): Promise<number> {
  const folder = path.join(commonDir, 'work');
  const names = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const epochs = await Promise.all(
    names
      .filter(entry => entry.isDirectory())
      .map(async ({ name }) => (await readJournal(journalFile(path.join(folder, name)))).state.epoch),
  );
  return Math.max(0, ...epochs);
}
