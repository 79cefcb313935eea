import assert from 'node:assert/strict';
import fc from 'fast-check';
import { writtenFiles } from '../../../../src/domain/guards/writtenFiles';

describe('writtenFiles', () => {
  it('names the file of write and edit', () => {
    assert.deepEqual(writtenFiles('write', { filePath: 'a.js', content: '' }), ['a.js']);
    assert.deepEqual(writtenFiles('edit', { filePath: '/x/b.js', oldString: 'a', newString: 'b' }), ['/x/b.js']);
  });

  it('names every file of a patch', () => {
    const patchText = [
      '*** Begin Patch',
      '*** Add File: new.js',
      '+*** Add File: only text',
      '*** Update File: old.js',
      '*** Move to: ../moved.js',
      '@@',
      '-a',
      '+b',
      '*** Delete File:/abs/gone.js',
      '*** End Patch',
    ].join('\r\n');
    assert.deepEqual(writtenFiles('apply_patch', { patchText }), ['new.js', 'old.js', '../moved.js', '/abs/gone.js']);
  });

  it('is empty for tools that write nothing and for input that is none', () => {
    assert.deepEqual(writtenFiles('read', { filePath: 'a.js' }), []);
    for (const input of [undefined, null, 1, 'a', {}, { filePath: 1 }, { patchText: ['x'] }]) {
      assert.deepEqual([...writtenFiles('write', input), ...writtenFiles('apply_patch', input)], []);
    }
  });

  it('answers anything', () => {
    fc.assert(fc.property(fc.string(), fc.anything(), (tool, input) => Array.isArray(writtenFiles(tool, input))));
  });
});
