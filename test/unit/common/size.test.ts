import assert from 'node:assert/strict';
import { formatSize } from '../../../src/common/size';

describe('formatSize', () => {
  const table: readonly [number, string][] = [
    [0, '0 B'],
    [-1, '0 B'],
    [1023, '1023 B'],
    [1024, '1 KB'],
    [1536, '1.5 KB'],
    [9.9 * 1024, '9.9 KB'],
    [9.99 * 1024, '10 KB'],
    [1023.4 * 1024, '1023 KB'],
    [1023.9 * 1024, '1 MB'],
    [5 * 1024 ** 3, '5 GB'],
    [3000 * 1024 ** 4, '3000 TB'],
  ];
  for (const [bytes, text] of table) {
    it(`writes ${bytes} bytes as ${text}`, () => {
      assert.equal(formatSize(bytes), text);
    });
  }
});
