import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { JournalState } from '../../../../src/domain/journal/journalState';
import { readJournal } from '../../../../src/runtime/journal/readJournal';
import { projectRoot } from '../../../support/projectRoot';

const folder = path.join(projectRoot(), 'test', 'fixtures', 'journals');

/** As JSON tells it; maps as lists of their entries, so that their order counts. */
const recordable = ({ attempts, threads, effects, ...rest }: JournalState): Readonly<Record<string, unknown>> =>
  JSON.parse(JSON.stringify({ ...rest, attempts: [...attempts], threads: [...threads], effects: [...effects] })) as Record<string, unknown>;

/** Each was written by a released state of the program, with what that program made of it; neither is ever changed. */
describe('A journal of an older program', () => {
  for (const name of readdirSync(folder)) {
    it(`adds up to what that program made of it: ${name}`, async () => {
      const { state, events, ignored } = await readJournal(path.join(folder, name, 'journal.jsonl'));
      const recorded = JSON.parse(readFileSync(path.join(folder, name, 'state.json'), 'utf8')) as Record<string, unknown>;
      const now = recordable(state);
      assert.deepEqual(Object.fromEntries(Object.keys(recorded).map(key => [key, now[key]])), recorded);
      // What the program has learnt to keep since, an old journal says nothing of.
      for (const [key, value] of Object.entries(now)) if (!(key in recorded)) assert.deepEqual([key, value], [key, []]);
      assert.deepEqual(ignored, []);
      const lines = readFileSync(path.join(folder, name, 'journal.jsonl'), 'utf8').split('\n').length - 1;
      assert.equal(events.length, lines);
    });
  }
});
