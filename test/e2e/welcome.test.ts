import assert from 'node:assert/strict';
import { temporaryRepository } from '../support/gitRepository';
import { inWindow } from './support/story';

describe('The installed extension, in a repository without workstreams', () => {
  it('says what it is for, offers to create the first, and leads to the place in its plan where something is to be written', async () => {
    const repository = await temporaryRepository({ files: { 'README.md': '# A project\n' } });
    try {
      await inWindow('welcome', repository.root, { restricted: false }, async window => {
        await window.openContainer('Work');
        const tree = window.tree('Plan');
        assert.match(await tree.welcome(), /Create Workstream[^]*import a plan[^]*Get started in four steps/);
        await window.screenshot('no-workstreams');

        await window.button('Create Workstream').click();
        await window.page.locator('.quick-input-title', { hasText: '(1/2)' }).waitFor();
        await window.quickInput.enter('word-count');
        await window.page.locator('.quick-input-title', { hasText: '(2/2)' }).waitFor(); // else the button has the focus again, and gets the key
        await window.quickInput.enter('1');
        await tree.shows('01.01.01 ');
        assert.match(await tree.message(), /^No tasks yet: say in PLAN\.md what each thread is to do, then Run Batch$/);
        await tree.inlineAction('01.01 Batch 01.01', 'Run Batch');
        await window.messages.pressInNotification(/Thread 01\.01\.01 does not say what is to be done\./, 'Go to Plan');
        await window.statusItem(/^Ln 31, Col 1/).waitFor();
      });
    } finally {
      await repository.dispose();
    }
  });
});
