import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import { journalFolder } from '../../../../src/runtime/journal/journalPaths';

const common = path.join(path.parse(process.cwd()).root, 'repo', '.git');

describe('journalFolder', () => {
  it('is named for the workstream', () => {
    assert.equal(journalFolder(common, '001-main-story'), path.join(common, 'work', '001-main-story'));
  });

  it('stays one folder inside work, and one per workstream, whatever the id', () => {
    const id = fc.string({
      unit: fc.oneof(fc.constantFrom('.', '/', '\\', '%', ':', 'a', '2', 'e'), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })),
    });
    fc.assert(
      fc.property(id, id, (left, right) => {
        const folder = journalFolder(common, left);
        assert.equal(path.dirname(folder), path.join(common, 'work'));
        assert.match(path.basename(folder), /^[A-Za-z0-9%_-][A-Za-z0-9%._-]*$/);
        if (left !== right) assert.notEqual(folder, journalFolder(common, right));
      }),
    );
  });
});
