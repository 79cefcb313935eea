import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TaskStatus } from '../../../src/domain/taskStatus';
import type { SessionAttempt } from '../../../src/plugin/attemptOfSession';
import { coordinationTools } from '../../../src/plugin/coordinationTools';
import { Coordination } from '../../../src/runtime/files/coordination';
import { temporaryDirectory } from '../../support/temporaryDirectory';
import { someTask } from '../../support/temporaryWork';

describe('the tools by which agents coordinate', () => {
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let status: TaskStatus;
  let now: number;
  let coordination: Coordination;

  beforeEach(async () => {
    folder = await temporaryDirectory();
    status = 'in_progress';
    now = Date.now();
    coordination = new Coordination(path.join(folder.path, 'journal'), { now: () => now });
  });
  afterEach(() => folder.dispose());

  const attempt = (thread: string): SessionAttempt => ({
    root: folder.path,
    stream: '001-x',
    task: `${thread}.01`,
    thread,
    attempt: `${thread}.01#1`,
    session: 'ses_1',
    worktree: path.join(folder.path, 'worktree'),
    isolation: 'task',
    inbox: path.join(folder.path, 'journal', 'inbox'),
  });

  async function call(thread: string, name: string, input: unknown = {}): Promise<string> {
    const tools = coordinationTools({
      attemptOf: () => Promise.resolve(attempt(thread)),
      filesOf: () => ({
        readTasks: () => Promise.resolve(['01.01.01.01', '01.01.02.01', '01.01.03.01'].map(id => ({ ...someTask(id), status }))),
        readThread: () => Promise.resolve(undefined),
        updateTask: () => Promise.reject(new Error('nothing to update')),
      }),
      coordinationOf: inbox => {
        assert.equal(path.dirname(inbox), coordination.folder);
        return coordination;
      },
    });
    return (await tools[name]?.execute(input, { sessionID: 'ses_1' })) ?? '';
  }

  it('reserve files, refuse them to another thread with holder, path and time, and give them after they were given back', async () => {
    assert.equal(
      await call('01.01.01', 'work_reserve', { paths: ['src/a.ts', 'lib/**'] }),
      'Reserved for thread 01.01.01: src/a.ts, lib/**.',
    );
    now += 60_000;
    const refused = await call('01.01.02', 'work_reserve', { paths: ['other.ts', 'lib/b.ts'] });
    assert.match(
      refused,
      /^Nothing was reserved: thread 01\.01\.01 has lib\/\*\*, which overlaps lib\/b\.ts \((59m|1h)[^)]* left\)\. Wait /,
    );
    assert.deepEqual(
      (await coordination.reservations()).map(({ thread, path: held }) => `${thread} ${held}`),
      ['01.01.01 src/a.ts', '01.01.01 lib/**'],
      'nothing of the request is granted',
    );
    assert.equal(await call('01.01.01', 'work_release', { paths: ['lib/**'] }), 'Given back: lib/**.');
    assert.equal(
      await call('01.01.02', 'work_reserve', { paths: ['other.ts', 'lib/b.ts'] }),
      'Reserved for thread 01.01.02: other.ts, lib/b.ts.',
    );
    assert.equal(
      await call('01.01.01', 'work_release', { paths: ['lib/**'] }),
      'Nothing was given back: thread 01.01.01 has src/a.ts reserved.',
    );
    assert.equal(await call('01.01.01', 'work_release'), 'Given back: src/a.ts.');
  });

  it('give a file to another thread when its time is over', async () => {
    await call('01.01.01', 'work_reserve', { paths: 'a.ts', ttlSeconds: 60 });
    assert.match(await call('01.01.02', 'work_reserve', { paths: 'a.ts' }), /^Nothing was reserved/);
    now += 60_000;
    assert.match(await call('01.01.02', 'work_reserve', { paths: 'a.ts' }), /^Reserved/);
  });

  it('take paths within the worktree alone, also absolute ones', async () => {
    const own = path.join(folder.path, 'worktree', 'src', 'a.ts');
    assert.equal(await call('01.01.01', 'work_reserve', { paths: [own] }), 'Reserved for thread 01.01.01: src/a.ts.');
    const bad: readonly [unknown, RegExp][] = [
      [{}, /`paths` is a list/],
      [{ paths: [] }, /Say which files/],
      [{ paths: ['../x'] }, /outside of your worktree/],
      [{ paths: [path.join(folder.path, 'x')] }, /outside of your worktree/],
      [{ paths: ['C:\\x'] }, /outside of your worktree/],
      [{ paths: ['!src/**'] }, /is not a path/],
      [{ paths: [''] }, /is not a path/],
      [{ paths: ['x'.repeat(600)] }, /is not a path/],
      [{ paths: Array.from({ length: 51 }, (_, index) => `${index}`) }, /More than 50/],
      [{ paths: ['a'], ttlSeconds: 59 }, /at least 60/],
      [{ paths: ['a'], ttlSeconds: 'long' }, /`ttlSeconds` is a number/],
    ];
    for (const [input, answer] of bad) {
      const said = await call('01.01.02', 'work_reserve', input);
      assert.match(said, /^Nothing was reserved\. /);
      assert.match(said, answer);
    }
    assert.equal((await coordination.reservations()).length, 1);
  });

  it('reserve nothing for a task that is over', async () => {
    status = 'completed';
    assert.match(
      await call('01.01.01', 'work_reserve', { paths: ['a'] }),
      /^Nothing was reserved: task 01\.01\.01\.01 is completed already/,
    );
    assert.deepEqual(await coordination.reservations(), []);
  });

  it('bring a message to the thread of the task it is to, once, and to a person', async () => {
    const letter = { to: ['01.01.02.01', 'Person'], subject: 'The\nport', body: 'Use 8080.\nNot 80.', importance: 'high' };
    assert.match(await call('01.01.01', 'work_send', letter), /^Sent to 01\.01\.02, person\. Go on/);
    assert.match(await call('01.01.02', 'work_reserve', { paths: ['z'] }), / You have 1 new message: read with work_inbox\.$/);
    const read = await call('01.01.02', 'work_inbox');
    assert.match(read, /^From thread 01\.01\.01 \(task 01\.01\.01\.01\), \S+ \(high\)\nThe port\nUse 8080\.\nNot 80\.$/);
    assert.equal(await call('01.01.02', 'work_inbox'), 'There are no new messages for your thread.');
    assert.equal(await call('01.01.02', 'work_inbox', { all: true }), read);
    assert.equal(await call('01.01.03', 'work_inbox', { all: true }), 'There are no messages for your thread.');
    assert.equal((await coordination.readMail('person')).length, 1);
  });

  it('send nothing to somebody who is not there, to oneself, or without a subject', async () => {
    const send = (to: unknown, subject = 's') => call('01.01.01', 'work_send', { to, subject, body: 'b' });
    assert.match(await send('09.01.01'), /^Nothing was sent\. "09\.01\.01" is neither/);
    assert.match(await send('01'), /is neither a thread or task/);
    assert.match(await send(['01.01.02', '1.1.1.1']), /is your own thread/);
    assert.match(await send([]), /Say whom/);
    assert.match(await send('person', ' \n'), /`subject` is one line/);
    assert.match(await call('01.01.01', 'work_send', { to: 'person', subject: 's', body: 'x'.repeat(10_001) }), /at most 10000/);
    assert.deepEqual(await coordination.mails(), []);
  });

  it('never write over a file that does not parse, and say so', async () => {
    await call('01.01.01', 'work_reserve', { paths: ['a'] });
    const file = path.join(folder.path, 'reservations.json');
    const broken = (await readFile(file, 'utf8')).slice(0, 40);
    await writeFile(file, broken);
    assert.match(await call('01.01.02', 'work_reserve', { paths: ['b'] }), /^That did not work: reservations\.json cannot be read/);
    assert.equal(await readFile(file, 'utf8'), broken);
    await writeFile(file, '{"version": 2, "reservations": []}');
    assert.match(await call('01.01.02', 'work_reserve', { paths: ['b'] }), /newer version/);
  });

  it('keep what a newer program wrote beside what they know', async () => {
    await call('01.01.01', 'work_reserve', { paths: ['a'] });
    const file = path.join(folder.path, 'reservations.json');
    await writeFile(
      file,
      (await readFile(file, 'utf8')).replace('"version": 1', '"version": 1, "extra": {"a": 1}').replace('"path"', '"note": "x", "path"'),
    );
    await call('01.01.02', 'work_reserve', { paths: ['b'] });
    const stored = JSON.parse(await readFile(file, 'utf8')) as { extra: unknown; reservations: Record<string, unknown>[] };
    assert.deepEqual(stored.extra, { a: 1 });
    assert.equal(stored.reservations.length, 2);
    assert.equal(stored.reservations[0]?.note, 'x');
  });

  it('lose nothing when many reserve at once', async () => {
    const paths = Array.from({ length: 12 }, (_, index) => `file-${index}`);
    await Promise.all(paths.map(each => call('01.01.01', 'work_reserve', { paths: [each] })));
    assert.deepEqual((await coordination.reservations()).map(held => held.path).sort(), [...paths].sort());
  });
});
