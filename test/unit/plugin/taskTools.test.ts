import assert from 'node:assert/strict';
import path from 'node:path';
import type { TaskRecord } from '../../../src/domain/files/records';
import type { TaskChange } from '../../../src/domain/files/taskEdits';
import type { SessionAttempt } from '../../../src/plugin/attemptOfSession';
import { taskTools } from '../../../src/plugin/taskTools';
import { readNotes } from '../../../src/runtime/journal/inbox';
import { temporaryDirectory } from '../../support/temporaryDirectory';

const task = (id: string, change: Partial<TaskRecord> = {}): TaskRecord => ({
  id,
  name: `Task ${id}`,
  stage_name: 's',
  batch_name: 'b',
  thread_name: 't',
  status: 'pending',
  created_at: '',
  updated_at: '',
  ...change,
});

describe('the task tools', () => {
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let changes: [string, string, TaskChange][];
  let tasks: TaskRecord[];
  let attempt: SessionAttempt | undefined;
  let current: string | undefined;

  beforeEach(async () => {
    folder = await temporaryDirectory();
    changes = [];
    current = undefined;
    tasks = [task('01.01.01.01', { status: 'completed', report: 'Done\nthat.' }), task('01.01.01.02'), task('01.01.02.01')];
    attempt = {
      root: folder.path,
      stream: '001-x',
      task: '01.01.01.02',
      thread: '01.01.01',
      attempt: '01.01.01.02#1',
      session: 'ses_1',
      worktree: folder.path,
      isolation: 'task',
      inbox: path.join(folder.path, 'work', 'inbox'),
    };
  });
  afterEach(() => folder.dispose());

  async function call(name: string, input: unknown): Promise<string> {
    const tools = taskTools({
      attemptOf: () => Promise.resolve(attempt),
      filesOf: () => ({
        readTasks: () => Promise.resolve(tasks),
        readThread: (_stream, threadId) => Promise.resolve({ threadId, sessions: [], opencodeSessionId: current }),
        updateTask: (stream, id, change) => {
          changes.push([stream, id, change]);
          const found = tasks.find(candidate => candidate.id === id);
          return found ? Promise.resolve(found) : Promise.reject(new Error(`Task "${id}" not found in workstream "${stream}"`));
        },
      }),
    });
    return (await tools[name]?.execute(input, { sessionID: 'ses_1' })) ?? '';
  }

  it('stores a report and leaves a note that the journal can read', async () => {
    const answer = await call('work_task_report', { task: '01.01.01.02', status: 'completed', report: 'Added it.' });
    assert.equal(answer, 'Task 01.01.01.02 is reported as completed. You can stop here.');
    assert.deepEqual(changes, [['001-x', '01.01.01.02', { status: 'completed', report: 'Added it.' }]]);
    const [note, ...others] = await readNotes(path.join(folder.path, 'work', 'inbox'));
    assert.deepEqual(others, []);
    assert.deepEqual(note?.kind === 'note' && note.note, {
      kind: 'task.reported',
      task: '01.01.01.02',
      status: 'completed',
      report: 'Added it.',
      by: 'agent',
    });
  });

  it('keeps what is said about a task in progress as its breadcrumb', async () => {
    await call('work_task_report', { task: '01.01.01.02', status: 'in_progress', report: 'Half way.' });
    assert.deepEqual(changes, [['001-x', '01.01.01.02', { status: 'in_progress', breadcrumb: 'Half way.' }]]);
  });

  it('changes nothing for nonsense', async () => {
    assert.match(await call('work_task_report', { status: [] }), /^Nothing was reported\. /);
    assert.match(await call('work_note', { note: 3 }), /^Nothing was noted/);
    assert.deepEqual(changes, []);
  });

  it('tells an agent to stop when its task was cancelled', async () => {
    tasks = [task('01.01.01.02', { status: 'cancelled' })];
    assert.match(
      await call('work_task_report', { task: '01.01.01.02', status: 'completed', report: 'x' }),
      /was cancelled in the meantime/,
    );
    assert.deepEqual(changes, []);
  });

  it('takes a report from the session that works on the task now alone', async () => {
    const say = () => call('work_task_report', { task: '01.01.01.02', status: 'completed', report: 'x' });
    current = 'ses_2';
    assert.match(await say(), /^Another session works on task 01\.01\.01\.02 now\. Stop working on it; nothing was reported\.$/);
    assert.deepEqual(changes, []);
    current = 'ses_1';
    assert.match(await say(), /is reported as completed/);
  });

  it('says what the files said', async () => {
    tasks = [];
    const answer = await call('work_task_report', { task: '01.01.01.02', status: 'completed', report: 'x' });
    assert.equal(answer, 'That did not work: Task "01.01.01.02" not found in workstream "001-x"');
  });

  it('lists the tasks of its thread', async () => {
    assert.equal(
      await call('work_tasks', {}),
      '01.01.01.01 Task 01.01.01.01: completed. Done that.\n01.01.01.02 Task 01.01.01.02: pending (yours)',
    );
  });

  it('leaves a note on its own task', async () => {
    assert.equal(await call('work_note', { note: 'The API is\nold.' }), 'Noted on task 01.01.01.02.');
    assert.deepEqual(changes, [['001-x', '01.01.01.02', { breadcrumb: 'The API is old.' }]]);
  });

  it('takes the task in progress for its own when the session does the whole thread', async () => {
    assert.ok(attempt);
    attempt = { ...attempt, isolation: 'thread', task: '01.01.01.01' };
    tasks = [task('01.01.01.01', { status: 'completed' }), task('01.01.01.02', { status: 'in_progress' })];
    assert.match(await call('work_tasks', {}), /01\.01\.01\.02: in_progress \(yours\)$/);
    assert.equal(await call('work_note', { note: 'Here.' }), 'Noted on task 01.01.01.02.');
    assert.match(await call('work_task_report', { task: '01.01.01.02', status: 'completed', report: 'x' }), /is reported as completed/);
  });

  it('does nothing in a session that is not an attempt', async () => {
    attempt = undefined;
    for (const name of ['work_task_report', 'work_tasks', 'work_note']) assert.match(await call(name, {}), /does not work on a task/);
    assert.deepEqual(changes, []);
  });
});
