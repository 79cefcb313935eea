import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '../../../src/common/clock';
import { silentLogger } from '../../../src/common/logger';
import { parseSettings } from '../../../src/domain/settings/parseSettings';
import { createRuntime } from '../../../src/runtime/createRuntime';
import { ReviewFixture } from '../../support/reviewFixture';
import { indexText, someStream } from '../../support/temporaryWork';
import { planText } from '../../support/workstreamText';
import { runWorkHere } from './workProcess';
import { isolatedHome } from '../../support/isolatedHome';
import { temporaryDirectory } from '../../support/temporaryDirectory';

const stream = '001-sample';

describe('work try and work undo-try', () => {
  it('bring a thread’s changes in and take them out again; agents may not, and what is in the way is named', async () => {
    const home = await temporaryDirectory();
    const fixture = await ReviewFixture.make({
      'a.txt': 'a\n',
      'work/index.json': indexText([someStream(stream)], stream),
      [`work/${stream}/PLAN.md`]: planText('01.01.01 Router'),
    });
    try {
      const { root } = fixture.repository;
      const { environment } = await isolatedHome({ folder: home.path, modelUrl: 'http://127.0.0.1:9/v1' });
      const work = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
        runWorkHere(args, root, { ...environment, ...env });
      const content = () => readFile(path.join(root, 'a.txt'), 'utf8');
      assert.match((await work(['try', '01.01.01'])).err, /Nothing was changed in 01\.01\.01 yet\./);
      await fixture.finish(await fixture.begin('01.01.01.01'), { 'a.txt': 'A\n' });

      const agent = await work(['try', '01.01.01'], { WORKSTREAM_ROLE: 'AGENT' });
      assert.equal(agent.code, 1);
      assert.match(agent.err, /Only a person may change their checkout/);
      const tried = await work(['try', '1.1.1']);
      assert.deepEqual(tried, {
        code: 0,
        out: '  a.txt\nThe changes of thread 01.01.01 are in your checkout, not committed. Take them out again with: work undo-try\n',
        err: '',
      });
      assert.equal(await content(), 'A\n');
      const undone = await work(['undo-try']);
      assert.equal(undone.out, 'The changes of thread 01.01.01 are out of your checkout again: 1 file is as before.\n');
      assert.equal(await content(), 'a\n');

      // Killed half-way: whoever opens the repository next puts it back, or the command does.
      const cutOff = async () => {
        assert.equal((await work(['try', '01.01.01'])).code, 0);
        const record = path.join(root, '.git', 'work-try', 'try.json');
        await writeFile(record, (await readFile(record, 'utf8')).replace('"state":"tried"', '"state":"writing"'));
      };
      await cutOff();
      let isTrusted = false;
      const { settings } = parseSettings({});
      const runtime = createRuntime({
        ...{ stateDirectory: path.join(home.path, 'state'), pluginFile: '', workScript: '', environment, settings: () => settings },
        ...{ clock: systemClock, logger: silentLogger, isTrusted: () => isTrusted },
      });
      try {
        assert.equal(await runtime.repository(root).finishTry(), undefined);
        assert.equal(await content(), 'A\n', 'nothing is written in a workspace that is not trusted');
        isTrusted = true;
        assert.equal((await runtime.repository(root).finishTry())?.thread, '01.01.01');
      } finally {
        runtime.dispose();
      }
      assert.equal(await content(), 'a\n');
      await cutOff();
      assert.equal((await work(['undo-try'])).out, 'The changes of thread 01.01.01 are out of your checkout again: 1 file is as before.\n');
      assert.equal(await content(), 'a\n');

      await writeFile(path.join(root, 'a.txt'), 'mine\n');
      const refused = await work(['try', '01.01.01']);
      assert.equal(refused.code, 1);
      assert.match(refused.err, /a\.txt is in the way: yours, and not committed\. Nothing was changed\./);
      assert.equal(await content(), 'mine\n');
      assert.equal((await work(['try'])).code, 2);
    } finally {
      await fixture.repository.dispose();
      await home.dispose();
    }
  });
});
