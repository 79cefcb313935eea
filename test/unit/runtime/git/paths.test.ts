import assert from 'node:assert/strict';
import path from 'node:path';
import { isBelow, isSamePath } from '../../../../src/runtime/git/paths';

describe('Paths', () => {
  for (const [inner, outer, expected] of [
    ['/a/b', '/a', true],
    ['/a/..b', '/a', true],
    ['/a/b/../c', '/a', true],
    ['/a', '/a', false],
    ['/a/', '/a', false],
    ['/ab', '/a', false],
    ['/', '/a', false],
    ['/a/../b', '/a', false],
  ] as const) {
    it(`${inner} is ${expected ? '' : 'not '}below ${outer}`, () => {
      assert.equal(isBelow(path.resolve(inner), path.resolve(outer)), expected);
    });
  }

  it('are the same with or without a last slash', () => {
    assert.equal(isSamePath(path.resolve('/a/'), path.resolve('/a')), true);
    assert.equal(isSamePath(path.resolve('/a'), path.resolve('/ab')), false);
  });
});
