import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { waitFor } from '../support/waitFor';
import { accessibilityViolations, injectedScriptsThatRan } from './support/pageChecks';
import { inSample, type Sample } from './support/sample';
import type { StoryWindow } from './support/storyWindow';
import { useTheme } from './support/themes';

const change = 'openspec/changes/add-search';
const tasks = [
  '## 1. Index',
  '- [x] 1.1 Build the index',
  '- [ ] 1.2 Keep it up to date',
  '  **Depends on:** 1.1',
  '- [ ] 1.3 Measure it',
  '',
  '## 2. Page',
  '- [ ] 2.1 Show results',
  '',
];

async function writeChange(sample: Sample, lines: readonly string[]): Promise<void> {
  const folder = path.join(sample.root, ...change.split('/'));
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'tasks.md'), lines.join('\n'));
}

/** The tab in front, by its title. */
async function tab(window: StoryWindow, title: string): Promise<void> {
  await window.page.locator('.tab.active', { hasText: title }).first().waitFor({ timeout: 60_000 });
}

describe('A plan from elsewhere', function () {
  this.timeout(300_000);

  it('is found, shown, made a workstream, chosen from, and told what was done', async () => {
    const prepare = (sample: Sample) => writeChange(sample, tasks);
    await inSample('imported', { prepare }, async (window, sample) => {
      const { quickInput } = window;
      const tree = window.tree('Plan');
      await window.runCommand('Work: Import Plan…');
      await window.screenshot('found');
      await quickInput.pick('add-search');
      await tab(window, 'Preview of openspec changes add-search.md');
      await window.screenshot('preview');
      await quickInput.enter('search');
      await tree.shows(/01 Index/);
      await tree.shows(/02 Page/);
      await window.screenshot('tree');

      await window.runCommand('Work: Show Dependencies');
      await tab(window, 'Dependencies');
      const graph = await window.webview('h1', 'Dependencies');
      await graph.locator('.node', { hasText: 'Measure it' }).waitFor();
      assert.equal(await graph.locator('tr', { hasText: 'Keep it up to date' }).getByText('ready').count(), 1);
      assert.deepEqual(await accessibilityViolations(graph), []);
      assert.deepEqual(await injectedScriptsThatRan(graph), []);
      await window.screenshot('dependencies');
      await graph.locator('table button', { hasText: 'Measure it' }).focus();
      await window.page.keyboard.press('Enter');
      await tab(window, 'PLAN.md');

      await window.runCommand('Work: Run Ready…');
      const title = window.page.locator('.quick-input-title', { hasText: 'Run 2 of 2 Threads Together?' });
      await title.waitFor({ timeout: 60_000 });
      assert.match((await quickInput.labels()).join('\n'), /01\.01\.02 Measure it[^]*01\.02\.01 Keep it up to date/);
      await window.screenshot('ready');
      await useTheme(window.page, 'light'); // else pictures of what is brief are dark alone
      await window.page.screenshot({ path: path.join('out', 'screenshots', 'imported-light-ready.png') });
      await useTheme(window.page, 'dark');
      await quickInput.dismiss();

      await window.runCommand('Work: Populate Tasks…');
      assert.match((await quickInput.labels()).join('\n'), /01\.02\.01 Keep it up to date/);
      await window.screenshot('populate');
      await quickInput.dismiss();

      await tree.expand('02 Page');
      await tree.expand('02.01 Page');
      await tree.expand('02.01.01 Show results');
      await tree.contextMenu('02.01.01.01 Show results', 'Set Status…');
      await quickInput.pick('Completed');
      await quickInput.enter('Shows them.');
      const file = path.join(sample.root, ...change.split('/'), 'tasks.md');
      await waitFor('the box to be ticked', async () => (await readFile(file, 'utf8')).includes('- [x] 2.1 Show results'));
      assert.equal(await readFile(file, 'utf8'), tasks.join('\n').replace('[ ] 2.1', '[x] 2.1'));

      await window.runCommand('Work: Check Set-Up');
      await tab(window, 'Set-Up');
      await window.screenshot('set-up');
    });
  });
});
