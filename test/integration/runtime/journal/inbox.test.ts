import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Journal } from '../../../../src/runtime/journal/journal';
import { dropNote, type InboxNote } from '../../../../src/runtime/journal/inbox';
import { journalFile, journalFolder } from '../../../../src/runtime/journal/journalPaths';
import { readJournal } from '../../../../src/runtime/journal/readJournal';
import { recordingLogger } from '../../../support/recordingLogger';
import { temporaryDirectory } from '../../../support/temporaryDirectory';

const reported = (task: string): InboxNote => ({ kind: 'task.reported', task, status: 'completed', report: 'Done.', by: 'agent' });

describe('the journal’s inbox', () => {
  let common: Awaited<ReturnType<typeof temporaryDirectory>>;
  let folder: string;
  let journal: Journal;
  const logger = recordingLogger();

  beforeEach(async () => {
    common = await temporaryDirectory();
    folder = journalFolder(common.path, '001-a');
    journal = await Journal.open(journalFile(folder), { clock: { now: () => 0 }, epoch: 1, logger });
  });
  afterEach(async () => {
    journal.close();
    await common.dispose();
  });

  it('is folded in the order of its notes, each of them once', async () => {
    const notes = Array.from({ length: 30 }, (_, index) => reported(String(index)));
    for (const note of notes) await dropNote(folder, note);
    const both = await Promise.all([journal.foldInbox(), journal.foldInbox()]);
    assert.deepEqual(both, [notes, []]);
    const { events } = await readJournal(journal.file);
    assert.deepEqual(
      events.map(event => event.kind === 'task.reported' && event.task),
      notes.map((_, index) => String(index)),
    );
    assert.deepEqual(await readdir(journal.inboxFolder), []);
  });

  it('loses no note of many writers at once', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, index) => dropNote(folder, reported(String(index)))));
    assert.equal((await journal.foldInbox()).length, 50);
  });

  it('is empty when nobody left a note', async () => assert.deepEqual(await journal.foldInbox(), []));

  it('keeps aside what is not a note, and folds the rest', async () => {
    await dropNote(folder, reported('1'));
    const bad = {
      'half.json': '{"kind":"task.rep',
      'null.json': 'null',
      'unknown.json': '{"kind":"stage.painted"}',
      'effect.json': '{"kind":"effect.done","effect":"merge","key":"x","evidence":null}',
      'extra.json': JSON.stringify({ ...reported('2'), colour: 'red' }),
    };
    for (const [name, text] of Object.entries(bad)) await writeFile(path.join(journal.inboxFolder, name), text);
    assert.deepEqual(await journal.foldInbox(), [reported('1')]);
    const aside = path.join(journal.inboxFolder, 'unreadable');
    const kept = (await readdir(aside)).sort();
    assert.deepEqual(
      kept.map(name => name.replace(/\.[0-9a-f]{8}$/, '')),
      Object.keys(bad).sort(),
    );
    const texts = await Promise.all(kept.map(name => readFile(path.join(aside, name), 'utf8')));
    assert.deepEqual(texts.sort(), Object.values(bad).sort());
    assert.equal(logger.lines.filter(line => /it is kept in .*unreadable/.test(line)).length, 5);
    assert.deepEqual(await journal.foldInbox(), []);
  });

  it('leaves half-written notes and what cannot be opened where they are', async () => {
    await mkdir(path.join(journal.inboxFolder, 'folder.json'), { recursive: true });
    await writeFile(path.join(journal.inboxFolder, 'x.json.part'), '{');
    assert.deepEqual(await journal.foldInbox(), []);
    assert.deepEqual((await readdir(journal.inboxFolder)).sort(), ['folder.json', 'x.json.part']);
  });

  it('keeps its notes when the journal takes no more', async () => {
    await dropNote(folder, reported('1'));
    journal.close();
    await assert.rejects(journal.foldInbox(), { name: 'JournalError', reason: 'closed' });
    assert.equal((await readdir(journal.inboxFolder)).length, 1);
  });
});
