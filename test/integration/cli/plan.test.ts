import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { agentsText, planText } from '../../support/workstreamText';
import { planFixture, stream, type PlanFixture } from './planFixture';

describe('The commands that show and write a plan', () => {
  let plan: PlanFixture;
  beforeEach(async () => {
    plan = await planFixture();
  });
  afterEach(() => plan.dispose());

  const taskOf = async (id: string): Promise<Readonly<Record<string, unknown>>> => {
    const { tasks } = JSON.parse(await plan.read(`work/${stream}/tasks.json`)) as { tasks: Record<string, unknown>[] };
    return tasks.find(task => task.id === id) ?? {};
  };

  it('create makes a workstream with a plan of so many stages, once', async () => {
    const made = await plan.work('create', '--name', 'api-server', '--stages', '2');
    assert.deepEqual({ code: made.code, err: made.err }, { code: 0, err: '' });
    assert.equal(
      made.out,
      'Created workstream 002-api-server\n  work/002-api-server/PLAN.md\n' +
        'Write the plan, then: work validate plan --stream 002-api-server\nWork on it from now on with: work current --set 002-api-server\n',
    );
    assert.equal((await plan.read('work/002-api-server/PLAN.md')).match(/^### Stage/gm)?.length, 2);
    assert.match(await plan.read('work/index.json'), /"id": "002-api-server"/);
    const again = await plan.work('create', '--name', 'api-server');
    assert.deepEqual(again, { code: 1, out: '', err: 'Error: Workstream with name "api-server" already exists (002-api-server)\n' });
    const bad = await plan.work('create', '--name', '../Escape');
    assert.deepEqual(bad, { code: 1, out: '', err: 'Error: Workstream name must be kebab-case (e.g., "my-feature"). Got: "../Escape"\n' });
    assert.equal((await plan.work('create', '--name', 'x', '--stages', '21')).code, 2);
    assert.equal((await plan.work('create')).code, 2);
  });

  it('create begins work/ in a repository that has none', async () => {
    const empty = await planFixture({ 'work/index.json': '' });
    try {
      await empty.git('rm', '-r', '-q', '-f', 'work');
      const made = await empty.work('create', '--name', 'first');
      assert.deepEqual({ code: made.code, err: made.err }, { code: 0, err: '' });
      assert.match(made.out, /^Created workstream 000-first\n/);
      assert.equal((await empty.work('validate', 'plan', '--stream', 'first')).code, 0);
    } finally {
      await empty.dispose();
    }
  });

  it('current shows, sets and clears the current workstream', async () => {
    assert.deepEqual(await plan.work('current'), { code: 0, out: `${stream}\n`, err: '' });
    assert.deepEqual(await plan.work('current', '--clear'), { code: 0, out: 'No workstream is current now.\n', err: '' });
    assert.equal((await plan.work('current')).code, 1);
    assert.deepEqual(await plan.work('current', '--set', 'sample'), { code: 0, out: `Current workstream: ${stream}\n`, err: '' });
    assert.deepEqual(await plan.work('current', '--set', 'nope'), { code: 1, out: '', err: 'Error: Workstream "nope" not found\n' });
    assert.equal((await plan.work('current', '--set', 'sample', '--clear')).code, 2);
  });

  it('tree --json prints the published shape', async () => {
    const { code, out, err } = await plan.work('tree', '--json');
    assert.deepEqual({ code, err }, { code: 0, err: '' });
    const thread = (id: string, name: string) => ({ id, name, summary: `About ${id}.`, details: 'All of it.', agent: 'default' });
    assert.deepEqual(JSON.parse(out), {
      stream: { id: stream, name: 'sample', status: 'in_progress' },
      nextBatch: '01.01',
      progress: { total: 3, completed: 1, cancelled: 0, inProgress: 0, blocked: 1, pending: 1, percent: 33 },
      diagnostics: [],
      stages: [
        {
          id: '01',
          name: 'Stage 01',
          status: 'blocked',
          batches: [
            {
              id: '01.01',
              name: 'Batch 01',
              status: 'blocked',
              threads: [
                {
                  ...thread('01.01.01', 'Router'),
                  status: 'pending',
                  tasks: [
                    { id: '01.01.01.01', name: 'Write the router', status: 'completed', report: 'Wrote it.' },
                    { id: '01.01.01.02', name: 'Test the router', status: 'pending', report: null },
                  ],
                },
                {
                  ...thread('01.01.02', 'Store'),
                  status: 'blocked',
                  tasks: [{ id: '01.01.02.01', name: 'Write the store', status: 'blocked', report: 'No database.' }],
                },
              ],
            },
          ],
        },
        {
          id: '02',
          name: 'Stage 02',
          status: 'pending',
          batches: [
            {
              id: '02.01',
              name: 'Batch 01',
              status: 'pending',
              threads: [{ ...thread('02.01.01', 'Docs'), status: 'pending', tasks: [] }],
            },
          ],
        },
      ],
    });
  });

  it('tree draws the same for people, without a control character', async () => {
    const { code, out } = await plan.work('tree');
    assert.equal(code, 0);
    assert.match(out, /^001-sample · Sample · in progress · 33% \(1\/3 tasks\)\n/);
    assert.match(out, / {3}├─ ○ 01\.01\.01\.02 Test the router|│ {2}├─ ✓ 01\.01\.01\.01 Write the router/);
    assert.match(out, /\nNext batch: 01\.01\n$/);
    assert.doesNotMatch(out, /[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  });

  it('status says how far each stage is and since when what is stuck, and --json says it to programs', async () => {
    const { out, ...ended } = await plan.work('status');
    assert.deepEqual(ended, { code: 0, err: '' });
    assert.deepEqual(out.replace(/blocked \d+d(?: \d+h)?:/, 'blocked for days:').split('\n'), [
      '001-sample: in_progress, 33% (1/3 tasks)',
      '  Stage 01 Stage 01: blocked (1/3)',
      '  Stage 02 Stage 02: pending (0/0)',
      'Next batch: 01.01',
      '  blocked for days: 01.01.02.01 Write the store: No database.',
      '',
    ]);
    type Printed = { readonly stages: unknown[]; readonly nextBatch: string; readonly attention: readonly { readonly kind: string }[] };
    const json = JSON.parse((await plan.work('status', '--json')).out) as Printed;
    assert.deepEqual(
      json.attention.map(({ kind }) => kind),
      ['blocked'],
    );
    assert.equal(json.nextBatch, '01.01');
    assert.deepEqual(json.stages[1], { id: '02', name: 'Stage 02', status: 'pending' });
  });

  it('validate plan names each problem and open question with its line', async () => {
    assert.deepEqual(await plan.work('validate', 'plan'), {
      code: 0,
      out: 'PLAN.md of 001-sample is valid: 0 errors, 0 warnings.\n',
      err: '',
    });
    const file = path.join(plan.root, 'work', stream, 'PLAN.md');
    const asking = planText('01.01.01 Router').replace(
      '#### Batches',
      '#### Questions\n\n- [ ] Which port?\n- [x] Which host?\n\n#### Batches',
    );
    await writeFile(file, asking);
    const line = asking.split('\n').indexOf('- [ ] Which port?') + 1;
    const asked = await plan.work('validate', 'plan');
    assert.equal(
      asked.out,
      `warning: ${file}:${line}: Stage 1: Open question: Which port?\nPLAN.md of 001-sample is valid: 0 errors, 1 warning.\n`,
    );
    await writeFile(file, '# Nothing\n');
    const bad = await plan.work('validate', 'plan');
    assert.equal(bad.code, 1);
    assert.match(bad.out, /^error: .*PLAN\.md:1: Missing or invalid workstream name\. Expected "# Plan: \{name\}"\n/);
    assert.equal((await plan.work('validate', 'tasks')).code, 2);
  });

  it('prompt writes the prompts of a stage and hands over with the sentence', async () => {
    const prompts = `work/${stream}/prompts/01-stage-01/01-batch-01`;
    assert.deepEqual(await plan.work('prompt', '--stage', '1'), {
      code: 0,
      out:
        `01.01.01  ${prompts}/router.md\n01.01.02  ${prompts}/store.md\n` +
        'Prompts for Stage 1 are ready. Run `work multi --batch 01.01` to start batch 1. Continue with each batch until the stage is complete, then return to me.\n',
      err: '',
    });
    assert.match(
      await plan.read(`${prompts}/router.md`),
      /Your tasks are:\n- \[[ x]\] 01\.01\.01\.01 Write the router\n- \[ \] 01\.01\.01\.02 Test the router/,
    );
    assert.deepEqual(JSON.parse((await plan.work('prompt', '--thread', '1.1.2', '--json')).out), [
      { thread: '01.01.02', path: `${prompts}/store.md`, collision: false },
    ]);
    for (const [args, err] of [
      [['--stage', '9'], 'Error: Stage 9 not found. Available: 1, 2\n'],
      [['--stage', '1', '--batch', '7'], 'Error: Batch 7 not found in stage 1. Available: 1\n'],
      [['--thread', 'x'], 'Error: Invalid thread ID format: x. Expected "stage.batch.thread" (e.g., "01.01.02")\n'],
      [['--thread', '01.01.09'], 'Error: Thread "01.01.09" not found in the plan of workstream "001-sample"\n'],
    ] as const) {
      assert.deepEqual(await plan.work('prompt', ...args), { code: 1, out: '', err });
    }
    assert.equal((await plan.work('prompt', '--batch', '1')).code, 2);
  });

  it('prompt says which thread loses its prompt to another of the same name', async () => {
    await writeFile(path.join(plan.root, 'work', stream, 'PLAN.md'), planText('01.01.01 A/B', '01.01.02 A B'));
    const { code, err } = await plan.work('prompt', '--stage', '1');
    assert.equal(code, 0);
    assert.equal(
      err,
      `warning: work/${stream}/prompts/01-stage-01/01-batch-01/a-b.md is now the prompt of 01.01.02, no longer of 01.01.01. Rename one of the threads.\n`,
    );
  });

  it('add-task appends to a thread, with the next free number', async () => {
    await writeFile(path.join(plan.root, 'work', 'agents.yaml'), agentsText('writer'));
    assert.deepEqual(await plan.work('add-task', '--thread', '1.1.1', '--name', 'Document the router', '--agent', 'writer'), {
      code: 0,
      out: 'Added task 01.01.01.03 Document the router\n',
      err: '',
    });
    const { name, status, assigned_agent, thread_name } = await taskOf('01.01.01.03');
    assert.deepEqual([name, status, assigned_agent, thread_name], ['Document the router', 'pending', 'writer', 'Router']);
    const missing = await plan.work('add-task', '--thread', '05.01.01', '--name', 'x');
    assert.deepEqual(missing, { code: 1, out: '', err: 'Error: Thread "05.01.01" not found in the plan of workstream "001-sample"\n' });
    assert.equal((await plan.work('add-task', '--thread', '01.01.01')).code, 2);
  });

  it('add-task and update refuse an agent that nobody defines, and write nothing', async () => {
    const before = await plan.read(`work/${stream}/tasks.json`);
    const adding = () => plan.work('add-task', '--thread', '1.1.1', '--name', 'x', '--agent', 'nobody');
    const updating = () => plan.work('update', '--task', '01.01.01.02', '--status', 'pending', '--agent', 'nobody');
    const without = 'Error: Agent "nobody" not found: there is no work/agents.yaml. Add one that defines it, or leave the agent out.\n';
    assert.deepEqual(await adding(), { code: 1, out: '', err: without });
    assert.deepEqual(await updating(), { code: 1, out: '', err: without });
    await writeFile(path.join(plan.root, 'work', 'agents.yaml'), agentsText('writer'));
    const unknown = { code: 1, out: '', err: 'Error: Agent "nobody" not found in agents.yaml\n' };
    assert.deepEqual([await adding(), await updating()], [unknown, unknown]);
    await writeFile(path.join(plan.root, 'work', 'agents.yaml'), 'agents: {');
    assert.match((await adding()).err, /^Error: .*flow/i);
    assert.equal(await plan.read(`work/${stream}/tasks.json`), before);
  });

  it('update changes one task, or all tasks of a thread, and nothing else of the file', async () => {
    const before = await plan.read(`work/${stream}/tasks.json`);
    const done = await plan.work('update', '--task', '1.1.1.2', '--status', 'completed', '--report', 'Tested it.', '--breadcrumb', 'b');
    assert.deepEqual(done, { code: 0, out: '01.01.01.02 Test the router: completed\n', err: '' });
    const { status, report, breadcrumb } = await taskOf('01.01.01.02');
    assert.deepEqual([status, report, breadcrumb], ['completed', 'Tested it.', 'b']);
    const after = await plan.read(`work/${stream}/tasks.json`);
    const untouched = (text: string) => text.split('\n').filter(line => line.includes('store') || line.includes('No database'));
    assert.deepEqual(untouched(after), untouched(before));
    const thread = await plan.work('update', '--thread', '1.1.1', '--status', 'cancelled');
    assert.equal(thread.out, '01.01.01.01 Write the router: cancelled\n01.01.01.02 Test the router: cancelled\n');
  });

  it('update refuses what it cannot do, with the words of the format', async () => {
    const refused: readonly [readonly string[], number, RegExp][] = [
      [
        ['--task', '01.01.01.02', '--status', 'done'],
        2,
        /Invalid status "done"\. Valid: pending, in_progress, completed, blocked, cancelled\n/,
      ],
      [['--task', '09.01.01.01', '--status', 'pending'], 1, /^Error: Task "09\.01\.01\.01" not found in workstream "001-sample"/],
      [
        ['--task', '1.2', '--status', 'pending'],
        1,
        /^Error: Invalid task ID format: 1\.2\. Expected "stage\.batch\.thread\.task" \(e\.g\., "01\.01\.02\.03"\)\n/,
      ],
      [['--thread', '09.01.01', '--status', 'pending'], 1, /^Error: Thread "09\.01\.01" not found in workstream "001-sample"\n/],
      [['--task', '01.01.01.02', '--thread', '01.01.01', '--status', 'pending'], 2, /--task and --thread are mutually exclusive\n/],
      [['--status', 'pending'], 2, /--task or --thread is required\n/],
      [['--task', '01.01.01.02'], 2, /--status is required/],
    ];
    const before = await plan.read(`work/${stream}/tasks.json`);
    for (const [args, code, err] of refused) {
      const ended = await plan.work('update', ...args);
      assert.equal(ended.code, code, ended.err);
      assert.match(ended.err, err);
      assert.equal(ended.out, '');
    }
    assert.equal(await plan.read(`work/${stream}/tasks.json`), before);
  });

  it('update lets an agent report for its own task only', async () => {
    const agent = { WORKSTREAM_ROLE: 'AGENT', WORK_TASK: '01.01.01.02', WORK_ROOT: plan.root };
    const report = (task: string) => plan.workFrom('/', ['update', '--task', task, '--status', 'completed', '--report', 'Done.'], agent);
    assert.deepEqual(await report('01.01.02.01'), {
      code: 1,
      out: '',
      err: 'Error: This session works on task 01.01.01.02 and can report for no other.\n',
    });
    assert.equal((await report('01.01.01.02')).code, 0);
    const thread = await plan.workFrom('/', ['update', '--thread', '01.01.01', '--status', 'completed'], agent);
    assert.equal(thread.code, 1);
  });

  it('report writes the stage report and names its file', async () => {
    const written = await plan.work('report', '--stage', '1');
    assert.deepEqual(written, { code: 0, out: `${path.join('work', stream, 'reports', '01-stage-01.md')}\n`, err: '' });
    assert.match(await plan.read(`work/${stream}/reports/01-stage-01.md`), /Wrote it\./);
    assert.equal((await plan.work('report', '--stage', 'stage 02')).code, 0);
    assert.deepEqual(await plan.work('report', '--stage', 'stage'), {
      code: 1,
      out: '',
      err: 'Error: Ambiguous stage name "stage". Matches: 1: "Stage 01", 2: "Stage 02"\n',
    });
    assert.equal((await plan.work('report')).code, 2);
  });

  it('report says in a sentence that a file stands where its folder should be, and leaves that file alone', async () => {
    const reports = path.join(plan.root, 'work', stream, 'reports');
    await rm(reports, { recursive: true, force: true });
    await writeFile(reports, 'mine\n');
    try {
      assert.deepEqual(await plan.work('report', '--stage', '1'), {
        code: 1,
        out: '',
        err: `Error: ${path.join(reports, '01-stage-01.md')} cannot be reached: a file stands where its folder should be.\n`,
      });
      assert.equal(await plan.read(`work/${stream}/reports`), 'mine\n');
    } finally {
      await rm(reports);
    }
  });

  it('report writes a batch’s too, and says which there are', async () => {
    const written = await plan.work('report', '--batch', '1.1');
    assert.deepEqual(written, { code: 0, out: `${path.join('work', stream, 'reports', '01.01-batch-01.md')}\n`, err: '' });
    assert.match(await plan.read(`work/${stream}/reports/01.01-batch-01.md`), /^# Batch Report: Batch 01 \(Batch 01\.01\)\n/);
    const missing = await plan.work('report', '--batch', '09.01');
    assert.equal(missing.code, 1);
    assert.match(missing.err, /^Error: batch 09\.01 not found\. Available: 01\.01, /);
    assert.equal((await plan.work('report', '--batch', '01.01', '--stage', '1')).code, 2);
  });

  it('report, complete and prompt leave what is there while tasks or plan cannot be read', async () => {
    const report = `work/${stream}/reports/01-stage-01.md`;
    const prompt = `work/${stream}/prompts/01-stage-01/01-batch-01/router.md`;
    assert.equal((await plan.work('report', '--stage', '1')).code, 0);
    assert.equal((await plan.work('prompt', '--stage', '1')).code, 0);
    const written = [await plan.read(report), await plan.read(prompt), await plan.read('work/index.json')];
    const unread: readonly [string, string, RegExp][] = [
      [
        'tasks.json',
        '{"tasks": [',
        /^Error: tasks\.json cannot be read: a closing \] is missing \(line 1, column 12\)\. Correct it by hand/,
      ],
      ['PLAN.md', 'A draft.\n', /^Error: Failed to parse PLAN\.md: line 1: Missing or invalid workstream name\./],
    ];
    for (const [name, text, err] of unread) {
      const file = path.join(plan.root, 'work', stream, name);
      const before = await plan.read(`work/${stream}/${name}`);
      await writeFile(file, text);
      for (const args of [['report', '--stage', '1'], ['report', '--batch', '01.01'], ['complete', '--force'], ['prompt']]) {
        const ended = await plan.work(...args);
        assert.deepEqual([args[0], ended.code, ended.out], [args[0], 1, '']);
        assert.match(ended.err, err);
      }
      await writeFile(file, before);
    }
    assert.deepEqual([await plan.read(report), await plan.read(prompt), await plan.read('work/index.json')], written);
    await assert.rejects(plan.read(`work/${stream}/COMPLETION.md`), { code: 'ENOENT' });
  });

  it('approve stage counts what is open, can be forced and taken back', async () => {
    assert.deepEqual(await plan.work('approve', 'stage', '1'), {
      code: 1,
      out: '',
      err:
        'Error: Cannot approve Stage 1 because 2 thread(s) are not approved.\n' +
        '  01.01.01 Router: 1 of 2 tasks remaining\n  01.01.02 Store: 1 of 1 tasks remaining\n',
    });
    assert.deepEqual(await plan.work('approve', 'stage', '1', '--force'), { code: 0, out: 'Stage 1 is approved.\n', err: '' });
    assert.match((await plan.work('status')).out, /Stage 01 Stage 01: blocked \(1\/3\), approved\n/);
    assert.equal((await plan.work('approve', 'stage', '1', '--revoke', '--reason', 'too early')).code, 0);
    assert.match(await plan.read('work/index.json'), /"revoked_reason": "too early"/);
    assert.deepEqual(await plan.work('approve', 'stage', '1', '--revoke'), {
      code: 1,
      out: '',
      err: 'Error: Stage 1 is not approved: nothing to revoke\n',
    });
    assert.deepEqual(await plan.work('approve', 'stage', '5'), { code: 1, out: '', err: 'Error: Stage 5 not found. Available: 1, 2\n' });
    assert.equal((await plan.work('approve', 'plan', '2')).code, 2);
  });

  it('approve plan notes the plan as it is, tells of a later change, and can be taken back', async () => {
    assert.deepEqual(await plan.work('approve', 'plan'), { code: 0, out: 'The plan is approved.\n', err: '' });
    const file = `work/${stream}/PLAN.md`;
    const hash = createHash('sha256')
      .update(await plan.read(file))
      .digest('hex');
    assert.match(await plan.read('work/index.json'), new RegExp(`"approved_by": "user",\\s+"plan_hash": "${hash}"`));
    assert.doesNotMatch((await plan.work('status')).out, /modified since/);
    await appendFile(path.join(plan.root, ...file.split('/')), '\nA word more.\n');
    assert.match((await plan.work('status')).out, /^The plan was modified since it was approved\. Read it, then: work approve plan$/m);
    assert.match((await plan.work('tree')).out, /^The plan was modified since it was approved\.$/m);
    assert.equal((await plan.work('approve', 'plan')).code, 0);
    assert.doesNotMatch((await plan.work('status')).out, /modified since/);
    assert.equal((await plan.work('approve', 'plan', '--revoke', '--reason', 'too early')).code, 0);
    assert.deepEqual(await plan.work('approve', 'plan', '--revoke'), {
      code: 1,
      out: '',
      err: 'Error: The plan is not approved, nothing to revoke\n',
    });
  });

  it('approve plan names the open questions, and is refused to agents', async () => {
    const file = path.join(plan.root, 'work', stream, 'PLAN.md');
    const text = await plan.read(`work/${stream}/PLAN.md`);
    await writeFile(file, text.replace('#### Batches', '#### Questions\n\n- [ ] Which store?\n- [x] Which port?\n\n#### Batches'));
    const { code, err } = await plan.work('approve', 'plan');
    assert.equal(code, 1);
    assert.match(err, /^Error: Cannot approve plan with open questions\n {2}PLAN\.md:\d+ Which store\?\n$/);
    const agent = await plan.workFrom(plan.root, ['approve', 'plan', '--force'], { WORKSTREAM_ROLE: 'AGENT' });
    assert.match(agent.err, /^Error: Agents cannot approve a plan\./);
    assert.equal((await plan.work('approve', 'plan', '--force')).code, 0);
  });

  it('approve stage is refused to agents, even with force', async () => {
    const before = await plan.read('work/index.json');
    const { code, err } = await plan.workFrom(plan.root, ['approve', 'stage', '1', '--force'], { WORKSTREAM_ROLE: 'AGENT' });
    assert.equal(code, 1);
    assert.match(err, /^Error: Agents cannot approve a stage\./);
    assert.equal(await plan.read('work/index.json'), before);
  });

  it('complete warns of what is open and writes only when forced', async () => {
    const refused = await plan.work('complete');
    assert.deepEqual(refused, {
      code: 1,
      out: '',
      err:
        'warning: 2 of 3 tasks are not done.\nwarning: Stage 1 (Stage 01) is not approved and not finished.\n' +
        'warning: Stage 2 (Stage 02) is not approved and not finished.\nwarning: Thread 01.01.02 is blocked.\n' +
        'Nothing was written. Finish what is open, or pass --force.\n',
    });
    await assert.rejects(plan.read(`work/${stream}/COMPLETION.md`), { code: 'ENOENT' });
    const forced = await plan.work('complete', '--force');
    assert.equal(forced.code, 0);
    assert.equal(forced.out, `${path.join('work', stream, 'COMPLETION.md')}\nWorkstream ${stream} is completed.\n`);
    assert.match(await plan.read(`work/${stream}/COMPLETION.md`), /Tasks: 1\/3 completed|1\/3/);
    assert.match(await plan.read('work/index.json'), /"status": "completed"/);
  });
});
