import assert from 'node:assert/strict';
import fc from 'fast-check';
import picomatch from 'picomatch';
import { overlappingPaths, pathsOverlap } from '../../../../src/domain/reservations/pathOverlap';

describe('the overlap of reserved paths', () => {
  const together: readonly [string, string][] = [
    ['src/a.ts', 'src/a.ts'],
    ['./src/a.ts', 'src//a.ts'],
    ['src\\a.ts', 'src/a.ts'],
    ['src', 'src/deep/a.ts'],
    ['src/', 'src/a.ts'],
    ['src/*.ts', 'src/a.ts'],
    ['src/*.ts', 'src/a*'],
    ['src/**', 'src'],
    ['src/**', 'src/x/y/z.ts'],
    ['**/a.ts', 'src/x/a.ts'],
    ['src/**/x/*.ts', 'src/x/y.ts'],
    ['**', 'anything'],
    ['.', 'anything'],
    ['src/?.ts', 'src/a.ts'],
    ['pages/[id].tsx', 'pages/[id].tsx'],
    ['pages/[id].tsx', 'pages/i.tsx'],
    ['src/{a,b}.ts', 'src/b.ts'],
    ['{src/x,lib/y}/a.ts', 'lib/y/a.ts'],
    ['src/@(a|b).ts', 'src/a.ts'],
    ['README.md', 'readme.md'],
    ['straße.md', 'STRASSE.md'],
    ['caf\u00e9.md', 'cafe\u0301.md'],
    ['src/*', 'src/deep/a.ts'],
    ['**/a.ts', 'src'],
    ['**/a.ts', 'src/b.ts/'],
    ['docs/v1.x', 'docs/v1.x/a.md'],
  ];
  for (const [left, right] of together) {
    it(`is there for ${left} and ${right}`, () => assert.ok(pathsOverlap(left, right)));
  }

  const apart: readonly [string, string][] = [
    ['src/a.ts', 'src/b.ts'],
    ['src/a.ts', 'src/a.tsx'],
    ['src', 'srcs/a.ts'],
    ['src/*.ts', 'src/a.js'],
    ['src/*.ts', 'src/deep/a.js'],
    ['src/**', 'lib/a.ts'],
    ['**/a.ts', 'src/b.ts'],
    ['src/**/x.ts', 'src/y/z.ts'],
    ['src/a?.ts', 'src/a.ts'],
    ['src/{a,b}/x.ts', 'src/a/y.ts'],
    ['app/(group)/x.ts', 'app/(other)/x.ts'],
    ['a{b', 'ac'],
  ];
  for (const [left, right] of apart) {
    it(`is not there for ${left} and ${right}`, () => assert.ok(!pathsOverlap(left, right)));
  }

  const name = fc.stringMatching(/^[ab.]{1,3}$/).filter(text => !/^\.+$/.test(text));
  const file = fc.array(name, { minLength: 1, maxLength: 4 }).map(parts => parts.join('/'));
  const part = fc.oneof(
    name,
    fc.constantFrom('*', '**', 'a*', '*b', '?', '?b', '[ab]', '{a,b}', '{a,b*}', '*.a', '@(a|b)', '{a/b,b/a}', 'a**'),
  );
  const glob = fc.array(part, { minLength: 1, maxLength: 4 }).map(parts => parts.join('/'));
  /** A pattern that matches the file: each of its names widened in some way. */
  const around = (path: string) =>
    fc
      .tuple(
        ...path
          .split('/')
          .map(segment =>
            fc
              .constantFrom(segment, '*', '**', `**/${segment}`, `${segment.slice(0, 1)}*`, `*${segment.slice(1)}`, `?${segment.slice(1)}`)
              .chain(wide => fc.constantFrom(wide, `{${wide},zz}`, `@(${wide}|zz)`)),
          ),
      )
      .map(parts => parts.join('/'));
  const matched = file.chain(path => fc.tuple(fc.constant(path), around(path), around(path)));

  it('does not depend on which of the two is asked first, and is there for a path with itself', () => {
    fc.assert(
      fc.property(glob, glob, (left, right) => {
        assert.equal(pathsOverlap(left, right), pathsOverlap(right, left));
        assert.ok(pathsOverlap(left, left));
      }),
    );
  });

  it('is there whenever a file matches both', () => {
    let tried = 0;
    fc.assert(
      fc.property(matched, ([path, left, right]) => {
        const matches = (pattern: string) => picomatch.isMatch(path, pattern, { dot: true });
        if (!matches(left) || !matches(right)) return;
        tried++;
        assert.ok(pathsOverlap(left, right), `${path} matches both`);
      }),
      { numRuns: 1000 },
    );
    assert.ok(tried > 300, `${tried}`);
  });

  it('is never there for files with other names', () => {
    fc.assert(
      fc.property(file, file, (left, right) => {
        const [shorter, longer] = [left.split('/'), right.split('/')].sort((a, b) => a.length - b.length);
        fc.pre(shorter?.some((segment, index) => segment !== longer?.[index]) === true);
        assert.ok(!pathsOverlap(left, right));
      }),
    );
  });

  it('takes no longer for patterns that are made to be slow', () => {
    const slow = `${'*a'.repeat(200)}/${'**/'.repeat(60)}x`;
    assert.ok(!pathsOverlap(slow, `${'*a'.repeat(100)}b/y`));
  });

  it('names the paths that overlap another list', () => {
    assert.deepEqual(overlappingPaths(['src/a.ts', 'lib/**', 'x'], ['lib/b.ts', 'y']), ['lib/**']);
  });
});
