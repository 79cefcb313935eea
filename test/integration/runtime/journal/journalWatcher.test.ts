import assert from 'node:assert/strict';
import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { silentLogger } from '../../../../src/common/logger';
import type { JournalEvent } from '../../../../src/domain/journal/events';
import { Journal } from '../../../../src/runtime/journal/journal';
import { watchJournal, type JournalWatcher } from '../../../../src/runtime/journal/journalWatcher';
import { temporaryDirectory } from '../../../support/temporaryDirectory';
import { waitFor } from '../../../support/waitFor';

describe('watchJournal', () => {
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let file: string;
  const disposables: { dispose(): void }[] = [];
  const follow = async (interval?: number): Promise<{ watcher: JournalWatcher; heard: JournalEvent[] }> => {
    const watcher = await watchJournal(file, interval === undefined ? {} : { interval });
    const heard: JournalEvent[] = [];
    watcher.onDidChange(events => heard.push(...events));
    disposables.push(watcher);
    return { watcher, heard };
  };
  const drive = async (): Promise<(stage: string) => JournalEvent> => {
    const journal = await Journal.open(file, { clock: { now: () => 0 }, epoch: 1, logger: silentLogger });
    disposables.push({ dispose: () => journal.close() });
    return stage => journal.append({ kind: 'stage.approved', stage, by: 'user' });
  };
  const stages = (events: readonly JournalEvent[]) => events.map(event => event.kind === 'stage.approved' && event.stage);

  beforeEach(async () => {
    folder = await temporaryDirectory();
    file = path.join(folder.path, 'work', '001-a', 'journal.jsonl');
  });
  afterEach(async () => {
    for (const disposable of disposables.splice(0)) disposable.dispose();
    await folder.dispose();
  });

  it('lets two readers see every line that the driver appends, in order and once', async () => {
    const append = await drive();
    append('before');
    const first = await follow();
    const second = await follow();
    assert.equal(first.watcher.state.lastSeq, 1);
    const expected = Array.from({ length: 100 }, (_, index) => String(index));
    for (const stage of expected) {
      append(stage);
      if (Number(stage) % 10 === 0) await first.watcher.refresh();
    }
    for (const { heard, watcher } of [first, second]) {
      await waitFor('the last line', () => heard.length >= expected.length, { describe: () => stages(heard) });
      assert.deepEqual(stages(heard), expected);
      assert.equal(watcher.state.lastSeq, 101);
    }
  });

  it('waits for a journal whose folders do not exist yet', async () => {
    const { heard } = await follow(20);
    const append = await drive();
    append('01');
    await waitFor('the first line', () => heard.length > 0);
    append('02');
    await waitFor('the second line', () => heard.length > 1);
    assert.deepEqual(stages(heard), ['01', '02']);
  });

  it('takes a line in only when it is whole', async () => {
    const append = await drive();
    append('01');
    const { watcher, heard } = await follow();
    const line = JSON.stringify({ v: 1, seq: 2, at: '', epoch: 1, kind: 'stage.approved', stage: 'ü', by: 'user' });
    const bytes = Buffer.from(`${line}\n`);
    for (const byte of bytes) {
      assert.equal(heard.length, 0);
      await appendFile(file, Buffer.from([byte]));
      await watcher.refresh();
    }
    assert.deepEqual(stages(heard), ['ü']);
  });

  it('starts again when the file is replaced or gone', async () => {
    const append = await drive();
    append('01');
    append('02');
    const { watcher, heard } = await follow(20);
    await rm(file);
    await watcher.refresh();
    assert.equal(watcher.state.lastSeq, 0);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, `${JSON.stringify({ v: 1, seq: 1, at: '', epoch: 1, kind: 'stage.approved', stage: 'new', by: 'user' })}\n`);
    await waitFor('the new file', () => heard.length > 0);
    assert.deepEqual(stages(heard), ['new']);
  });

  it('is silent after it was disposed', async () => {
    const append = await drive();
    const { watcher, heard } = await follow();
    watcher.dispose();
    append('01');
    await watcher.refresh();
    assert.deepEqual(heard, []);
  });
});
