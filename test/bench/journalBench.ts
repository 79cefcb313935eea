import { appendFileSync, closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../../src/common/clock';
import { silentLogger } from '../../src/common/logger';
import type { NewJournalEvent } from '../../src/domain/journal/events';
import { Journal } from '../../src/runtime/journal/journal';
import { temporaryDirectory } from '../support/temporaryDirectory';
import { compare } from './comparison';

const appends = 300;
const event = (number: number): NewJournalEvent => ({
  kind: 'attempt.messaged',
  attempt: `01.01.01.01#${number}`,
  by: 'work',
  text: 'asked for the missing report',
});

/** What a line that is on the disk, checked and folded costs, against a bare write with and without fsync. */
export async function benchJournal(rounds: number): Promise<string> {
  const folder = await temporaryDirectory('bench-journal-');
  let files = 0;
  const fresh = () => path.join(folder.path, `${(files += 1)}.jsonl`);
  const line = `${JSON.stringify({ v: 1, seq: 1, at: new Date().toISOString(), epoch: 1, ...event(1) })}\n`;
  try {
    return await compare(
      {
        title: `Journal: one event of ${appends}`,
        contenders: [
          {
            name: 'append to the journal',
            run: async () => {
              const journal = await Journal.open(fresh(), { clock: systemClock, epoch: 1, logger: silentLogger });
              for (let number = 1; number <= appends; number++) journal.append(event(number));
              journal.close();
              return appends;
            },
          },
          {
            name: 'write and fsync',
            run: () => {
              const file = openSync(fresh(), 'a');
              for (let number = 1; number <= appends; number++) {
                writeSync(file, line);
                fsyncSync(file);
              }
              closeSync(file);
              return appends;
            },
          },
          {
            name: 'append without fsync',
            run: () => {
              const file = fresh();
              for (let number = 1; number <= appends; number++) appendFileSync(file, line);
              return appends;
            },
          },
        ],
      },
      rounds,
    );
  } finally {
    await folder.dispose();
  }
}
