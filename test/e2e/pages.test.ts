import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import type { Frame } from 'playwright-core';
import { waitFor } from '../support/waitFor';
import { accessibilityViolations, injectedScriptsThatRan } from './support/pageChecks';
import { eventfulRun, plantJournal } from './support/plantedJournal';
import { inSample, type Sample } from './support/sample';

const hostile = '<script>window.ran = 1</script> <img src=x onerror="window.ran = 1">';

type Tasks = { readonly tasks: { readonly id: string; readonly report?: string }[] };

/** One report is markup that must not run, and the last stage has so many tasks that its page folds its threads. */
async function prepare(sample: Sample): Promise<void> {
  const { tasks, ...rest } = JSON.parse(await readFile(sample.path('tasks.json'), 'utf8')) as Tasks;
  const reported = tasks.map(task => (task.id === '01.01.01.01' ? { ...task, report: hostile } : task));
  const like = tasks.find(({ id }) => id === '02.01.02.02');
  const more = Array.from({ length: 20 }, (_, index) => ({ ...like, id: `02.01.02.${String(index + 3).padStart(2, '0')}` }));
  await writeFile(sample.path('tasks.json'), JSON.stringify({ ...rest, tasks: [...reported, ...more] }, null, 2));
  await plantJournal(sample, eventfulRun((await sample.git('rev-parse', 'HEAD')).trim()));
}

const isOpen = (page: Frame, id: string) =>
  page.locator(`details[id="${id}"]`).evaluate((element: { open?: boolean }) => element.open === true);
const focused = (page: Frame) => page.evaluate<string>('document.activeElement?.id ?? ""');

describe('Pages', () => {
  it('can be read by everybody, and run no script but their own', async () => {
    await inSample('pages', { completed: ['01', '02'], prepare }, async (window, sample) => {
      const tree = window.tree('Plan');
      await tree.shows('02 Everyday Use · 24/24 · needs approval');
      await tree.inlineAction('01 Building Blocks', 'Stage Report');
      const report = await window.webview('h1', 'Building Blocks');
      await report.getByText(hostile).first().waitFor();
      await report.locator('.facts').getByText('needs approval').waitFor();
      await window.screenshot('stage-report');
      assert.deepEqual(await accessibilityViolations(report), []);
      assert.deepEqual(await injectedScriptsThatRan(report), []);
      const lane = report.getByRole('img', { name: 'Thread 01.01.02 ' });
      assert.match(
        (await lane.locator('desc').textContent()) ?? '',
        /waits for a person: It asks whether accents may stay\..*checks failed: node --test\..*merged: d{10}\./,
      );

      // By keys alone: to a button, to a heading, folded, and still folded after a reload, with the page where it was.
      await report.locator('#do-approve').focus();
      await window.page.keyboard.press('Tab');
      assert.equal(await focused(report), 'do-requestChanges');
      await report.locator('details#summary > summary').focus();
      await window.page.keyboard.press('Enter');
      await waitFor('the summary to fold', async () => !(await isOpen(report, 'summary')));
      const red = report.locator('details.command', { has: report.locator('.red') }).locator('summary');
      await red.focus();
      await window.page.keyboard.press('Enter');
      await report.getByText('slugify keeps no accents').waitFor();
      await window.screenshot('output');
      const below = await report.evaluate<number>('scrollY');
      assert.ok(below > 0);

      // Lives: what another program writes shows without a click, and takes neither place nor folds nor focus.
      const tasks = await readFile(sample.path('tasks.json'), 'utf8');
      await writeFile(sample.path('tasks.json'), tasks.replace('"Did 01.02.02.02."', '"Said later."'));
      await report.getByText('Said later.').waitFor();
      assert.deepEqual([await isOpen(report, 'summary'), await report.evaluate<number>('scrollY')], [false, below]);
      assert.equal(await red.evaluate((element: { matches(selector: string): boolean }) => element.matches(':focus')), true);

      await window.reload();
      const again = await window.webview('.facts', 'needs approval');
      await again.getByText('slugify keeps no accents').waitFor();
      assert.equal(await isOpen(again, 'summary'), false);
      await waitFor('the page to be where it was', async () => Math.abs((await again.evaluate<number>('scrollY')) - below) < 3);

      await again.locator('#do-copy').click();
      await waitFor('the report on the clipboard', async () =>
        (await window.page.evaluate<string>('navigator.clipboard.readText()').catch(() => '')).startsWith(
          '# Stage Report: Building Blocks (Stage 01)\n',
        ),
      );
      await again.locator('#do-approve').click();
      await tree.shows('01 Building Blocks · 8/8 · approved');
      await again.locator('.facts').getByText('approved', { exact: true }).waitFor();
      assert.equal(await again.locator('#do-approve').count(), 0, 'nothing is left to approve');
      await again.getByRole('button', { name: 'Open src/case.js' }).click();
      await window.messages.notification('src/case.js is gone: neither the integration branch nor a worktree of its tasks has it.');

      await tree.inlineAction('01.01 Words and Case', 'Batch Report');
      const batch = await window.webview('h1', 'Words and Case');
      await batch.locator('.facts').getByText('2 of 2 threads merged').waitFor();
      assert.deepEqual(await accessibilityViolations(batch), []);
      await window.screenshot('batch-report');
      await batch.locator('#do-openMarkdown').click();
      await window.page.locator('.monaco-editor .view-line', { hasText: '# Batch Report: Words and Case (Batch 01.01)' }).waitFor();

      await tree.inlineAction('02 Everyday Use', 'Stage Report');
      const long = await window.webview('h1', 'Everyday Use');
      const openThreads = () => long.locator('details.thread[open]').count();
      assert.deepEqual([await long.locator('details.thread').count(), await openThreads()], [2, 0], 'nobody has to look at what is done');
      await long.getByRole('button', { name: 'Unfold All Threads' }).click();
      await long.locator('[id="thread-02.01.02"] .tasks').waitFor(); // in sight: its batch is unfolded too
      assert.equal(await openThreads(), 2);
      await window.screenshot('unfolded');
      assert.deepEqual(await accessibilityViolations(long), []);
      await long.getByRole('button', { name: 'Fold All Threads', exact: true }).click();
      await waitFor('the threads to fold', async () => (await openThreads()) === 0);
      assert.deepEqual(await accessibilityViolations(long), []);

      await tree.inlineAction('02 Everyday Use', 'Approve Stage');
      await tree.shows('02 Everyday Use · 24/24 · approved');
      await window.runCommand('Work: Complete');
      const completion = await window.webview('h1', 'Completion: text-toolkit');
      await window.screenshot('completion');
      assert.deepEqual(await accessibilityViolations(completion), []);

      await writeFile(sample.path('METRICS.md'), '# Metrics of a later format\n\n| Tasks | Done |\n| --- | --- |\n| 12 | 12 |\n');
      await window.runCommand('Work: Open Completion');
      await window.quickInput.pick('METRICS.md');
      const metrics = await window.webview('h1', 'Metrics of a later format');
      await metrics.locator('table').waitFor();
      await window.screenshot('metrics');
    });
  });
});
