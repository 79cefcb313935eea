import assert from 'node:assert/strict';
import { appendFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { writeSync } from 'node:fs';
import path from 'node:path';
import { silentLogger } from '../../../../src/common/logger';
import type { JournalEvent, NewJournalEvent } from '../../../../src/domain/journal/events';
import { Journal, type JournalOptions } from '../../../../src/runtime/journal/journal';
import { readJournal } from '../../../../src/runtime/journal/readJournal';
import { recordingLogger } from '../../../support/recordingLogger';
import { temporaryDirectory } from '../../../support/temporaryDirectory';

const clock = { now: () => Date.UTC(2026, 0, 20) };
const approved = (stage: string): NewJournalEvent => ({ kind: 'stage.approved', stage, by: 'user' });

describe('Journal', () => {
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let file: string;
  const opened: Journal[] = [];
  const openJournal = async (options: Partial<JournalOptions> = {}) => {
    const journal = await Journal.open(file, { clock, epoch: 1, logger: silentLogger, ...options });
    opened.push(journal);
    return journal;
  };

  beforeEach(async () => {
    folder = await temporaryDirectory();
    file = path.join(folder.path, 'work', '001-ü x', 'journal.jsonl');
  });
  afterEach(async () => {
    for (const journal of opened.splice(0)) journal.close();
    await folder.dispose();
  });

  it('writes one line for an event, with its place, time and driver, and tells who listens', async () => {
    const journal = await openJournal({ epoch: 3 });
    const heard: JournalEvent[] = [];
    journal.onDidAppend(event => heard.push(event));
    const event = journal.append(approved('01'));
    assert.equal(
      await readFile(file, 'utf8'),
      '{"v":1,"seq":1,"at":"2026-01-20T00:00:00.000Z","epoch":3,"kind":"stage.approved","stage":"01","by":"user"}\n',
    );
    assert.deepEqual(heard, [event]);
    assert.equal(journal.state.lastSeq, 1);
  });

  it('goes on where the last driver ended', async () => {
    const first = await openJournal();
    first.append(approved('01'));
    first.append(approved('02'));
    first.close();
    const second = await openJournal({ epoch: 2 });
    assert.equal(second.state.lastSeq, 2);
    assert.equal(second.append(approved('03')).seq, 3);
    const { events, ignored } = await readJournal(file);
    assert.deepEqual([events.map(({ seq, epoch }) => [seq, epoch]), ignored], [[[1, 1], [2, 1], [3, 2]], []]); // prettier-ignore
  });

  it('has the same state live and replayed', async () => {
    const journal = await openJournal();
    journal.append({ kind: 'run.started', run: 'r', batch: '01.01', threads: [], isolation: 'task', base: 'b', branch: null });
    journal.append({ kind: 'effect.intended', effect: 'setup', key: 'x/setup', intent: { path: '/ü' } });
    journal.append({ kind: 'effect.done', effect: 'setup', key: 'x/setup', evidence: null });
    assert.deepEqual((await readJournal(file)).state, journal.state);
  });

  it('reads an absent journal as an empty one', async () => {
    assert.deepEqual((await readJournal(file)).events, []);
  });

  it('sets a torn last line aside, however much of it was written', async () => {
    const journal = await openJournal();
    journal.append(approved('01'));
    journal.append(approved('Stage Zwölf 🚀'));
    journal.close();
    const bytes = await readFile(file);
    const start = bytes.indexOf('\n') + 1;
    for (let length = start; length < bytes.length; length++) {
      await rm(path.dirname(file), { recursive: true });
      await mkdir(path.dirname(file));
      await writeFile(file, bytes.subarray(0, length));
      const again = await openJournal();
      assert.equal(again.state.lastSeq, 1);
      assert.equal(again.append(approved('02')).seq, 2);
      again.close();
      assert.equal((await readJournal(file)).events.length, 2);
      const names = (await readdir(path.dirname(file))).filter(name => name !== 'journal.jsonl');
      assert.deepEqual(names, length === start ? [] : ['journal.torn-1.txt']);
      if (length > start) {
        assert.deepEqual(await readFile(path.join(path.dirname(file), 'journal.torn-1.txt')), bytes.subarray(start, length));
      }
    }
  });

  it('keeps every torn line it ever met', async () => {
    for (const torn of ['first', '\0\0\0']) {
      const journal = await openJournal();
      journal.append(approved('01'));
      journal.close();
      await appendFile(file, torn);
    }
    const logger = recordingLogger();
    (await openJournal({ logger })).close();
    assert.equal(await readFile(path.join(path.dirname(file), 'journal.torn-1.txt'), 'utf8'), 'first');
    assert.equal(await readFile(path.join(path.dirname(file), 'journal.torn-2.txt'), 'utf8'), '\0\0\0');
    assert.match(
      logger.lines.join('\n'),
      /warn: The last line of .*journal\.jsonl had not been written whole; it is kept in .*torn-2\.txt\./,
    );
  });

  it('ignores lines it cannot use, says which, leaves them where they are and never gives their places again', async () => {
    await mkdir(path.dirname(file), { recursive: true });
    const line = (seq: number, epoch: number, change: object = {}) =>
      `${JSON.stringify({ v: 1, seq, at: '', epoch, kind: 'stage.approved', stage: String(seq), by: 'user', ...change })}\n`;
    const content = `${line(1, 2)}rubbish \0 \n\n${line(2, 1)}${line(3, 2, { kind: 'stage.painted' })}`;
    await writeFile(file, content);
    const logger = recordingLogger();
    const journal = await openJournal({ epoch: 2, logger });
    assert.equal(journal.append(approved('02')).seq, 4);
    const read = await readJournal(file);
    assert.deepEqual(
      read.events.map(({ seq }) => seq),
      [1, 4],
    );
    assert.deepEqual(read.ignored, [
      { line: 2, reason: 'unreadable' },
      { line: 3, reason: 'unreadable' },
      { line: 4, reason: 'superseded', event: 'stage.approved' },
      { line: 5, reason: 'unknown', event: 'stage.painted' },
    ]);
    assert.deepEqual(journal.ignored, read.ignored);
    assert.equal(logger.lines.length, 4);
    assert.match(logger.lines.join('\n'), /journal\.jsonl: line 2 cannot be read: it is damaged, or not ours; it is kept and passed over/);
    assert.ok((await readFile(file, 'utf8')).startsWith(content));
  });

  it('reads lines longer than a read of the file', async () => {
    const journal = await openJournal();
    const long = 'ä'.repeat(300_000);
    journal.append(approved(long));
    journal.append(approved('02'));
    const { events } = await readJournal(file);
    assert.deepEqual(
      events.map(event => event.kind === 'stage.approved' && event.stage.length),
      [300_000, 2],
    );
  });

  it('goes on behind the last line of a driver that did not know yet that it was replaced', async () => {
    const journal = await openJournal({ epoch: 2 });
    journal.append(approved('01'));
    const late = `${JSON.stringify({ v: 1, seq: 2, at: '', epoch: 1, kind: 'stage.approved', stage: 'late', by: 'user' })}\n`;
    await appendFile(file, late);
    journal.append(approved('02'));
    const { events, ignored } = await readJournal(file);
    assert.deepEqual(
      events.map(event => event.kind === 'stage.approved' && event.stage),
      ['01', '02'],
    );
    assert.deepEqual(ignored, [{ line: 2, reason: 'superseded', event: 'stage.approved' }]);
    await appendFile(file, late.replace('"epoch":1', '"epoch":2'));
    assert.throws(() => journal.append(approved('03')), { reason: 'not-alone' });
  });

  it('refuses a driver that a later one has replaced', async () => {
    const journal = await openJournal({ epoch: 5 });
    journal.append(approved('01'));
    journal.close();
    await assert.rejects(openJournal({ epoch: 4 }), { name: 'JournalError', reason: 'superseded' });
  });

  it('refuses an event that could not be read back, and goes on', async () => {
    const journal = await openJournal();
    const broken: NewJournalEvent = { kind: 'attempt.finished', attempt: 'a', outcome: 'completed', cost: NaN };
    assert.throws(() => journal.append(broken), { name: 'JournalError', reason: 'invalid-event' });
    assert.equal(journal.append(approved('01')).seq, 1);
  });

  it('takes a short write back and refuses everything after it', async () => {
    for (const short of [0, 1, 20]) {
      let full = false;
      const journal = await openJournal({ write: (descriptor, bytes) => writeSync(descriptor, full ? bytes.subarray(0, short) : bytes) });
      journal.append(approved('01'));
      const before = await readFile(file);
      full = true;
      assert.throws(() => journal.append(approved('02')), { name: 'JournalError', reason: 'write-failed' });
      full = false;
      assert.throws(() => journal.append(approved('03')), { name: 'JournalError', reason: 'write-failed' });
      assert.deepEqual(await readFile(file), before);
      assert.equal(journal.state.lastSeq, (await readJournal(file)).state.lastSeq);
      journal.close();
    }
  });

  it('names the cause when a write throws', async () => {
    const journal = await openJournal({
      write: () => {
        throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      },
    });
    assert.throws(() => journal.append(approved('01')), /cannot be continued: ENOSPC: no space left on device\. No further step is taken/);
    assert.equal((await readFile(file)).length, 0);
  });

  it('refuses to append behind somebody else’s line, and cuts nothing off', async () => {
    const journal = await openJournal();
    journal.append(approved('01'));
    await appendFile(file, 'their line\n');
    assert.throws(() => journal.append(approved('02')), { name: 'JournalError', reason: 'not-alone' });
    assert.match(await readFile(file, 'utf8'), /their line\n$/);
  });

  it('refuses to append to a file that was removed', async () => {
    const journal = await openJournal();
    journal.append(approved('01'));
    await rename(file, `${file}.bak`);
    await rm(`${file}.bak`);
    assert.throws(() => journal.append(approved('02')), { name: 'JournalError', reason: 'not-alone' });
  });

  it('says so when the journal cannot be opened', async () => {
    await mkdir(file, { recursive: true });
    await assert.rejects(openJournal(), { name: 'JournalError', reason: 'inaccessible' });
    await assert.rejects(readJournal(file), { name: 'JournalError', reason: 'inaccessible' });
  });

  it('takes nothing after it was closed', async () => {
    const journal = await openJournal();
    journal.close();
    journal.close();
    assert.throws(() => journal.append(approved('01')), { name: 'JournalError', reason: 'closed' });
  });
});
