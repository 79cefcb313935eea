import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { runCommandLine } from '../../../src/cli/runCommandLine';
import { temporaryRepository, type TemporaryRepository } from '../../support/gitRepository';
import { terminalIo } from '../../support/terminalIo';
import { indexText, someStream, someTask, tasksText } from '../../support/temporaryWork';
import { planText } from '../../support/workstreamText';

const stream = '001-sample';

describe('A blocked task', () => {
  let repository: TemporaryRepository;
  beforeEach(async () => {
    repository = await temporaryRepository({
      files: {
        'work/index.json': indexText([someStream(stream)], stream),
        [`work/${stream}/PLAN.md`]: planText('01.01.01 Router', '01.02.01 Store', '01.02.02 Cache'),
        [`work/${stream}/tasks.json`]: tasksText(stream, [
          someTask('01.01.01.01', { name: 'Write the router', status: 'completed', report: 'Wrote it.' }),
          someTask('01.02.01.01', { name: 'Write the store', status: 'blocked', report: 'No database.' }),
          someTask('01.02.02.01', { name: 'Write the cache' }),
        ]),
      },
    });
  });
  afterEach(() => repository.dispose());

  const work = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const io = terminalIo({ cwd: repository.root, env: { PATH: process.env.PATH, ...env } });
    return { code: await runCommandLine(args, io), said: io.printed() };
  };
  const read = (name: string) => readFile(path.join(repository.root, 'work', stream, ...name.split('/')), 'utf8');
  const taskOf = async (id: string) => {
    const { tasks } = JSON.parse(await read('tasks.json')) as {
      tasks: readonly { id: string; status: string; name: string; breadcrumb?: string }[];
    };
    return tasks.find(task => task.id === id);
  };

  it('gets a thread that takes the hindrance out of the way, and waits for it; ids and the rest of the plan stay', async () => {
    const before = await read('PLAN.md');
    const { code, said } = await work(['blocker', '01.02.01.01', '--name', 'Start a database', '--what', 'Use `postgres`.']);
    assert.equal(code, 0, said);
    assert.match(said, /^Task 01\.02\.01\.01 was blocked: No database\.\nAdded thread 01\.02\.03\. Task 01\.02\.01\.01 is pending again/);
    const plan = await read('PLAN.md');
    assert.match(
      plan,
      /###### Thread 03: resolve-01\.02\.01\.01 Start a database\n[^#]*\*\*Depends on:\*\* 01\.01\n[^#]*No database\.\n[^#]*Use `postgres`\./,
    );
    const [waits = ''] = /\n\n\*\*Depends on:\*\* 01\.01, 01\.02\.03/.exec(plan) ?? [];
    const [added = ''] = /\n###### Thread 03[^]*?Use `postgres`\.\n/.exec(plan) ?? [];
    assert.equal(plan.replace(waits, '').replace(added, ''), before);
    assert.deepEqual((await taskOf('01.02.03.01'))?.name, 'resolve-01.02.01.01 Start a database');
    const task = await taskOf('01.02.01.01');
    assert.deepEqual([task?.status, task?.breadcrumb], ['pending', 'Waits for 01.02.03 resolve-01.02.01.01 Start a database.']);
    assert.equal((await work(['validate', 'plan'])).code, 0);
    const again = await work(['blocker', '01.02.01.01', '--name', 'Once more']);
    assert.deepEqual([again.code, again.said.includes('Task 01.02.01.01 is not blocked')], [1, true]);
  });

  it('gets another scope, in the plan and in the prompt of its next attempt', async () => {
    const { code, said } = await work(['scope', '01.02.01', '--note', 'Keep it in memory,\nwithout a database.']);
    assert.equal(code, 0, said);
    assert.match(await read('PLAN.md'), /\*\*Scope:\*\* Keep it in memory, without a database\.\n\n###### Thread 02: Cache/);
    assert.match(await promptsOf(repository.root), /\*\*Scope:\*\* Keep it in memory, without a database\./);
  });

  it('is a person’s to decide on, and nothing changes where the thread is not there or not blocked', async () => {
    const before = await read('PLAN.md');
    const refused: readonly [readonly string[], number, RegExp, Readonly<Record<string, string>>?][] = [
      [['blocker', '01.02.01.01', '--name', 'x'], 1, /PLAN\.md is for people to change/, { WORKSTREAM_ROLE: 'AGENT' }],
      [['scope', '01.02.01', '--note', 'x'], 1, /PLAN\.md is for people to change/, { WORKSTREAM_ROLE: 'AGENT' }],
      [['blocker', '01.02.02.01', '--name', 'x'], 1, /Task 01\.02\.02\.01 is not blocked/],
      [['blocker', '01.02.02', '--name', 'x'], 1, /Thread 01\.02\.02 has no task that is blocked/],
      [['blocker', '01.02.09.01', '--name', 'x'], 1, /Thread "01\.02\.09" not found/],
      [['blocker', '01.02', '--name', 'x'], 1, /Invalid ID format: 01\.02/],
      [['blocker', '--name', 'x'], 2, /say which task/],
      [['blocker', '01.02.01.01', '--name', 'x', '--agent', 'nobody'], 1, /Agent "nobody" not found/],
      [['blocker', '01.02.01.01', '--name', 'a <!-- b'], 1, /cannot be a name in PLAN\.md/],
    ];
    for (const [args, code, said, env] of refused) {
      const end = await work(args, env);
      assert.equal(end.code, code, end.said);
      assert.match(end.said, said);
    }
    assert.equal(await read('PLAN.md'), before);
    assert.equal((await taskOf('01.02.01.01'))?.status, 'blocked');
  });
});

/** Every prompt of the repository as one text. */
async function promptsOf(root: string): Promise<string> {
  const folder = path.join(root, 'work', stream, 'prompts');
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter(entry => entry.isFile());
  return (await Promise.all(files.map(({ parentPath, name }) => readFile(path.join(parentPath, name), 'utf8')))).join('\n');
}
