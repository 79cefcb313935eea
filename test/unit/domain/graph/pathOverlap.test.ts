import assert from 'node:assert/strict';
import fc from 'fast-check';
import picomatch from 'picomatch';
import { pathsOverlap, sharedPaths } from '../../../../src/domain/graph/pathOverlap';

describe('pathsOverlap', () => {
  const together: readonly (readonly [string, string])[] = [
    ['src/a.ts', 'src/a.ts'],
    ['./src/a.ts', 'SRC/a.ts'],
    ['src', 'src/deep/a.ts'],
    ['src/*.ts', 'src/a.ts'],
    ['src/**', 'src/deep/er/a.ts'],
    ['**/*.test.ts', 'test/unit/a.test.ts'],
    ['src/**/a.ts', 'src/a.ts'],
    ['src/**', '**/a.ts'],
    ['src/a*.ts', 'src/*b.ts'],
    ['src/{a,b}.ts', 'src/b.ts'],
    ['{src/a,lib}/x.ts', 'lib/x.ts'],
    ['app/[id]/page.tsx', 'app/[id]/page.tsx'],
    ['**', 'anything'],
    ['src/*/a.ts', 'src/x/*.ts'],
  ];
  const apart: readonly (readonly [string, string])[] = [
    ['src/a.ts', 'src/b.ts'],
    ['src/a.ts', 'src/a.tsx'],
    ['src', 'srcs/a.ts'],
    ['src/*.ts', 'src/deep/a.ts'],
    ['src/**', 'test/**'],
    ['*.ts', 'src/a.ts'],
    ['src/*.ts', 'src/*.css'],
    ['src/a*', 'src/b*'],
    ['!src/a.ts', 'src/a.ts'],
    ['**/*.md', 'src/a.ts'],
    ['src/{a,b}.ts', 'src/c.ts'],
  ];
  for (const [left, right] of together) {
    it(`finds that ${left} and ${right} may mean the same file, whichever comes first`, () => {
      assert.ok(pathsOverlap(left, right));
      assert.ok(pathsOverlap(right, left));
    });
  }
  for (const [left, right] of apart) {
    it(`finds that ${left} and ${right} never do, whichever comes first`, () => {
      assert.ok(!pathsOverlap(left, right));
      assert.ok(!pathsOverlap(right, left));
    });
  }

  it('never misses two globs that one file matches', () => {
    const segment = fc.constantFrom('a', 'b', 'ab', '*', '**', 'a*', '*b', '?', '{a,b}', '[ab]');
    const glob = fc.array(segment, { minLength: 1, maxLength: 4 }).map(segments => segments.join('/'));
    const file = fc.array(fc.constantFrom('a', 'b', 'ab', 'aab'), { minLength: 1, maxLength: 4 }).map(segments => segments.join('/'));
    fc.assert(
      fc.property(glob, glob, file, (left, right, path) => {
        fc.pre(picomatch(left)(path) && picomatch(right)(path));
        assert.ok(pathsOverlap(left, right));
      }),
      { numRuns: 60 },
    );
  });

  it('names those of the first list that are in the way', () => {
    assert.deepEqual(sharedPaths(['src/a.ts', 'docs/**', 'x'], ['src', 'docs/index.md']), ['src/a.ts', 'docs/**']);
  });
});
