import assert from 'node:assert/strict';
import { findLinks } from '../../../../src/views/terminals/links';

const found = (row: string) =>
  findLinks(row).map(link =>
    link.kind === 'commit'
      ? `commit ${link.commit}`
      : `${link.file}${link.line === undefined ? '' : `:${link.line}`}${link.column === undefined ? '' : `:${link.column}`}`,
  );

describe('findLinks', () => {
  const cases: readonly [string, string[]][] = [
    ['  at run (src/a.test.ts:12:5)', ['src/a.test.ts:12:5']],
    ['src/a.ts(3,7): error TS2322', ['src/a.ts:3:7']],
    ['edit  ./lib/deep/x.js and a.ts:9', ['./lib/deep/x.js', 'a.ts:9']],
    ['/home/me/x y/z.ts', ['y/z.ts']],
    ['C:\\work\\a.ts:4', ['C:\\work\\a.ts:4']],
    ['see https://example.com/a/b.html', []],
    ['version 1.2 of node.js, e.g. this', []],
    ['[main 3f2a9bc] feat: x', ['commit 3f2a9bc']],
    ['commit 0123456789abcdef0123456789abcdef01234567', ['commit 0123456789abcdef0123456789abcdef01234567']],
    ['1234567 deadbeef defaced', []],
  ];
  for (const [row, links] of cases) {
    it(`finds ${JSON.stringify(links)} in ${JSON.stringify(row)}`, () => assert.deepEqual(found(row), links));
  }
});
