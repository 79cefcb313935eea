import assert from 'node:assert/strict';
import { safeExitReason } from '../../../../src/domain/run/safeExit';

describe('safeExitReason', () => {
  const cases: readonly [string, string | undefined][] = [
    ['blocked(01.01.02.01): no API key', 'no API key'],
    ['blocked(1.1.2.1): no API key', 'no API key'],
    ['blocked(01.01.02): the whole thread waits', 'the whole thread waits'],
    ['Blocked( auth/setup ):   spaces   ', 'spaces'],
    ['blocked(auth-setup): a task file’s own id', 'a task file’s own id'],
    ['blocked(123): an issue’s number', 'an issue’s number'],
    ['blocked(01.01.03.01): another task', undefined],
    ['blocked(01.01.02.02): the next task', undefined],
    ['blocked(02.01): another batch', undefined],
    ['blocked(01.01.02.01):', undefined],
    ['blocked(01.01.02.01) no colon', undefined],
    ['blocked(): nobody', undefined],
    ['unblocked(01.01.02.01): it goes on', undefined],
    ['feat(01.01.02.01): blocked(01.01.02.01): quoted', undefined],
    ['', undefined],
    [
      'blocked(x): subject\n\nThe tests failed\nthree times.\n\nSecond paragraph.',
      'subject. The tests failed three times. Second paragraph.',
    ],
    ['blocked(x): subject.\n\nWhy.\n\nTask: 01.01.02.01\nSigned-off-by: A <a@b>', 'subject. Why.'],
    ['blocked(x): subject\n\nSigned-off-by: A <a@b>', 'subject'],
    ['blocked(x): a\u001b[31m red\u0007 word', 'a red word'],
  ];
  for (const [message, reason] of cases) {
    it(`finds ${reason === undefined ? 'no reason' : `"${reason}"`} in ${JSON.stringify(message)}`, () => {
      assert.equal(safeExitReason(message, '01.01.02.01'), reason);
    });
  }

  it('keeps a long story short', () => {
    assert.ok((safeExitReason(`blocked(x): y\n\n${'word '.repeat(1000)}`, '01.01.02.01') ?? '').length <= 600);
  });
});
