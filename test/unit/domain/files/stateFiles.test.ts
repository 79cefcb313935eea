import assert from 'node:assert/strict';
import { isStateFile, stateFilePathspecs } from '../../../../src/domain/files/stateFiles';

describe('isStateFile', () => {
  for (const file of ['work/index.json', 'work/x.yaml', 'work/001-x/PLAN.md', 'work/001-x/prompts/a/b.md', 'work/001-x/reports/01.md']) {
    it(`is true of ${file}`, () => assert.ok(isStateFile(file)));
  }
  for (const file of ['', 'work', 'index.json', 'work/a.txt', 'work/001-x/files/PLAN.md', 'work/001-x/PLAN.md/x', 'src/work/index.json']) {
    it(`is false of ${file === '' ? 'nothing' : file}`, () => assert.ok(!isStateFile(file)));
  }

  it('is the same list as the pathspecs', () => {
    const spec = (file: string) => stateFilePathspecs.some(text => pattern(text).test(file));
    for (const file of [
      'work/index.json',
      'work/001-x/tasks.json',
      'work/001-x/reports/a/b.md',
      'work/001-x/aar/01-first.md',
      'work/001-x/docs/a.md',
      'a/work/index.json',
    ]) {
      assert.equal(spec(file), isStateFile(file), file);
    }
  });
});

/** A `:(top,glob)` pathspec: `*` stays within a folder, `**` does not. */
const pattern = (text: string) =>
  new RegExp(
    `^${text.replace(':(top,glob)', '').replaceAll('.', '\\.').replaceAll('**', '\u0000').replaceAll('*', '[^/]*').replaceAll('\u0000', '.*')}$`,
  );
