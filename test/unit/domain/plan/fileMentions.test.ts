import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mentionedFiles } from '../../../../src/domain/plan/fileMentions';

describe('mentionedFiles', () => {
  const table: readonly [string, readonly string[]][] = [
    ['Edit `package.json` and `src/a.ts`.', ['package.json', 'src/a.ts']],
    ['Edit src/plain/path.ts, (lib/b.js) and "docs/c.md".', ['src/plain/path.ts', 'lib/b.js', 'docs/c.md']],
    ['`./src/a.ts` is `src/a.ts` is `src\\a.ts` is `src/a.ts:12:3`', ['src/a.ts']],
    ['`src/app/[id]/page.tsx` and `src/(group)/x.ts`', ['src/app/[id]/page.tsx', 'src/(group)/x.ts']],
    ['`../other/x.rs` and `.github/workflows/ci.yml`', ['../other/x.rs', '.github/workflows/ci.yml']],
    ['`work fix`, `npm run x`, `Array.from`, `foo.bar()`, Node.js, e.g. this, v1.2.3', []],
    ['`src/**/*.ts`, `https://example.com/a.html`, http://example.com/b.html, `./packages/workstreams`', []],
    [
      'Read first: `openspec/x/proposal.md`, docs/a.md\n\n**References:** `b.ts`\nEdit c.ts, `d.ts`. The references are in `e.ts`.',
      ['d.ts', 'e.ts'],
    ],
    ['', []],
  ];
  for (const [text, expected] of table) {
    it(`finds ${expected.join(', ') || 'no file'} in ${JSON.stringify(text)}`, () => assert.deepEqual(mentionedFiles(text), expected));
  }

  it('never throws and names each file once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), text => {
        const files = mentionedFiles(text);
        assert.equal(new Set(files).size, files.length);
      }),
    );
  });
});
