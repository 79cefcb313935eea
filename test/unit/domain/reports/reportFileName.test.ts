import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import { reportFileName } from '../../../../src/domain/reports/reportFileName';

describe('reportFileName', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['Foundation', '01-foundation.md'],
    ['Fix - x', '01-fix---x.md'],
    ['Dependencies & Config', '01-dependencies-&-config.md'],
    ['Two  spaces\tand tab', '01-two-spaces-and-tab.md'],
    ['../../etc/passwd', '01-....etcpasswd.md'],
    ['C:\\x', '01-cx.md'],
    ['what? <all> "of" it|*', '01-what-all-of-it.md'],
    ['\x1b[31mred\x07', '01-red.md'],
    ['', '01-.md'],
  ];
  for (const [name, file] of cases) {
    it(`names the report of ${JSON.stringify(name)} ${file}`, () => assert.equal(reportFileName({ id: '01', name }), file));
  }

  it('is always the name of one file that every system takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), name => {
        const file = reportFileName({ id: '01', name });
        assert.equal(path.win32.basename(file), file);
        assert.doesNotMatch(file, /[\x00-\x1f\s/\\:*?"<>|]/);
        assert.ok(Array.from(file).length <= 106 && file.startsWith('01-') && file.endsWith('.md'));
      }),
    );
  });
});
