import assert from 'node:assert/strict';
import { describeIgnored, ignoredWarning, type IgnoredLine } from '../../../../src/domain/journal/ignoredLine';

describe('Lines of a journal that are passed over', () => {
  const cases: readonly (readonly [IgnoredLine, string])[] = [
    [
      { line: 7, reason: 'unknown', event: 'stage.painted' },
      'line 7 (stage.painted) is of a newer version of Workstreams: it is kept and passed over',
    ],
    [
      { line: 8, reason: 'superseded', event: 'run.finished' },
      'line 8 (run.finished) was written by a driver that had been replaced: it does not count',
    ],
    [{ line: 9, reason: 'unreadable' }, 'line 9 cannot be read: it is damaged, or not ours; it is kept and passed over'],
    [
      { line: 1, reason: 'unknown', event: 'a\u001b[2J\nb' },
      'line 1 (a b) is of a newer version of Workstreams: it is kept and passed over',
    ],
  ];
  for (const [ignored, sentence] of cases) it(sentence, () => assert.equal(describeIgnored(ignored), sentence));

  it('are told before the journal is written on, with their numbers', () => {
    const damaged = [3, 4, 5, 6, 7, 8].map((line): IgnoredLine => ({ line, reason: 'unreadable' }));
    assert.equal(
      ignoredWarning([{ line: 2, reason: 'unknown' }, ...damaged]),
      'The journal has 1 line (2) of a newer version of Workstreams. They are kept, but not understood here: update this program. The journal has 6 lines (3, 4, 5, 6, 7 …) that cannot be read. They are kept and passed over. Show Journal lists them.',
    );
  });

  it('are not told when only replaced drivers wrote them', () => {
    assert.equal(ignoredWarning([{ line: 2, reason: 'superseded' }]), undefined);
    assert.equal(ignoredWarning([]), undefined);
  });
});
