import assert from 'node:assert/strict';
import { waitFor } from '../support/waitFor';
import { inSample, reporting } from './support/sample';

const blocked = JSON.stringify({ task: '01.01.01.01', status: 'blocked', report: 'Is this the right name?' });
const quote = 'export const kebab = text => text.toLowerCase();';
const scripts = {
  '01.01.01.01': [
    `[[write src/case.js | ${quote}]]\n[[tool work_task_report ${blocked}]]\n[[say Blocked.]]`,
    `[[write src/case.js | export const kebabCase = text => text.toLowerCase();]]\n${reporting('01.01.01.01', 'Renamed it.')}`,
  ],
};

describe('A review', function () {
  this.timeout(300_000);

  it('shows what an agent did in one tab, keeps a comment over a reload, and sends it to the agent', async () => {
    await inSample('review', { scripts }, async (window, sample) => {
      const tree = window.tree('Plan');
      await tree.shows('01.01.01 Case Styles');
      await tree.expand('01.01.01 Case Styles');
      await tree.contextMenu('01.01.01.01 Write camelCase, kebabCase and snakeCase', 'Run Task');
      await waitFor('the question of the agent', async () => (await sample.statuses('01.01.01.01')).join() === '01.01.01.01 blocked', {
        timeout: 120_000,
      });
      await tree.shows(/01\.01\.01\.01 .* · blocked/);
      await waitFor('the run to end', async () => !(await tree.drawing()).includes('running')); // rows are drawn anew then
      await tree.inlineAction('01.01.01 Case Styles', 'Open Changes');
      const entry = window.page.locator('.multiDiffEntry', { hasText: 'case.js' }).first();
      await entry.waitFor();
      const line = entry.locator('.editor.modified .view-line', { hasText: 'export' }).first();
      await line.waitFor();
      await window.screenshot('changes');

      await line.click();
      await window.runCommand('Work: Add Comment');
      await window.quickInput.enter('Call it kebabCase, as the others.');
      const draft = window.page.locator('.review-widget', { hasText: 'Call it kebabCase' }).first();
      await draft.filter({ hasText: 'Draft' }).waitFor();
      await window.screenshot('draft');

      await window.reload();
      await draft.filter({ hasText: 'Draft' }).waitFor();
      await window.page.locator('.multiDiffEntry', { hasText: 'case.js' }).first().waitFor();
      await draft.locator('.action-label[aria-label^="Send to Agent"]').first().click();
      const told = await waitFor('the comment at the agent', () =>
        sample.requests.find(({ messages }) => messages.some(({ text }) => text.includes('Call it kebabCase'))),
      );
      const message = told.messages.find(({ text }) => text.includes('Call it kebabCase'))?.text ?? '';
      assert.match(message, /src\/case\.js:1 /);
      assert.ok(message.includes(`> ${quote}`), message);
      await waitFor('the agent to be done', async () => (await sample.statuses('01.01.01.01')).join() === '01.01.01.01 completed', {
        timeout: 120_000,
      });
      await window.runCommand('Work: Show Review Comments');
      await window.page.locator('.quick-input-list .monaco-list-row', { hasText: /src\/case\.js:1.*sent · 01\.01\.01/ }).waitFor();
      await window.screenshot('sent');
      const sent = sample.requests.filter(({ messages }) => (messages.at(-1)?.text ?? '').includes('Call it kebabCase'));
      assert.equal(sent.length, 1);
    });
  });
});
