import assert from 'node:assert/strict';
import { temporaryRepository } from '../support/gitRepository';
import { inWindow } from './support/story';

describe('The installed extension, in a repository without workstreams', () => {
  it('says what it is for and offers to create the first', async () => {
    const repository = await temporaryRepository({ files: { 'README.md': '# A project\n' } });
    try {
      await inWindow('welcome', repository.root, { restricted: false }, async window => {
        await window.openContainer('Work');
        assert.match(await window.tree('Plan').welcome(), /Create Workstream/);
        await window.screenshot('no-workstreams');
      });
    } finally {
      await repository.dispose();
    }
  });
});
