import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runCommandLine } from '../../../src/cli/runCommandLine';
import { temporaryRepository, type TemporaryRepository } from '../../support/gitRepository';
import { terminalIo } from '../../support/terminalIo';
import { indexText, someStream, someTask, tasksText } from '../../support/temporaryWork';
import { planText } from '../../support/workstreamText';

const stream = '001-sample';

describe('work aar', () => {
  let repository: TemporaryRepository;
  before(async () => {
    repository = await temporaryRepository({
      files: {
        'work/index.json': indexText([someStream(stream)], stream),
        [`work/${stream}/PLAN.md`]: planText('01.01.01 Router', '02.01.01 Store'),
        [`work/${stream}/tasks.json`]: tasksText(stream, [
          someTask('01.01.01.01', { name: 'Write the router', status: 'completed', report: 'Wrote it.' }),
          someTask('02.01.01.01', { name: 'Write the store', status: 'blocked', report: 'No database.' }),
        ]),
      },
    });
  });
  after(() => repository.dispose());

  const work = async (...args: readonly string[]) => {
    const io = terminalIo({ cwd: repository.root, env: { PATH: process.env.PATH } });
    return { code: await runCommandLine(['aar', ...args], io), said: io.printed().trim() };
  };

  it('writes a review of a stage or of the whole workstream, and never over one that is there', async () => {
    const one = await work('--stage', '2');
    assert.equal(one.code, 0, one.said);
    assert.match(one.said, /^work[/\\]001-sample[/\\]aar[/\\]stage-02-[a-z0-9-]+\.md$/);
    const file = path.join(repository.root, one.said);
    assert.match(
      await readFile(file, 'utf8'),
      /^# AAR: .*\n[^]*1\. Decide on 02\.01\.01\.01 Write the store, which is blocked: No database\.\n$/,
    );
    assert.doesNotMatch(await readFile(file, 'utf8'), /1 of/);
    await writeFile(file, 'Mine.\n');
    const again = await work('--stage', '2');
    assert.deepEqual([again.code, again.said.includes('is there already')], [1, true]);
    assert.equal(await readFile(file, 'utf8'), 'Mine.\n');

    const all = await work('--milestone', 'First ../release');
    assert.match(all.said, /^work[/\\]001-sample[/\\]aar[/\\]\d{4}-\d\d-\d\d-first-release\.md$/);
    assert.match(
      await readFile(path.join(repository.root, all.said), 'utf8'),
      /^# AAR: First \.\.\/release\n[^]*- 1 of 2 tasks completed\.\n/,
    );
    assert.equal((await work('--stage', '9')).code, 1);
  });
});
