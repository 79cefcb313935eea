import assert from 'node:assert/strict';
import { untranslated } from '../../../../src/common/translate';
import { foreseenOf, sameForecast, withoutThread, type ForeseenConflict } from '../../../../src/domain/merge/foreseen';
import { treeRow } from '../../../../src/domain/tree/rows';
import { threadNode } from '../../../support/planNodes';

const conflicts: readonly ForeseenConflict[] = [
  { thread: '01.01.01', other: null, files: ['a.ts'] },
  { thread: '01.01.01', other: '01.01.02', files: ['b.ts', 'c.ts'] },
  { thread: '01.01.02', other: '01.01.03', files: ['d.ts'] },
];

describe('A foreseen conflict', () => {
  it('is seen by both of its threads', () => {
    assert.deepEqual(foreseenOf(conflicts, '01.01.02'), [
      { other: '01.01.01', files: ['b.ts', 'c.ts'] },
      { other: '01.01.03', files: ['d.ts'] },
    ]);
    assert.deepEqual(foreseenOf(conflicts, '01.01.04'), []);
  });

  it('is over when one of them is in', () => {
    assert.deepEqual(withoutThread(conflicts, '01.01.02'), conflicts.slice(0, 1));
    assert.ok(sameForecast(conflicts, [...conflicts]) && !sameForecast(conflicts, conflicts.slice(1)));
  });

  it('is what the row of a running thread says, with whom and where in words, and never once it has come true', () => {
    const foreseen = [
      { other: '01.01.02', files: ['b.ts', 'c.ts'] },
      { other: null, files: ['a.ts'] },
    ];
    const row = treeRow(threadNode('01.01.01', [], { running: true, foreseen }), untranslated);
    assert.deepEqual([row.icon, row.colour], ['mayConflict', 'yellow']);
    assert.match(row.description, /may conflict/);
    assert.match(row.accessibleLabel, /may conflict, with thread 01\.01\.02 in b\.ts, c\.ts, with the integration branch in a\.ts/);
    assert.match(row.contextValue, / running/);
    const at = '2026-01-20T21:30:00.000Z';
    const conflicted = { state: 'conflicted', files: ['a'], ours: 'o', theirs: 't', at } as const;
    assert.equal(treeRow(threadNode('01.01.01', [], { foreseen, merge: conflicted }), untranslated).icon, 'conflict');
  });
});
