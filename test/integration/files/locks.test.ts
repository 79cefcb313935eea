import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rmdir, utimes } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { editJson } from '../../../src/domain/files/jsonEdit';
import { FilesError } from '../../../src/runtime/files/filesError';
import { editStateFile, tasksFile } from '../../../src/runtime/files/stateFile';
import { WorkFiles } from '../../../src/runtime/files/workFiles';
import { WrittenMarks } from '../../../src/runtime/files/writtenMarks';
import { otherProcess } from '../../support/otherProcess';
import { indexText, someStream, someTask, tasksText, temporaryWork, threadsText, type TemporaryWork } from '../../support/temporaryWork';

const tool = fileURLToPath(new URL('./otherProcess.tool.mjs', import.meta.url));
const id = '001-locks';
const ids = Array.from({ length: 12 }, (_, index) => `01.01.${String(index + 1).padStart(2, '0')}.01`);

describe('locks of state files', () => {
  let work: TemporaryWork;
  beforeEach(async () => {
    work = await temporaryWork({
      'index.json': indexText([someStream(id)]),
      [`${id}/tasks.json`]: tasksText(
        id,
        ids.map(taskId => someTask(taskId)),
      ),
      [`${id}/threads.json`]: threadsText('', []),
    });
  });
  afterEach(() => work.dispose());

  it('let no change of several programs get lost', async () => {
    const programs = await Promise.all(
      [0, 1, 2].map(part => otherProcess(tool, ['update', work.root, id, ...ids.slice(part * 4, part * 4 + 4)])),
    );
    const codes = await Promise.all(programs.map(program => program.ended));
    assert.deepEqual(codes, [0, 0, 0]);
    const tasks = await work.files.readTasks(id);
    assert.deepEqual(
      tasks.map(({ status }) => status),
      ids.map(() => 'completed'),
    );
    const { threads } = await work.files.readWorkstream(id);
    assert.equal(threads.kind === 'ok' && threads.value.filter(({ sessions }) => sessions.length === 1).length, ids.length);
    assert.deepEqual((await readdir(work.path(id))).sort(), ['tasks.json', 'threads.json']);
  });

  it('let many changes of one program through in their order', async () => {
    await Promise.all(ids.map((_, index) => work.files.updateTask(id, ids[0] ?? '', { report: String(index) })));
    assert.equal((await work.files.readTask(id, ids[0] ?? ''))?.report, String(ids.length - 1));
  });

  for (const [name, file, change] of [
    ['index.json', 'index.json', (files: WorkFiles) => files.setCurrentStream(id)],
    ['tasks.json', `${id}/tasks.json`, (files: WorkFiles) => files.updateTask(id, ids[0] ?? '', { status: 'blocked' })],
    [
      'threads.json',
      `${id}/threads.json`,
      (files: WorkFiles) => files.upsertSession(id, '01.01.01', undefined, { opencodeSessionId: 'ses_x' }),
    ],
  ] as const) {
    it(`are respected where another program holds that of ${name}, and the change is made once it is free`, async () => {
      const before = await work.read(file);
      const holder = await otherProcess(tool, ['hold', work.path(file)], 'held');
      const impatient = new WorkFiles(work.root, { lockRetries: 1 });
      await assert.rejects(change(impatient), (error: unknown) => {
        assert.ok(error instanceof FilesError);
        assert.equal(error.reason, 'locked');
        assert.ok(error.message.includes(`${name} is locked by another program`) && error.message.includes(`${work.path(file)}.lock`));
        return true;
      });
      assert.equal(await work.read(file), before);
      const waiting = change(new WorkFiles(work.root, { lockRetries: 100 }));
      await holder.end();
      await waiting;
      assert.notEqual(await work.read(file), before);
      assert.equal(existsSync(`${work.path(file)}.lock`), false);
    });
  }

  it('of a program that died are taken over once they are stale', async () => {
    const file = work.path(`${id}/tasks.json`);
    const dead = await otherProcess(tool, ['die', file], 'held');
    await dead.ended;
    assert.ok(existsSync(`${file}.lock`));
    const old = new Date(Date.now() - 11_000);
    await utimes(`${file}.lock`, old, old);
    await work.files.updateTask(id, ids[0] ?? '', { status: 'blocked' });
    assert.equal(existsSync(`${file}.lock`), false);
  });

  it('of a program that was just killed are waited for until they are stale', async () => {
    const lock = work.path(`${id}/tasks.json.lock`);
    await mkdir(lock);
    const age = new Date(Date.now() - 5000); // stale in five seconds
    await utimes(lock, age, age);
    const updated = await new WorkFiles(work.root).updateTask(id, ids[0] ?? '', { status: 'blocked' });
    assert.equal(updated.status, 'blocked');
  });

  it('that are no folders, or not empty, are named instead of removed', async () => {
    const file = work.path(`${id}/tasks.json`);
    await mkdir(`${file}.lock/inside`, { recursive: true });
    const old = new Date(Date.now() - 60_000);
    await utimes(`${file}.lock`, old, old);
    await assert.rejects(work.files.updateTask(id, ids[0] ?? '', { status: 'blocked' }), { name: 'FilesError', reason: 'locked' });
    assert.ok(existsSync(`${file}.lock/inside`));
  });

  it('that we lost keep us from writing', async () => {
    const file = work.path(`${id}/tasks.json`);
    const before = await work.read(`${id}/tasks.json`);
    const edit = editStateFile(file, tasksFile, {
      marks: new WrittenMarks(work.root),
      change: async text => {
        // Somebody takes the lock for stale and makes it anew.
        await rmdir(`${file}.lock`);
        await mkdir(`${file}.lock`);
        return editJson(text, [{ path: ['version'], value: 'ours' }]);
      },
    });
    await assert.rejects(edit, { name: 'FilesError', reason: 'locked' });
    assert.equal(await work.read(`${id}/tasks.json`), before);
    assert.deepEqual(
      (await readdir(work.path(id))).filter(name => name.endsWith('.tmp')),
      [],
    );
  });

  it('are not needed by those who do not know them: what they write meanwhile stays', async () => {
    const file = work.path(`${id}/tasks.json`);
    let runs = 0;
    await editStateFile(file, tasksFile, {
      marks: new WrittenMarks(work.root),
      change: async text => {
        runs++;
        if (runs === 1) await (await otherProcess(tool, ['replace', file, 'Task 01.01.02.01', 'Renamed'])).ended;
        return editJson(text, [{ path: ['version'], value: 'ours' }]);
      },
    });
    const text = await work.read(`${id}/tasks.json`);
    assert.equal(runs, 2);
    assert.ok(text.includes('Renamed') && text.includes('"version": "ours"'));
  });

  it('give up on a file that never holds still', async () => {
    const file = work.path(`${id}/tasks.json`);
    let runs = 0;
    const edit = editStateFile(file, tasksFile, {
      marks: new WrittenMarks(work.root),
      change: async text => {
        await work.write(`${id}/tasks.json`, editJson(text, [{ path: ['last_updated'], value: String(++runs) }]));
        return editJson(text, [{ path: ['version'], value: 'ours' }]);
      },
    });
    await assert.rejects(edit, { name: 'FilesError', reason: 'conflict' });
    assert.ok(!(await work.read(`${id}/tasks.json`)).includes('ours'));
  });
});
