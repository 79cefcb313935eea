import assert from 'node:assert/strict';
import { parseJournalLine } from '../../../../src/domain/journal/journalLine';
import { upgraded, versionOf, type Changes } from '../../../../src/domain/journal/versions';

const changes: Changes = {
  'cake.baked': [
    ({ heat, ...line }) => ({ ...line, celsius: heat }), // 2: says the unit
    line => ({ ...line, oven: null }), // 3: says which oven, unknown before
  ],
};

describe('The versions of a kind', () => {
  it('are counted from 1, one more for every change', () => {
    assert.equal(versionOf('cake.baked', changes), 3);
    assert.equal(versionOf('cake.eaten', changes), 1);
  });

  for (const [v, line, expected] of [
    [1, { heat: 180 }, { celsius: 180, oven: null }],
    [2, { celsius: 180 }, { celsius: 180, oven: null }],
    [3, { celsius: 180, oven: 'a' }, { celsius: 180, oven: 'a' }],
  ] as const) {
    it(`brings a line of version ${v} to the newest`, () => {
      assert.deepEqual(upgraded({ v, ...line }, 'cake.baked', changes), { v: 3, ...expected });
    });
  }

  for (const v of [4, 0, -1, 1.5, '1', null, undefined]) {
    it(`leaves a line of version ${JSON.stringify(v)} alone`, () => {
      assert.equal(upgraded({ v, heat: 180 }, 'cake.baked', changes), undefined);
    });
  }

  const started = {
    seq: 1,
    at: '',
    epoch: 1,
    kind: 'run.started',
    run: 'r',
    batch: '01.01',
    threads: [],
    isolation: 'task',
    base: 'b',
    branch: null,
  };
  it('reads a run of before runs of a part were recorded, as a run of everything', () => {
    const parsed = parseJournalLine(JSON.stringify({ v: 1, ...started }));
    assert.deepEqual(parsed, { kind: 'event', event: { v: 4, ...started } });
  });

  it('passes over a run of a version that is yet to come', () => {
    assert.deepEqual(parseJournalLine(JSON.stringify({ v: 4, ...started, shape: 'new' })), {
      kind: 'unknown',
      seq: 1,
      event: 'run.started',
    });
  });
});
