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
/** One task of each thread is left: what a thread does between two tasks is shown elsewhere. */
const completed = tasks.filter(task => task.endsWith('.02'));
const wanted = 'The help does not name the option --width.';

describe('The life of a workstream', function () {
  this.timeout(600_000);

  it('goes from its first batch over changes that were asked for, gates and deliveries to its completion, by clicks alone', async () => {
    await inSample('life', { scripts, completed }, async (window, sample) => {
      const { quickInput } = window;
      const tree = window.tree('Plan');
      const note = (task: string) => path.join(sample.root, 'notes', `${task}.md`);
      await tree.shows('01.01 Words and Case · 2/4');
      await window.openContainer('Explorer');

      await window.runCommand('Work: Continue');
      await window.messages.pressInNotification('Batch 01.01: 2 threads merged', 'Continue');
      await window.messages.notification('Batch 01.02: 2 threads merged');
      await window.screenshot('end');
      await window.messages.pressInNotification('Batch 01.02: 2 threads merged', 'Show');
      await tree.shows('01 Building Blocks · 8/8 · needs approval');
      await tree.shows('01.02 Layout · 4/4 · completed');
      const batch = await window.webview('h1', 'Layout');
      await batch.getByText('2 of 2 threads merged').waitFor();
      await window.screenshot('batch-report');

      // Asked for, dropped half-way, asked for again: what was said is still there.
      const before = await readFile(sample.path('PLAN.md'), 'utf8');
      await tree.contextMenu('01 Building Blocks', 'Request Changes…');
      await window.screenshot('what');
      await quickInput.enter(wanted);
      await waitFor('the threads', async () => (await quickInput.labels()).includes('01.02.01 Wrapping'));
      await quickInput.dismiss();
      assert.equal(await readFile(sample.path('PLAN.md'), 'utf8'), before);
      await tree.contextMenu('01 Building Blocks', 'Request Changes…');
      const said = window.page.locator('.quick-input-widget input.input');
      await waitFor('what was said before', async () => (await said.isVisible()) && (await said.inputValue()) === wanted, {
        describe: () => said.inputValue(),
      });
      await window.page.keyboard.press('Enter');
      await waitFor('the threads', async () => (await quickInput.labels()).includes('01.02.01 Wrapping'));
      await window.screenshot('where');
      await quickInput.pickSeveral(['01.02.01 Wrapping']);
      await waitFor('the agents', async () => (await quickInput.labels()).includes('writer'));
      await window.screenshot('who');
      await quickInput.pick('writer');
      await tree.shows(/01\.03 Fix - The help does not name the option --width · 0\/1/);
      await window.screenshot('requested');
      const after = await readFile(sample.path('PLAN.md'), 'utf8');
      const cut = before.indexOf('### Stage 02');
      assert.ok(after.startsWith(before.slice(0, cut)) && after.endsWith(before.slice(cut)));
      assert.match(
        after.slice(cut, after.length - before.length + cut),
        /^##### Batch 03: Fix - The help does not name the option --width\n\n###### Thread 01: .*\n\n\*\*Summary:\*\* .*\n\n\*\*Details:\*\*\n\nThe help .*\n\nIt is about:\n\n- 01\.02\.01 Wrapping\n\n$/,
      );
      assert.deepEqual(await sample.statuses('01.03'), ['01.03.01.01 pending']);

      await window.messages.pressInNotification('The request is in the plan as batch 01.03.', 'Show in Plan');
      const lenses = window.page.locator('.codelens-decoration');
      await lenses.filter({ hasText: 'Run Batch' }).first().waitFor();
      await window.screenshot('plan');
      await lenses.getByText('Run Batch', { exact: true }).first().click();
      await tree.shows(/01\.03 .*The help does not name the option --width · 1\/1 · completed/);
      await tree.shows('01 Building Blocks · 9/9 · needs approval');
      const [asked] = sample.requests.filter(({ label }) => label === '01.03.01.01');
      assert.match(asked?.prompt ?? '', /The help does not name the option --width[^]*01\.02\.01/);

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
      assert.ok(await page.getByText('Wrote the notes on 02.01.02.01.').isVisible());
      await window.screenshot('stage-report');
      const section = page.locator('details', { has: page.locator(':scope > summary > h2') }).first();
      await section.locator('summary').first().focus();
      await page.page().keyboard.press('Enter');
      await waitFor('the section to fold', async () => (await section.getAttribute('open')) === null);
      await page.page().keyboard.press('Enter');
      await waitFor('the section to unfold', async () => (await section.getAttribute('open')) !== null);
      await window.editorAction('Approve Stage');
      await tree.shows('02 Everyday Use · 4/4 · delivered to main');
      const status = await sample.git('status', '--porcelain');
      await tree.contextMenu('02 Everyday Use', 'Undo Delivery');
      await window.messages.notification('The delivery of stage 2 is undone');
      await tree.shows('02 Everyday Use · 4/4 · not delivered');
      await window.screenshot('undone');
      assert.equal(await sample.git('rev-parse', 'main'), delivered);
      await assert.rejects(readFile(note('02.01.01.01')), { code: 'ENOENT' });
      assert.equal(await sample.git('status', '--porcelain'), status);

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
      const tabs = (await window.tabs()).filter(name => name !== 'PLAN.md');
      assert.deepEqual(tabs, ['01.02-layout.md', '01-building-blocks.md', '02-everyday-use.md', 'COMPLETION.md']);
    });
  });
});
