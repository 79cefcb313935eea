import assert from 'node:assert/strict';
import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import { silentLogger } from '../../../../src/common/logger';
import { Journal } from '../../../../src/runtime/journal/journal';
import { Effects } from '../../../../src/runtime/run/effects';
import { temporaryDirectory } from '../../../support/temporaryDirectory';

const clock = { now: () => 0 };

describe('Effects over a journal on the disk', () => {
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  const opened: Journal[] = [];
  const start = async () => {
    const journal = await Journal.open(path.join(folder.path, 'journal.jsonl'), { clock, epoch: 1, logger: silentLogger });
    opened.push(journal);
    return new Effects(journal);
  };
  beforeEach(async () => (folder = await temporaryDirectory()));
  afterEach(async () => {
    for (const journal of opened.splice(0)) journal.close();
    await folder.dispose();
  });

  it('are done once over three processes: one that dies in the act, one that settles it, one that only reads', async () => {
    let acts = 0;
    const started = new Promise<void>(resolve => {
      void start().then(effects =>
        effects.run('session', 'a/session', { title: 't' }, () => {
          acts++;
          resolve();
          return new Promise<never>(() => undefined);
        }),
      );
    });
    await started;
    await appendFile(path.join(folder.path, 'journal.jsonl'), '{"v":1,"seq":2,"kind":"effect.do'); // the end of its last line never came
    const act = () => Promise.reject(new Error('acted'));
    const second = await (
      await start()
    ).run('session', 'a/session', { title: 'other' }, act, { settle: ({ title }) => Promise.resolve({ found: title }) });
    const third = await (await start()).run('session', 'a/session', { title: 'other' }, act);
    assert.deepEqual([acts, second, third], [1, { found: 't' }, { found: 't' }]);
  });
});
