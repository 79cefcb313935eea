import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, rm, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import { FilesError, type FilesErrorReason } from '../../../src/runtime/files/filesError';
import { WorkFiles } from '../../../src/runtime/files/workFiles';
import { temporaryDirectory } from '../../support/temporaryDirectory';
import { indexText, someStream, someTask, tasksText, temporaryWork, threadsText, type TemporaryWork } from '../../support/temporaryWork';

const id = '001-editing';
const now = Date.parse('2026-03-01T12:00:00.000Z');
const at = '2026-03-01T12:00:00.000Z';
const onWindows = process.platform === 'win32';

describe('changing the files of work/', () => {
  let work: TemporaryWork;
  const make = (files: Readonly<Record<string, string>> = {}) =>
    temporaryWork(
      {
        'index.json': indexText([someStream('000-first'), someStream(id)], '000-first'),
        [`${id}/PLAN.md`]: '# Plan: Editing\n',
        [`${id}/tasks.json`]: tasksText(id, [someTask('01.01.01.01'), someTask('01.01.02.01')]),
        ...files,
      },
      { clock: { now: () => now } },
    );
  beforeEach(async () => (work = await make()));
  afterEach(() => work.dispose());

  const rejects = (promise: Promise<unknown>, reason: FilesErrorReason, message: string | RegExp) =>
    assert.rejects(promise, (error: unknown) => {
      assert.ok(error instanceof FilesError, String(error));
      assert.equal(error.reason, reason);
      if (typeof message === 'string') assert.equal(error.message, message);
      else assert.match(error.message, message);
      return true;
    });

  it('sets a task and gives it back', async () => {
    const task = await work.files.updateTask(id, '1.1.2.1', { status: 'completed', report: 'Done.' });
    assert.deepEqual(
      { id: task.id, status: task.status, report: task.report, updated_at: task.updated_at },
      { id: '01.01.02.01', status: 'completed', report: 'Done.', updated_at: at },
    );
    assert.equal(
      await work.read(`${id}/tasks.json`),
      tasksText(id, [someTask('01.01.01.01'), someTask('01.01.02.01', { status: 'completed', updated_at: at, report: 'Done.' })]).replace(
        '"then"',
        `"${at}"`,
      ),
    );
    assert.deepEqual((await readdir(work.path(id))).sort(), ['PLAN.md', 'tasks.json']);
  });

  it('sets many tasks or none', async () => {
    const before = await work.read(`${id}/tasks.json`);
    await rejects(
      work.files.updateTasks(id, ['01.01.01.01', '01.01.01.09'], { status: 'completed' }),
      'missing',
      /^Task "01\.01\.01\.09" not found in workstream "001-editing"\. /,
    );
    assert.equal(await work.read(`${id}/tasks.json`), before);
    const tasks = await work.files.updateTasks(id, ['01.01.01.01', '01.01.02.01'], { status: 'cancelled' });
    assert.deepEqual(
      tasks.map(({ status }) => status),
      ['cancelled', 'cancelled'],
    );
  });

  it('says what a status and an id must be', async () => {
    await rejects(
      work.files.updateTask(id, '01.01.01.01', { status: 'done' as 'completed' }),
      'invalid',
      'Invalid status "done". Valid: pending, in_progress, completed, blocked, cancelled',
    );
    await rejects(
      work.files.updateTask(id, '01.01.01', {}),
      'invalid',
      'Invalid task ID format: 01.01.01. Expected "stage.batch.thread.task" (e.g., "01.01.02.03")',
    );
    await rejects(work.files.setCurrentBatch(id, '1'), 'invalid', 'Invalid batch ID "1". Expected format: "SS.BB" (e.g., "01.02")');
    await rejects(work.files.upsertSession(id, '01.01', undefined), 'invalid', /Invalid thread ID format: 01\.01\./);
  });

  it('keeps a file in the layout it has', async () => {
    const text = `${tasksText(id, [someTask('01.01.01.01')])
      .replaceAll('  ', '\t')
      .replaceAll('\n', '\r\n')}\r\n`;
    await work.write(`${id}/tasks.json`, text);
    await work.files.updateTask(id, '01.01.01.01', { status: 'blocked' });
    const expected = text
      .replace('"then"', `"${at}"`)
      .replace('"pending"', '"blocked"')
      .replace(/"updated_at": "[^"]*"/, `"updated_at": "${at}"`);
    assert.equal(await work.read(`${id}/tasks.json`), expected);
  });

  for (const [name, text] of [
    ['absent', undefined],
    ['empty', ''],
    ['without tasks', tasksText(id, [])],
  ] as const) {
    it(`adds tasks where tasks.json is ${name}, in the usual layout`, async () => {
      if (text === undefined) await rm(work.path(`${id}/tasks.json`));
      else await work.write(`${id}/tasks.json`, text);
      const task = { id: '01.01.01.01', name: 'First', stage_name: 'S', batch_name: 'B', thread_name: 'T', assigned_agent: 'default' };
      await work.files.addTasks(id, [task]);
      const { assigned_agent, ...rest } = task;
      assert.equal(
        await work.read(`${id}/tasks.json`),
        tasksText(id, [{ ...rest, status: 'pending', created_at: at, updated_at: at, assigned_agent }]).replace('"then"', `"${at}"`),
      );
    });
  }

  it('starts threads.json on the first session', async () => {
    const session = { sessionId: 'ses_1', agentName: 'a', model: 'p/m', startedAt: at, status: 'running' } as const;
    await work.files.upsertSession(id, '01.01.01', session, { promptPath: `${id}/prompts/a.md` });
    await work.files.upsertSession(id, '01.01.01', undefined, { opencodeSessionId: 'ses_oc' });
    assert.equal(await work.files.updateSession(id, '01.01.01', 'ses_1', { status: 'completed', completedAt: at, exitCode: 0 }), true);
    assert.equal(await work.files.updateSession(id, '01.01.01', 'ses_9', { status: 'completed' }), false);
    const expected = {
      threadId: '01.01.01',
      promptPath: `${id}/prompts/a.md`,
      sessions: [{ ...session, status: 'completed', completedAt: at, exitCode: 0 }],
      opencodeSessionId: 'ses_oc',
    };
    assert.equal(await work.read(`${id}/threads.json`), threadsText(id, [expected]).replace('"then"', `"${at}"`));
  });

  it('sets the current workstream, batch and status, and writes nothing that is as wanted', async () => {
    await work.files.setCurrentStream('editing');
    await work.files.setCurrentBatch(id, '1.2');
    await work.files.setStreamStatus(id, 'on_hold');
    const stream = someStream(id, { updated_at: at, current_batch: '01.02', status: 'on_hold' });
    assert.equal(await work.read('index.json'), indexText([someStream('000-first'), stream], id).replace('"then"', `"${at}"`));
    const { mtimeMs, ino } = await stat(work.path('index.json'));
    await work.files.setCurrentStream(id);
    await work.files.setCurrentBatch(id, '01.02');
    await work.files.setStreamStatus(id, 'on_hold');
    assert.deepEqual({ mtimeMs, ino }, (({ mtimeMs, ino }) => ({ mtimeMs, ino }))(await stat(work.path('index.json'))));
    await work.files.setStreamStatus(id, undefined);
    await work.files.setCurrentStream(undefined);
    assert.equal(
      await work.read('index.json'),
      indexText([someStream('000-first'), someStream(id, { updated_at: at, current_batch: '01.02' })]).replace('"then"', `"${at}"`),
    );
  });

  it('approves and revokes stages', async () => {
    await rejects(work.files.revokeStage(id, 1), 'missing', 'Stage 1 is not approved, nothing to revoke');
    await work.files.approveStage(id, 1, 'user');
    await work.files.setStageCommit(id, 1, 'abc');
    await work.files.revokeStage(id, 1, 'too early', now + 1000);
    const stream = await work.files.resolveStream(id);
    assert.deepEqual(stream.approval, {
      status: 'draft',
      stages: {
        '1': {
          status: 'revoked',
          approved_at: at,
          approved_by: 'user',
          commit_sha: 'abc',
          revoked_at: '2026-03-01T12:00:01.000Z',
          revoked_reason: 'too early',
        },
      },
    });
  });

  it('finds workstreams by id and name, and says when there is none', async () => {
    assert.equal((await work.files.resolveStream('editing')).id, id);
    assert.equal((await work.files.resolveStream(id)).id, id);
    assert.equal((await work.files.resolveStream()).id, '000-first');
    assert.equal((await work.files.resolveStream('current')).id, '000-first');
    await rejects(work.files.resolveStream('nothing'), 'missing', 'Workstream "nothing" not found');
    await rejects(work.files.setCurrentStream('nothing'), 'missing', 'Workstream "nothing" not found');
    await work.files.setCurrentStream(undefined);
    await rejects(
      work.files.resolveStream(),
      'missing',
      "No workstream specified and no current workstream set. Use --stream <id> or 'work current --set <id>'",
    );
    await rm(work.path('index.json'));
    await rejects(
      work.files.resolveStream(id),
      'missing',
      /^No workstreams index found at .*index\.json\. Make the first workstream with: work create --name <name>$/,
    );
    await rejects(
      work.files.setCurrentStream(id),
      'missing',
      /^No workstreams index found at .*index\.json\. Make the first workstream with: work create --name <name>$/,
    );
    await rejects(work.files.updateTask('002-gone', '01.01.01.01', {}), 'missing', /folder work\/002-gone is missing/);
  });

  for (const [name, file, text, change] of [
    [
      'index.json',
      'index.json',
      '{\n  "version": "1.0.0", // the first\n  "streams": [ ... ]\n}',
      (files: WorkFiles) => files.setCurrentBatch(id, '01.01'),
    ],
    [
      'an index.json cut off half-way',
      'index.json',
      '{\n  "streams": [\n    {',
      (files: WorkFiles) => files.createWorkstream({ name: 'new', stages: 1 }),
    ],
    ['an empty index.json', 'index.json', '', (files: WorkFiles) => files.createWorkstream({ name: 'new', stages: 1 })],
    [
      'tasks.json',
      `${id}/tasks.json`,
      '{\n  "tasks": [],\n}',
      (files: WorkFiles) => files.addTasks(id, [someTask('01.01.01.01') as never]),
    ],
    ['a tasks.json of another shape', `${id}/tasks.json`, '{"tasks": {}}', (files: WorkFiles) => files.updateTask(id, '01.01.01.01', {})],
    ['threads.json', `${id}/threads.json`, '<<<<<<< HEAD\n{}', (files: WorkFiles) => files.upsertSession(id, '01.01.01', undefined, {})],
  ] as const) {
    it(`never writes to ${name} while it is not what it should be, and says where the error is`, async () => {
      await work.write(file, text);
      await assert.rejects(change(work.files), (error: unknown) => {
        assert.ok(error instanceof FilesError);
        assert.equal(error.reason, 'unparsable');
        assert.ok(error.message.startsWith(`${path.basename(file)} cannot be read: `), error.message);
        assert.match(error.message, /line \d+, column \d+.*Correct it by hand; until then nothing is written to it\.$/);
        assert.ok(error.position && error.file === work.path(file));
        return true;
      });
      assert.equal(await work.read(file), text);
      assert.equal(existsSync(`${work.path(file)}.lock`), false);
    });
  }

  it('never rewrites bytes that are no text', async () => {
    const bytes = Buffer.concat([Buffer.from('{"tasks":[],"x":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    await work.write(`${id}/tasks.json`, bytes);
    await rejects(work.files.addTasks(id, [someTask('01.01.01.01') as never]), 'unparsable', /not UTF-8/);
  });

  for (const [era, files] of [
    ['status per thread', { [`${id}/threads.json`]: threadsText(id, [{ threadId: '01.01.01', status: 'pending', sessions: [] }]) }],
    ['a folder per stage', { [`${id}/stages/01/REQUIREMENTS.md`]: '# Requirements' }],
    ['a database', { [`${id}/store.sqlite`]: '' }],
  ] as const) {
    it(`refuses to write a workstream with ${era}`, async () => {
      for (const [file, text] of Object.entries(files)) await work.write(file, text);
      const before = await work.read(`${id}/tasks.json`);
      await rejects(work.files.updateTask(id, '01.01.01.01', { status: 'completed' }), 'read-only', /shown, but not changed from here/);
      await rejects(work.files.writeCompletion(id, '# x'), 'read-only', /shown, but not changed from here/);
      assert.equal(await work.read(`${id}/tasks.json`), before);
    });
  }

  it('keeps prompts and reports below their folders', async () => {
    const file = await work.files.writePrompt(id, 'prompts/01-a/01-b/c.md', 'Hello');
    assert.equal(file, work.path(`${id}/prompts/01-a/01-b/c.md`));
    assert.equal(await work.files.readPrompt(id, 'prompts/01-a/01-b/c.md'), 'Hello');
    assert.equal(await work.files.readPrompt(id, 'prompts/01-a/01-b/none.md'), undefined);
    assert.equal(await work.files.writeReport(id, '01-setup.md', '# Report'), work.path(`${id}/reports/01-setup.md`));
    assert.equal(await work.files.readReport(id, '01-setup.md'), '# Report');
    assert.equal(await work.files.writeCompletion(id, '# Done'), work.path(`${id}/COMPLETION.md`));
    assert.equal(await work.files.readDocument(id, 'COMPLETION.md'), '# Done');
    assert.equal(await work.files.readDocument(id, 'METRICS.md'), undefined);
    for (const bad of ['tasks.json', 'prompts', 'prompts/../tasks.json', '../000-first/x.md', '/x.md']) {
      await rejects(work.files.writePrompt(id, bad, 'x'), 'invalid', /no prompt/);
    }
    for (const bad of ['../tasks.json', 'a/b.md', '..', '']) {
      await rejects(work.files.writeReport(id, bad, 'x'), 'invalid', /name of a report/);
    }
    for (const bad of ['..', 'a/b', '/tmp', '']) {
      await rejects(work.files.writeCompletion(bad, 'x'), 'invalid', /cannot be a workstream's id/);
      await rejects(work.files.readWorkstream(bad), 'invalid', /cannot be a workstream's id/);
    }
  });

  if (!onWindows) {
    it('does not follow links out of work/', async () => {
      const outside = await temporaryDirectory();
      try {
        await symlink(outside.path, work.path(`${id}/reports`));
        await rejects(work.files.writeReport(id, '01-x.md', 'x'), 'invalid', /leads out of work\//);
        await symlink(outside.path, work.path('002-link'));
        await rejects(work.files.addTasks('002-link', [someTask('01.01.01.01') as never]), 'invalid', /leads out of work\//);
        assert.deepEqual(await readdir(outside.path), []);
      } finally {
        await outside.dispose();
      }
    });

    it("follows links inside work/, and keeps a file's mode", async () => {
      await mkdir(work.path('shared'));
      await work.write('shared/tasks.json', await work.read(`${id}/tasks.json`));
      await chmod(work.path('shared/tasks.json'), 0o600);
      await rm(work.path(`${id}/tasks.json`));
      await symlink(work.path('shared/tasks.json'), work.path(`${id}/tasks.json`));
      await work.files.updateTask(id, '01.01.01.01', { status: 'blocked' });
      assert.match(await work.read('shared/tasks.json'), /blocked/);
      assert.equal((await stat(work.path('shared/tasks.json'))).mode & 0o777, 0o600);
    });
  }
});

describe('creating workstreams', () => {
  it('makes work/ and its index in a repository without', async () => {
    const work = await temporaryWork({}, { clock: { now: () => now } });
    try {
      const stream = await work.files.createWorkstream({ name: 'my-feature', stages: 2 });
      assert.deepEqual(
        { id: stream.id, order: stream.order, path: stream.path },
        { id: '000-my-feature', order: 0, path: 'work/000-my-feature' },
      );
      const index = JSON.parse(await work.read('index.json')) as object;
      assert.deepEqual(Object.keys(index), ['version', 'last_updated', 'streams']);
      assert.equal(await work.read('index.json'), JSON.stringify(index, null, 2));
      assert.equal(await work.read('000-my-feature/tasks.json'), tasksText('000-my-feature', []).replace('"then"', `"${at}"`));
      const read = await work.files.readWorkstream(stream);
      assert.deepEqual(
        { title: read.plan.plan?.title, stages: read.plan.plan?.stages.length, era: read.era, problems: read.problems },
        { title: 'My Feature', stages: 2, era: 'primary', problems: [] },
      );
      assert.deepEqual((await readdir(work.path('.'))).sort(), ['000-my-feature', 'index.json']);
    } finally {
      await work.dispose();
    }
  });

  it('takes the next free number, refuses a taken name, and writes into no folder that is there', async () => {
    const work = await temporaryWork({ 'index.json': indexText([someStream('003-old')]), '007-unlisted/PLAN.md': 'mine' });
    try {
      assert.equal((await work.files.createWorkstream({ name: 'next', stages: 1 })).id, '008-next');
      await assert.rejects(work.files.createWorkstream({ name: 'old', stages: 1 }), {
        reason: 'conflict',
        message: 'Workstream with name "old" already exists (003-old)',
      });
      for (const name of ['Not Kebab', '../x', '', 'a--b', '-a']) {
        await assert.rejects(work.files.createWorkstream({ name, stages: 1 }), { reason: 'invalid' });
      }
      for (const stages of [0, 21, 1.5]) await assert.rejects(work.files.createWorkstream({ name: 'x', stages }), { reason: 'invalid' });
      assert.equal(await work.read('007-unlisted/PLAN.md'), 'mine');
      assert.deepEqual((await readdir(work.path('.'))).sort(), ['007-unlisted', '008-next', 'index.json']);
    } finally {
      await work.dispose();
    }
  });

  it('gives workstreams made at once a number each', async () => {
    const work = await temporaryWork();
    try {
      const streams = await Promise.all(['a', 'b', 'c', 'd'].map(name => work.files.createWorkstream({ name, stages: 1 })));
      assert.deepEqual(streams.map(({ order }) => order).sort(), [0, 1, 2, 3]);
    } finally {
      await work.dispose();
    }
  });
});
