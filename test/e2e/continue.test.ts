import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { waitFor } from '../support/waitFor';
import { inSample, reporting } from './support/sample';

const quick = (task: string) => `[[write notes/${task}.md | Notes on ${task}.]]\n${reporting(task, `Wrote the notes on ${task}.`)}`;
const tasks = ['01.02.01.01', '01.02.01.02', '01.02.02.01', '01.02.02.02', '02.01.01.01', '02.01.01.02', '02.01.02.01', '02.01.02.02'];
const scripts = Object.fromEntries(tasks.map(task => [task, quick(task)]));

describe('Continue', () => {
  it('takes the next batch, asks at the gate, and completes the workstream with pages to read', async () => {
    await inSample('continue', { scripts, completed: ['01.01'] }, async (window, sample) => {
      const tree = window.tree('Plan');
      const note = (task: string) => path.join(sample.root, 'notes', `${task}.md`);
      await tree.shows('01.01 Words and Case · 4/4 · completed');
      await window.openContainer('Explorer');

      await window.runCommand('Work: Continue');
      await window.messages.notification('Batch 01.02: 2 merged');
      await window.screenshot('end');
      await window.messages.pressInNotification('Batch 01.02: 2 merged', 'Show');
      await tree.shows('01 Building Blocks · 8/8 · needs approval');
      await tree.shows('01.02 Layout · 4/4 · completed');
      const batch = await window.webview('h1', 'Layout');
      await batch.getByText('2 of 2 threads merged').waitFor();
      await window.screenshot('batch-report');

      await tree.inlineAction('02.01 Command Line and Guide', 'Run Batch');
      assert.match(await window.messages.dialog(), /Previous stage \(Stage 1\) is not approved\./);
      await window.screenshot('gate');
      await window.messages.pressInDialog('Approve and Run');
      await tree.shows('01 Building Blocks · 8/8 · delivered to main');
      const delivered = await sample.git('rev-parse', 'main');
      assert.match(await readFile(note('01.02.01.01'), 'utf8'), /^Notes on 01\.02\.01\.01\./);
      await window.openContainer('Explorer');
      await window.page.getByRole('treeitem', { name: 'notes' }).first().waitFor();
      await window.screenshot('delivered');
      await window.openContainer('Work');
      await tree.shows('02 Everyday Use · 4/4 · needs approval');

      await tree.inlineAction('02 Everyday Use', 'Stage Report');
      const page = await window.webview('h1', 'Everyday Use');
      assert.ok(await page.getByText('Wrote the notes on 02.01.02.02.').isVisible());
      await window.screenshot('stage-report');
      const section = page.locator('details', { has: page.locator(':scope > summary > h2') }).first();
      await section.locator('summary').first().focus();
      await page.page().keyboard.press('Enter');
      await waitFor('the section to fold', async () => (await section.getAttribute('open')) === null);
      await page.page().keyboard.press('Enter');
      await waitFor('the section to unfold', async () => (await section.getAttribute('open')) !== null);
      await window.editorAction('Approve Stage');
      await tree.shows('02 Everyday Use · 4/4 · delivered to main');
      const before = await sample.git('status', '--porcelain');
      await tree.contextMenu('02 Everyday Use', 'Undo Delivery');
      await window.messages.notification('The delivery of stage 2 is undone');
      await tree.shows('02 Everyday Use · 4/4 · not delivered');
      await window.screenshot('undone');
      assert.equal(await sample.git('rev-parse', 'main'), delivered);
      await assert.rejects(readFile(note('02.01.01.01')), { code: 'ENOENT' });
      assert.equal(await sample.git('status', '--porcelain'), before);

      await mkdir(path.dirname(note('')), { recursive: true });
      await writeFile(note('02.01.01.01'), 'My own notes.');
      await tree.contextMenu('02 Everyday Use', 'Deliver Again');
      assert.match(
        await window.messages.notification('in the way').then(found => found.innerText()),
        /untracked: notes\/02\.01\.01\.01\.md/,
      );
      await window.screenshot('in-the-way');
      assert.equal(await readFile(note('02.01.01.01'), 'utf8'), 'My own notes.');
      await rm(note('02.01.01.01'));
      await window.messages.pressInNotification('in the way', 'Deliver Again');
      await tree.shows('02 Everyday Use · 4/4 · delivered to main');

      await window.runCommand('Work: Continue');
      await window.messages.pressInNotification('All batches are complete!', 'Complete');
      await window.webview('h1', 'Completion: text-toolkit');
      await window.screenshot('completion');
      assert.match(await readFile(sample.path('COMPLETION.md'), 'utf8'), /02\.01/);
      assert.deepEqual(await window.tabs(), ['01.02-layout.md', '02-everyday-use.md', 'COMPLETION.md']);
    });
  });
});
