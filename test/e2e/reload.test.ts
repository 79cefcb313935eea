import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { waitFor } from '../support/waitFor';
import { inSample, reporting, type Sample } from './support/sample';

const scripts = {
  '01.01.01.01': `[[tell The words stand in src/words.js.]]\n[[write case.md | Notes.]]\n[[gate]]\n${reporting('01.01.01.01', 'Did it.')}`,
  '01.01.01.02': reporting('01.01.01.02', 'Did the rest.'),
  '01.01.02.01': `[[tell I look outside.]]\n[[bash cat {{outside}}]]\n[[write slug.md | Notes.]]\n${reporting('01.01.02.01', 'Looked.')}`,
  '01.01.02.02': reporting('01.01.02.02', 'Looked again.'),
};

/** `<task> <how often an agent was sent something to do for it>` */
function prompts(sample: Sample): readonly string[] {
  const sent = sample.requests.filter(({ messages }) => messages.at(-1)?.role === 'user').map(({ label }) => label);
  return Object.keys(scripts).map(task => `${task} ${sent.filter(label => label === task).length}`);
}

describe('A window that is reloaded while agents work', () => {
  it('has its terminals, its tree and its questions again, takes no focus, and carries the batch to its end', async () => {
    await inSample('reload', { scripts }, async (window, sample) => {
      const list = path.join(path.dirname(sample.root), 'list.txt');
      await writeFile(list, 'the list\n');
      sample.model.vars.outside = list;
      const tree = window.tree('Plan');
      const ours = async () => (await window.terminals.names()).filter(name => name.includes('01.01.0'));
      await tree.inlineAction('01.01 Words and Case', 'Run Batch');
      await sample.held(1);
      await tree.shows(/01\.01\.02 Slugs · 0\/2 · waiting for you/);
      await tree.click('01.01.01 Case Styles');
      await window.terminals.shows('The words stand in src/words.js.');
      const before = await ours();
      assert.deepEqual(before, ['◐ Case Styles · 01.01.01', '? Slugs · 01.01.02']);
      await window.screenshot('before');

      await window.reload();
      await tree.shows(/01\.01\.01 Case Styles · 0\/2 · running/);
      await tree.shows(/01\.01\.02 Slugs · 0\/2 · waiting for you/);
      await waitFor('the terminals', async () => (await ours()).join() === before.join(), { describe: () => ours() });
      await window.terminals.shows('The words stand in src/words.js.');
      const focused = await window.page.evaluate<string>(`document.activeElement?.className ?? ''`);
      assert.doesNotMatch(focused, /xterm/);
      await window.screenshot('after');
      assert.equal(sample.model.waiting, 1, 'the agent goes on');

      await tree.inlineAction('01.01.02 Slugs', 'Answer');
      await window.quickInput.pick('Allow Once');
      await tree.shows(/01\.01\.02 Slugs · 2\/2/);
      sample.model.release();
      await tree.shows('01.01 Words and Case · 4/4 · completed');
      await tree.shows(/01\.01\.01 Case Styles · 2\/2 · merged/);
      await tree.shows(/01\.01\.02 Slugs · 2\/2 · merged/);
      await window.screenshot('end');
      assert.deepEqual(prompts(sample), ['01.01.01.01 1', '01.01.01.02 1', '01.01.02.01 1', '01.01.02.02 1']);
      const merges = await sample.git(
        'log',
        '--merges',
        '--format=%(trailers:key=Thread,valueonly,separator=%x2C)',
        `refs/heads/work/${sample.stream}`,
      );
      assert.deepEqual(merges.trim().split('\n').sort(), ['01.01.01', '01.01.02']);
    });
  });
});
