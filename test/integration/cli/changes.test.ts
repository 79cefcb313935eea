import assert from 'node:assert/strict';
import { chmod, mkdir, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runCommandLine } from '../../../src/cli/runCommandLine';
import { parsePlan } from '../../../src/domain/plan/parsePlan';
import { terminalIo } from '../../support/terminalIo';
import { agentsText } from '../../support/workstreamText';
import { planFixture, stream, type PlanFixture } from './planFixture';

describe('The commands that add to a plan', () => {
  let plan: PlanFixture;
  beforeEach(async () => {
    plan = await planFixture();
  });
  afterEach(() => plan.dispose());

  const file = `work/${stream}/PLAN.md`;
  async function work(...args: readonly string[]): Promise<{ readonly code: number; readonly printed: string }> {
    const io = terminalIo({ cwd: plan.root, env: plan.environment });
    return { code: await runCommandLine(args, io), printed: io.printed() };
  }
  const writePlan = (text: string) => writeFile(path.join(plan.root, ...file.split('/')), text);
  const taskOf = async (id: string): Promise<Readonly<Record<string, unknown>>> => {
    const { tasks } = JSON.parse(await plan.read(`work/${stream}/tasks.json`)) as { tasks: Record<string, unknown>[] };
    return tasks.find(task => task.id === id) ?? {};
  };
  const threadIds = async () =>
    (parsePlan(await plan.read(file)).plan?.stages ?? []).flatMap(stage =>
      stage.batches.flatMap(batch => batch.threads.map(thread => thread.id)),
    );

  it('fix --batch puts a batch into the stage, with a task and a prompt for its agent, and leaves the rest as it was', async () => {
    await writeFile(path.join(plan.root, 'work', 'agents.yaml'), agentsText('writer'));
    const before = await plan.read(file);
    const args = ['fix', '--stage', '1', '--batch', '--name', 'login', '--what', 'Sessions end too early.', '--where', 'src/login.ts'];
    assert.deepEqual(await work(...args, '--agent', 'writer'), {
      code: 0,
      printed: 'Added batch 01.02 Fix - login\nRun it: work multi --batch 01.02\n',
    });
    const added =
      '##### Batch 02: Fix - login\n\n###### Thread 01: login\n\n**Summary:** A person reviewed this stage and asks for changes: login\n\n' +
      '**Details:**\n\nSessions end too early.\n\nIt is about:\n\n- src/login.ts\n\n';
    assert.equal((await plan.read(file)).replace(added, ''), before);
    const { name, batch_name, status, assigned_agent } = await taskOf('01.02.01.01');
    assert.deepEqual([name, batch_name, status, assigned_agent], ['login', 'Fix - login', 'pending', 'writer']);
    const prompt = await plan.read(`work/${stream}/prompts/01-stage-01/02-fix---login/login.md`);
    assert.match(prompt, /Sessions end too early\.\nIt is about:\n- src\/login\.ts/);
    assert.match(prompt, /- \[ \] 01\.02\.01\.01 login/);
  });

  it('fix refuses a place that reads as a thread or a task of the plan and is none', async () => {
    const before = await plan.read(file);
    for (const [where, what] of [
      ['09.09.09', 'Thread "09.09.09"'],
      ['1.1.1.7 Router', 'Task "1.1.1.7"'],
    ] as const) {
      const { code, printed } = await work('fix', '--stage', '1', '--name', 'login', '--where', 'src/1.2.3.ts', '--where', where);
      assert.equal(code, 1);
      assert.ok(printed.includes(`${what} not found in the plan of workstream "${stream}"`), printed);
    }
    assert.equal(await plan.read(file), before);
  });

  it('fix adds a stage behind the last, which reports count as one fix iteration', async () => {
    assert.deepEqual(await work('fix', '--stage', 'Stage 01', '--name', 'critical'), {
      code: 0,
      printed: 'Added stage 03 Fix - critical\nRun it: work multi --batch 03.01\n',
    });
    assert.deepEqual(await threadIds(), ['01.01.01', '01.01.02', '02.01.01', '03.01.01']);
    await work('complete', '--force');
    assert.match(await plan.read(`work/${stream}/COMPLETION.md`), /^- Fix Iterations: 1$/m);
  });

  it('fix --batch is refused for a stage that is approved, with what to do instead', async () => {
    await work('approve', 'stage', '1', '--force');
    const before = await plan.read(file);
    assert.deepEqual(await work('fix', '--stage', '1', '--batch', '--name', 'x'), {
      code: 1,
      printed:
        'Error: Stage 1 is approved: what is to be changed in it becomes a stage of its own. Leave --batch out, or take the approval back: work approve stage 1 --revoke\n',
    });
    assert.equal(await plan.read(file), before);
  });

  it('add-stage, add-batch and add-thread number what they add, and say how to go on', async () => {
    assert.deepEqual(await work('add-stage', '--name', 'Release', '--definition', 'It is out.'), {
      code: 0,
      printed: 'Added stage 03 Release\n',
    });
    assert.deepEqual(await work('add-batch', '--stage', 'release', '--name', 'Package', '--summary', 'All of it.'), {
      code: 0,
      printed: `Added batch 03.01 Package\nDescribe its thread in work/${stream}/PLAN.md, then: work prompt --stage 3\n`,
    });
    assert.deepEqual(await work('add-batch', '--stage', '1', '--name', 'More', '--thread', 'Cache', '--details', 'In memory.'), {
      code: 0,
      printed: 'Added batch 01.02 More\n',
    });
    assert.deepEqual(await work('add-thread', '--batch', '1.2', '--name', 'Metrics'), {
      code: 0,
      printed: 'Added thread 01.02.02 Metrics\n',
    });
    assert.deepEqual(await threadIds(), ['01.01.01', '01.01.02', '01.02.01', '01.02.02', '02.01.01', '03.01.01']);
    assert.equal((await taskOf('01.02.02.01')).name, 'Metrics');
    assert.deepEqual(await taskOf('03.01.01.01'), {});
    const [, , third] = parsePlan(await plan.read(file)).plan?.stages ?? [];
    assert.deepEqual([third?.definition, third?.batches[0]?.summary], ['It is out.', 'All of it.']);
  });

  it('an approval stays, and whoever changes the plan is told that it is another one', async () => {
    await work('approve', 'plan');
    assert.match(
      (await work('add-stage', '--name', 'Release')).printed,
      /^The plan was modified since it was approved\. Read it, then: work approve plan$/m,
    );
    assert.match(await plan.read('work/index.json'), /"status": "approved"/);
  });

  it('assign gives the open tasks of a thread, or one task, to an agent', async () => {
    await writeFile(path.join(plan.root, 'work', 'agents.yaml'), agentsText('writer'));
    assert.deepEqual(await work('assign', '--thread', '1.1.1', '--agent', 'writer'), { code: 0, printed: '01.01.01.02 @writer\n' });
    assert.equal((await taskOf('01.01.01.01')).assigned_agent, undefined);
    assert.equal((await taskOf('01.01.01.02')).assigned_agent, 'writer');
    assert.deepEqual(await work('assign', '--task', '01.01.02.01', '--agent', 'writer'), { code: 0, printed: '01.01.02.01 @writer\n' });
    assert.deepEqual(await work('assign', '--thread', '02.01.01', '--agent', 'writer'), { code: 0, printed: '02.01.01.01 @writer\n' });
    assert.equal((await taskOf('02.01.01.01')).name, 'Docs');
    assert.deepEqual(await work('assign', '--thread', '01.01.01', '--agent', 'nobody'), {
      code: 1,
      printed: 'Error: Agent "nobody" not found in agents.yaml\n',
    });
    assert.deepEqual(await work('assign', '--thread', '1.1', '--agent', 'writer'), {
      code: 1,
      printed: 'Error: Invalid thread ID format: 1.1. Expected "stage.batch.thread" (e.g., "01.01.02")\n',
    });
    assert.equal((await work('assign', '--thread', '1.1.1', '--task', '1.1.1.1', '--agent', 'writer')).code, 2);
    await work('update', '--thread', '01.01.01', '--status', 'completed', '--report', 'Done.');
    assert.deepEqual(await work('assign', '--thread', '01.01.01', '--agent', 'writer'), {
      code: 0,
      printed: 'Every task of thread 01.01.01 is done: nothing to assign.\n',
    });
  });

  it('say what is wrong, and leave the plan as it was', async () => {
    const before = await plan.read(file);
    const refused = async (words: string, ...args: readonly string[]) => {
      assert.deepEqual(await work(...args), { code: 1, printed: `Error: ${words}\n` });
    };
    await refused('Stage 7 not found. Available: 1, 2', 'add-batch', '--stage', '7', '--name', 'x');
    await refused('Ambiguous stage name "stage". Matches: 1: "Stage 01", 2: "Stage 02"', 'fix', '--stage', 'stage', '--name', 'x');
    await refused('Batch 9 not found in stage 1. Available: 1', 'add-thread', '--batch', '01.09', '--name', 'x');
    await refused('Invalid batch ID "1". Expected format: "SS.BB" (e.g., "01.02")', 'add-thread', '--batch', '1', '--name', 'x');
    await refused(
      '"x <!-- y" cannot be a name in PLAN.md: leave out "<!--", "@agent:" and "#" at its end.',
      'add-stage',
      '--name',
      'x <!-- y',
    );
    assert.equal((await work('add-batch', '--stage', '1')).code, 2);
    assert.equal((await work('add-batch', '--stage', '1', '--name', 'x', '--agent', 'writer')).code, 2);
    const agent = terminalIo({ cwd: plan.root, env: { ...plan.environment, WORKSTREAM_ROLE: 'AGENT' } });
    assert.equal(await runCommandLine(['fix', '--stage', '1', '--name', 'x'], agent), 1);
    assert.match(agent.printed(), /^Error: PLAN\.md is for people to change\./);
    assert.equal(await plan.read(file), before);
  });

  it('refuse a plan that is broken, with the line, and one that may not be written to', async () => {
    const before = await plan.read(file);
    await writePlan(before.replace('For tests.', ''));
    assert.deepEqual(await work('add-batch', '--stage', '1', '--name', 'x'), {
      code: 1,
      printed: 'Error: Failed to parse PLAN.md: line 3: Missing or empty Summary section\n',
    });
    await writePlan(before);
    await chmod(path.join(plan.root, ...file.split('/')), 0o444);
    assert.deepEqual(await work('add-batch', '--stage', '1', '--name', 'x'), {
      code: 1,
      printed: 'Error: PLAN.md is read-only. Make it writable, then try again; nothing was changed.\n',
    });
    assert.equal(await plan.read(file), before);
  });

  it('wait for whoever writes the plan, and add to what is there then', async () => {
    const lock = path.join(plan.root, 'work', stream, 'PLAN.md.lock');
    await mkdir(lock);
    const adding = work('add-batch', '--stage', '1', '--name', 'x');
    await writePlan(`${await plan.read(file)}\n### Stage 05: Meanwhile\n`);
    await rmdir(lock);
    assert.equal((await adding).code, 0);
    const text = await plan.read(file);
    assert.match(text, /### Stage 05: Meanwhile/);
    assert.match(text, /##### Batch 02: x/);
  });
});
