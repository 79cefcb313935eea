import assert from 'node:assert/strict';
import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { WorkFiles } from '../../src/runtime/files/workFiles';
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
      await window.page.locator('.quick-input-list', { hasText: 'Nobody for Now' }).waitFor();
      await window.screenshot('agent');
      await quickInput.pick('developer');
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

  it('is drafted by an agent, brought up to what changed, filled in by another agent, and put away', async () => {
    const id = 'add-lookup';
    const folder = `openspec/changes/${id}`;
    const drafted = {
      id,
      proposal: '## Why\nNobody finds anything in long texts.\n\n## What Changes\n- Look words up\n\n## Impact\n- lookup',
      tasks: '## 1. Lookup\n\n- [ ] 1.1 Build the index\n- [ ] 1.2 Look a word up\n',
      specs: [
        {
          capability: 'lookup',
          text: '## ADDED Requirements\n\n### Requirement: Lookup\nThe index SHALL find every word.\n\n#### Scenario: A word\n- **WHEN** a word is asked for\n- **THEN** its places are listed\n',
        },
      ],
    };
    const found = (thread: string, file: string) => ({
      ...{ id: thread, description: 'Looked at it.', files: [file], approach: 'Write it.', doneWhen: ['its tests pass'], dependsOn: [] },
    });
    const saying = (value: unknown) => ['[[say', '```json', JSON.stringify(value), '```', ']]'].join('\n');
    const scripts = {
      'What is wanted': saying(drafted),
      '- 01.01.01 Build the index': saying({
        threads: [found('01.01.01', 'src/index.js'), found('01.01.02', 'src/lookup.js'), found('01.02.01', 'src/measure.js')],
      }),
    };
    const prepare = async (sample: Sample) => {
      await mkdir(path.join(sample.root, 'openspec'));
      await writeFile(path.join(sample.root, 'openspec', 'config.yaml'), 'schema: spec-driven\n');
      const agents = path.join(sample.root, 'work', 'agents.yaml'); // what is imported names no agent
      await writeFile(agents, (await readFile(agents, 'utf8')).replace('name: developer', 'name: default'));
    };
    await inSample('drafted', { scripts, prepare }, async (window, sample) => {
      const { quickInput, messages } = window;
      const tree = window.tree('Plan');
      const file = (...names: readonly string[]) => path.join(sample.root, ...names.flatMap(name => name.split('/')));

      await tree.shows('01.01 Words and Case');
      await window.runCommand('Work: Draft Change…');
      await quickInput.enter('Words shall be found in long texts');
      const offer = `The change "${id}" is drafted; nothing is written yet. openspec takes it.`;
      await messages.notification(offer);
      await tab(window, `${id}.md`);
      await assert.rejects(access(file(folder)));
      await window.screenshot('draft');
      await messages.pressInNotification(offer, 'Write the Change');
      await tab(window, 'tasks.md');
      assert.equal(await readFile(file(folder, 'tasks.md'), 'utf8'), drafted.tasks);

      await window.runCommand('Work: Import Plan…');
      await quickInput.pick(id);
      await tab(window, `Preview of openspec changes ${id}.md`);
      await quickInput.enter('lookup');
      await tree.shows(/01 Lookup/);
      const stream = '002-lookup';
      const plan = () => readFile(file('work', stream, 'PLAN.md'), 'utf8');

      await writeFile(file(folder, 'tasks.md'), drafted.tasks.replace('Look a word up', 'Look words up').concat('- [ ] 1.3 Measure it\n'));
      await window.runCommand('Work: Import Plan…');
      await quickInput.pick(id);
      await quickInput.pick(`Update ${stream}`);
      const changed = /threads and tasks were added: 1, renamed: \d, taken out: 0, completed: 0\. Nothing is written yet\./;
      await messages.notification(changed);
      await tab(window, `PLAN.md ↔ with What Changed in ${folder}`);
      await window.page.locator('.monaco-diff-editor .modified .view-line', { hasText: 'Measure it' }).first().waitFor({ timeout: 60_000 });
      assert.equal((await plan()).includes('Measure it'), false);
      await window.screenshot('changed');
      await messages.pressInNotification(changed, 'Update the Plan');
      await waitFor('the plan to be brought up', async () => (await plan()).includes('Measure it'));

      const files = new WorkFiles(sample.root);
      await waitFor('the new task', async () => (await files.readTasks(stream)).length === 3);
      const updated = await plan();
      await window.runCommand('Work: Populate Tasks…');
      await window.page.locator('.quick-input-widget .quick-input-count', { hasText: '3 Selected' }).waitFor();
      await quickInput.pickSeveral([]);
      const populated = 'Agents found out what 3 threads left open. Nothing is written yet.';
      await messages.notification(populated);
      await tab(window, 'PLAN.md ↔ Populated');
      await window.page
        .locator('.monaco-diff-editor .modified .view-line', { hasText: 'src/index.js' })
        .first()
        .waitFor({ timeout: 60_000 });
      assert.equal(await plan(), updated, 'what is compared is not written');
      await window.screenshot('populated');
      await messages.pressInNotification(populated, 'Write into PLAN.md');
      await waitFor('the plan to be filled in', async () => (await plan()).includes('`src/lookup.js`'));

      const ids = (await files.readTasks(stream)).map(task => task.id);
      await files.updateTasks(stream, ids, { status: 'completed', report: 'Done.' });
      await window.runCommand('Work: Complete');
      assert.match(await messages.dialog(), /Workstream lookup is not finished\./);
      await messages.pressInDialog('Complete Anyway');
      const done = 'Workstream lookup is completed. The OpenSpec change that it came from can be archived.';
      await messages.notification(done);
      await window.screenshot('completed');
      await messages.pressInNotification(done, 'Archive the Change');
      await messages.notification(`openspec archived ${id}, and its requirements are in openspec/specs.`);
      assert.match(await readFile(file('openspec', 'specs', 'lookup', 'spec.md'), 'utf8'), /find every word/);
      const [archived = ''] = await readdir(file('openspec', 'changes', 'archive'));
      const boxes = await readFile(file('openspec', 'changes', 'archive', archived, 'tasks.md'), 'utf8');
      assert.deepEqual([boxes.match(/\[x\]/g)?.length, boxes.includes('[ ]')], [3, false]);
    });
  });
});
