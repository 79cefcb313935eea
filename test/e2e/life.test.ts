import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { waitFor } from '../support/waitFor';
import { inSample, reporting } from './support/sample';

const quick = (task: string) => `[[write notes/${task}.md | Notes on ${task}.]]\n${reporting(task, `Wrote the notes on ${task}.`)}`;
const tasks = [
  '01.01.01.01',
  '01.01.01.02',
  '01.01.02.01',
  '01.01.02.02',
  '01.02.01.01',
  '01.02.01.02',
  '01.02.02.01',
  '01.02.02.02',
  '02.01.01.01',
  '02.01.01.02',
  '02.01.02.01',
  '02.01.02.02',
  '01.03.01.01',
];
const scripts = Object.fromEntries(tasks.map(task => [task, quick(task)]));

describe('The life of a workstream', function () {
  this.timeout(600_000);

  it('goes from its first batch over changes that were asked for, gates and deliveries to its completion, by clicks alone', async () => {
    await inSample('life', { scripts }, async (window, sample) => {
      const tree = window.tree('Plan');
      const note = (task: string) => path.join(sample.root, 'notes', `${task}.md`);
      await tree.shows('01.01 Words and Case · 0/4');
      await window.openContainer('Explorer');

      await window.runCommand('Work: Continue');
      await window.messages.pressInNotification('Batch 01.01: 2 merged', 'Continue');
      await window.messages.notification('Batch 01.02: 2 merged');
      await window.screenshot('end');
      await window.messages.pressInNotification('Batch 01.02: 2 merged', 'Show');
      await tree.shows('01 Building Blocks · 8/8 · needs approval');
      await tree.shows('01.02 Layout · 4/4 · completed');
      const batch = await window.webview('h1', 'Layout');
      await batch.getByText('2 of 2 threads merged').waitFor();
      await window.screenshot('batch-report');

      await tree.contextMenu('01 Building Blocks', 'Request Changes…');
      await window.quickInput.enter('Say in the notes how wide a line is');
      await waitFor('the threads', async () => (await window.quickInput.labels()).includes('01.02.01 Wrapping'));
      await window.screenshot('where');
      await window.quickInput.pickSeveral(['01.02.01 Wrapping']);
      await waitFor('the agents', async () => (await window.quickInput.labels()).includes('writer'));
      await window.quickInput.pick('writer');
      await tree.shows(/01\.03 .*Say in the notes how wide a line is · 0\/1/);
      await window.screenshot('requested');
      await window.messages.pressInNotification('The request is in the plan as batch 01.03.', 'Run Batch');
      await tree.shows(/01\.03 .*Say in the notes how wide a line is · 1\/1 · completed/);
      await tree.shows('01 Building Blocks · 9/9 · needs approval');
      const [asked] = sample.requests.filter(({ label }) => label === '01.03.01.01');
      assert.match(asked?.prompt ?? '', /Say in the notes how wide a line is[^]*01\.02\.01/);

      await tree.inlineAction('01 Building Blocks', 'Stage Report');
      await window.webview('h1', 'Building Blocks');
      await window.screenshot('report-of-changes');

      await tree.inlineAction('02.01 Command Line and Guide', 'Run Batch');
      assert.match(await window.messages.dialog(), /Previous stage \(Stage 1\) is not approved\./);
      await window.screenshot('gate');
      await window.messages.pressInDialog('Approve and Run');
      await tree.shows('01 Building Blocks · 9/9 · delivered to main');
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
      assert.deepEqual(await window.tabs(), ['01.02-layout.md', '01-building-blocks.md', '02-everyday-use.md', 'COMPLETION.md']);
    });
  });
});
