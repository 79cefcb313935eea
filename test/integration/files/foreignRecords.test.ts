import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { WorkFiles } from '../../../src/runtime/files/workFiles';
import { indexText, someStream, someTask, tasksText, temporaryWork, type TemporaryWork } from '../../support/temporaryWork';

const id = '001-sample';
const task = '01.01.01.01';
const records = `work/${id}/tasks.json`;

describe('Records that somebody else changes', () => {
  let work: TemporaryWork;
  beforeEach(async () => {
    work = await temporaryWork({
      'index.json': indexText([someStream(id)], id),
      [`${id}/tasks.json`]: tasksText(id, [someTask(task)]),
    });
    await work.files.acceptRecords(id);
  });
  afterEach(() => work.dispose());

  const told = async (files = work.files) => {
    const found: string[] = [];
    await files.tellForeignRecords(id, file => found.push(file));
    return found;
  };
  const spoil = async (text: string) =>
    work.write(`${id}/tasks.json`, (await work.read(`${id}/tasks.json`)).replace('{', `{ "${text}": 1,`));

  it('are told once', async () => {
    await spoil('x');
    assert.deepEqual(await told(), [records]);
    assert.deepEqual(await told(), []);
    await spoil('y');
    assert.deepEqual(await told(), [records]);
  });

  it('are told though a program of ours changed them since, in one line for both', async () => {
    await spoil('x');
    await new WorkFiles(work.root).updateTask(id, task, { status: 'blocked' });
    await spoil('y');
    assert.deepEqual(await told(), [records]);
    assert.deepEqual(await told(), []);
  });

  it('are not those that a program of ours changed, whichever', async () => {
    await work.files.updateTask(id, task, { status: 'in_progress' });
    await new WorkFiles(work.root).updateTask(id, task, { status: 'blocked' });
    await work.files.setCurrentBatch(id, '01.01');
    assert.deepEqual(await told(), []);
    assert.deepEqual(await told(new WorkFiles(work.root)), []);
  });

  it('are told when an older text of ours is put back', async () => {
    const before = await work.read(`${id}/tasks.json`);
    await work.files.updateTask(id, task, { status: 'in_progress' });
    await work.files.updateTask(id, task, { status: 'blocked' });
    await work.write(`${id}/tasks.json`, before);
    assert.deepEqual(await told(), [records]);
  });

  it('are as they were found when a run begins', async () => {
    await spoil('x');
    await work.files.updateTask(id, task, { status: 'blocked' });
    await spoil('y');
    await work.files.acceptRecords(id);
    assert.deepEqual(await told(), []);
  });

  it('are told again when they could not be told', async () => {
    await spoil('x');
    await assert.rejects(
      work.files.tellForeignRecords(id, () => {
        throw new Error('the journal is full');
      }),
      /full/,
    );
    assert.deepEqual(await told(), [records]);
  });

  it('are not looked for without a git folder, where nothing can be marked', async () => {
    await rm(path.join(work.root, '.git'), { recursive: true });
    await spoil('x');
    await work.files.updateTask(id, task, { status: 'blocked' });
    assert.deepEqual(await told(), []);
  });
});
