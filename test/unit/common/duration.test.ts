import assert from 'node:assert/strict';
import { formatDuration } from '../../../src/common/duration';

describe('formatDuration', () => {
  const second = 1000;
  const cases: readonly (readonly [number, string])[] = [
    [0, '0s'],
    [-5, '0s'],
    [999, '0s'],
    [42 * second, '42s'],
    [60 * second, '1m'],
    [190 * second, '3m 10s'],
    [7199 * second, '1h 59m'],
    [7500 * second, '2h 5m'],
    [3601 * second, '1h'],
    [97_200 * second, '1d 3h'],
  ];
  for (const [milliseconds, text] of cases) {
    it(`says ${text} for ${milliseconds} ms`, () => assert.equal(formatDuration(milliseconds), text));
  }
});
