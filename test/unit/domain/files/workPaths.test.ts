import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import { isSafeName, promptSlug, reportFileName, safeSegments, storedPromptPath } from '../../../../src/domain/files/workPaths';

describe('names of files', () => {
  for (const [name, slug, report] of [
    ['Dependencies & Config', 'dependencies---config', '04-dependencies-&-config.md'],
    ['Fix - x', 'fix---x', '04-fix---x.md'],
    ['a/b', 'a-b', '04-ab.md'],
    ['..\\..\\C: x', '------c--x', '04-....c-x.md'],
    ['Überblick', '-berblick', '04-überblick.md'],
  ] as const) {
    it(`follow two rules: ${name}`, () => {
      assert.equal(promptSlug(name), slug);
      assert.equal(reportFileName(4, name), report);
    });
  }

  it('never lead out of their folder, whatever a plan calls its stages and threads', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.constantFrom('../../etc/passwd', 'C:\\x', '..', '\u0000', '$(rm -rf ~)'),
    );
    fc.assert(
      fc.property(name, name, fc.nat({ max: 99 }), (stage, thread, number) => {
        const file = reportFileName(number, stage);
        assert.ok(Buffer.byteLength(file) < 255);
        assert.equal(path.posix.basename(file), file);
        assert.equal(path.win32.basename(file), file);
        assert.ok(isSafeName(`${promptSlug(thread)}.md`));
      }),
    );
  });
});

describe('safeSegments', () => {
  for (const bad of ['/etc/passwd', '../x', 'a/../../x', 'a//b', 'C:\\x', 'a\\..\\b', '', 'a/', 'a/b\u0000', '~/../x', 'a/. /b']) {
    it(`refuses ${JSON.stringify(bad)}`, () => assert.equal(safeSegments(bad), undefined));
  }

  it('takes both separators', () => {
    assert.deepEqual(safeSegments('001-x\\prompts/a.md'), ['001-x', 'prompts', 'a.md']);
  });
});

describe('storedPromptPath', () => {
  for (const [stored, relative] of [
    ['001-x/prompts/01-a/01-b/c.md', 'prompts/01-a/01-b/c.md'],
    ['001-x\\prompts\\c.md', 'prompts/c.md'],
    ['002-y/prompts/c.md', undefined],
    ['001-x/../002-y/c.md', undefined],
    ['/etc/passwd', undefined],
    ['001-x', undefined],
    ['001-x/tasks.json', undefined],
    [undefined, undefined],
  ] as const) {
    it(`makes ${String(relative)} of ${String(stored)}`, () => assert.equal(storedPromptPath('001-x', stored), relative));
  }
});
