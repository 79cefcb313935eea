import assert from 'node:assert/strict';
import { decodeIndex, decodeTasks, decodeThreads } from '../../../../src/domain/files/decode';

const task = (fields: object) => ({ id: '01.01.01.01', name: 'Do it', status: 'pending', ...fields });
const tasks = (...list: unknown[]) => JSON.stringify({ version: '1.0.0', stream_id: 's', last_updated: 't', tasks: list }, null, 2);

describe('decodeTasks', () => {
  it('reads what it knows and minds neither unknown keys nor nulls', () => {
    const decoded = decodeTasks(tasks(task({ report: null, github_issue: { number: 1 } })));
    assert.ok(decoded.ok);
    assert.equal(decoded.value[0]?.report, undefined);
    assert.equal(decoded.value[0]?.stage_name, '');
    assert.deepEqual(decoded.problems, []);
  });

  it('reads sessions embedded in tasks, and lets one that does not fit not hide its task', () => {
    const session = { sessionId: 'ses_1', agentName: 'a', model: 'm', startedAt: 't', status: 'running' };
    const decoded = decodeTasks(tasks(task({ sessions: [session, { sessionId: 'ses_2', status: 'sleeping' }] })));
    assert.ok(decoded.ok);
    assert.deepEqual(
      decoded.value[0]?.sessions?.map(({ sessionId }) => sessionId),
      ['ses_1'],
    );
  });

  it('pads ids', () => {
    const decoded = decodeTasks(tasks(task({ id: '1.2.3.4' })));
    assert.ok(decoded.ok);
    assert.equal(decoded.value[0]?.id, '01.02.03.04');
  });

  const odd: readonly (readonly [name: string, entry: unknown, message: RegExp])[] = [
    [
      'a status nobody knows',
      task({ status: 'done' }),
      /^tasks\.1\.status: Invalid status "done"\. Valid: pending, in_progress, completed, blocked, cancelled$/,
    ],
    [
      'an id of three numbers',
      task({ id: '01.01.01' }),
      /Invalid task ID format: 01\.01\.01\. Expected "stage\.batch\.thread\.task" \(e\.g\., "01\.01\.02\.03"\)$/,
    ],
    ['an entry that is no object', 'x', /^tasks\.1: /],
    ['an entry without an id', { status: 'pending' }, /^tasks\.1\.id: /],
  ];
  for (const [name, entry, message] of odd) {
    it(`leaves out ${name}, says where it is and keeps the others`, () => {
      const decoded = decodeTasks(tasks(task({}), entry, task({ id: '01.01.01.02' })));
      assert.ok(decoded.ok);
      assert.deepEqual(
        decoded.value.map(({ id }) => id),
        ['01.01.01.01', '01.01.01.02'],
      );
      assert.equal(decoded.problems.length, 1);
      assert.match(decoded.problems[0]?.message ?? '', message);
      assert.ok((decoded.problems[0]?.position.line ?? 0) > 8);
    });
  }

  it('takes the first of two tasks with one id', () => {
    const decoded = decodeTasks(tasks(task({ name: 'first' }), task({ id: '1.1.1.1', name: 'second' })));
    assert.ok(decoded.ok);
    assert.deepEqual(
      decoded.value.map(({ name }) => name),
      ['first'],
    );
    assert.match(decoded.problems[0]?.message ?? '', /Task "01\.01\.01\.01" is there twice/);
  });

  for (const [name, text, message] of [
    ['is not JSON', '{', /missing|expected/],
    ['is no object', '[]', /object/],
    ['has no list', '{"tasks": {}}', /a list "tasks" is expected/],
    ['is null', 'null', /object/],
  ] as const) {
    it(`says what is wrong with a file that ${name}`, () => {
      const decoded = decodeTasks(text);
      assert.ok(!decoded.ok);
      assert.match(decoded.message, message);
    });
  }
});

describe('decodeIndex', () => {
  const index = (...streams: unknown[]) => JSON.stringify({ version: '1.0.0', last_updated: 't', current_stream: '000-a', streams });

  it('keeps what people approved', () => {
    const approval = {
      status: 'approved',
      plan_hash: 'x',
      tasks: { status: 'approved' },
      stages: { '1': { status: 'approved', commit_sha: 'c' } },
    };
    const decoded = decodeIndex(index({ id: '000-a', name: 'a', order: 0, path: 'work/000-a', approval }));
    assert.ok(decoded.ok);
    assert.equal(decoded.value.current_stream, '000-a');
    assert.equal(decoded.value.streams[0]?.approval?.stages?.['1']?.commit_sha, 'c');
  });

  it('takes an approval that it cannot read for none', () => {
    const decoded = decodeIndex(
      index({ id: '000-a', name: 'a', approval: 'yes' }, { id: '001-b', name: 'b', approval: { status: 'granted' } }),
    );
    assert.ok(decoded.ok);
    assert.deepEqual(
      decoded.value.streams.map(({ approval }) => approval?.status),
      [undefined, 'draft'],
    );
  });

  for (const id of ['../x', 'a/b', 'a\\b', '..', '.', '', '/etc', 'C:', 'x\u0000', 'x.', '. ']) {
    it(`refuses the folder name ${JSON.stringify(id)}`, () => {
      const decoded = decodeIndex(index({ id, name: 'a' }));
      assert.ok(decoded.ok);
      assert.deepEqual(decoded.value.streams, []);
      assert.match(decoded.problems[0]?.message ?? '', /folder/);
    });
  }
});

describe('decodeThreads', () => {
  it('reads a file whose stream_id is empty', () => {
    const decoded = decodeThreads('{"version":"1.0.0","stream_id":"","last_updated":"t","threads":[{"threadId":"01.01.01"}]}');
    assert.ok(decoded.ok);
    assert.deepEqual(
      decoded.value.map(({ threadId, sessions }) => ({ threadId, sessions })),
      [{ threadId: '01.01.01', sessions: [] }],
    );
  });
});
