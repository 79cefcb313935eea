import assert from 'node:assert/strict';
import { runCommandLine } from '../../../src/cli/runCommandLine';
import { terminalIo, type TerminalIo } from '../../support/terminalIo';
import { planFixture, stream, type PlanFixture } from './planFixture';

describe('The commands that ask a person at the terminal', () => {
  let plan: PlanFixture;
  beforeEach(async () => {
    plan = await planFixture();
  });
  afterEach(() => plan.dispose());

  const person = (...answers: readonly string[]): TerminalIo => terminalIo({ cwd: plan.root, env: plan.environment, answers });
  const reportOf = async (id: string): Promise<string | undefined> => {
    const { tasks } = JSON.parse(await plan.read(`work/${stream}/tasks.json`)) as { tasks: { id: string; report?: string }[] };
    return tasks.find(task => task.id === id)?.report;
  };

  it('update asks for the report of a completed task', async () => {
    const io = person('  Tested it well.  ');
    assert.equal(await runCommandLine(['update', '--task', '01.01.01.02', '--status', 'completed'], io), 0);
    assert.deepEqual(io.questions, ['Report (one or two sentences): ']);
    assert.equal(await reportOf('01.01.01.02'), 'Tested it well.');
  });

  it('update asks nothing when the report is given or the task is not completed', async () => {
    const io = person('never read');
    await runCommandLine(['update', '--task', '01.01.01.02', '--status', 'completed', '--report', 'Given.'], io);
    await runCommandLine(['update', '--task', '01.01.02.01', '--status', 'in_progress'], io);
    assert.deepEqual(io.questions, []);
    assert.equal(await reportOf('01.01.01.02'), 'Given.');
  });

  it('update leaves the report that is there when the answer is empty', async () => {
    assert.equal(await runCommandLine(['update', '--task', '01.01.01.01', '--status', 'completed'], person('')), 0);
    assert.equal(await reportOf('01.01.01.01'), 'Wrote it.');
  });

  it('update asks only after it knows that the words are right', async () => {
    const io = person('never read');
    assert.equal(await runCommandLine(['update', '--task', '09.09.09.09', '--status', 'completed'], io), 1);
    assert.equal(await runCommandLine(['update', '--thread', '09.09.09', '--status', 'completed'], io), 1);
    assert.deepEqual(io.questions, []);
  });

  it('complete asks before it goes on with open tasks', async () => {
    const no = person('n');
    assert.equal(await runCommandLine(['complete'], no), 1);
    assert.deepEqual(no.questions, ['Complete anyway? [y/N]: ']);
    await assert.rejects(plan.read(`work/${stream}/COMPLETION.md`), { code: 'ENOENT' });
    assert.equal(await runCommandLine(['complete'], person('Y')), 0);
    assert.match(await plan.read(`work/${stream}/COMPLETION.md`), /^# /);
  });
});
