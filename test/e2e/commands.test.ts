import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { waitFor } from '../support/waitFor';
import { inSample, reporting, type Sample } from './support/sample';
import { stage } from './support/server';
import type { StoryWindow } from './support/storyWindow';

const [wrapping, testing, added] = ['01.02.01.01', '01.02.01.02', '01.02.01.03'] as const;
const blocked = (report: string) =>
  `[[tool work_task_report ${JSON.stringify({ task: wrapping, status: 'blocked', report })}]]\n[[say Blocked.]]`;
const note = '[[write notes/wrapping.md | How paragraphs are wrapped.]]';

const scripts = {
  [wrapping]: [
    `${note}\n${blocked('Which width?')}`,
    `[[gate]]\n${blocked('Seventy-two of what?')}`,
    `[[write src/wrap.js | export const width = 72;]]\n${reporting(wrapping, 'Wrapped at 72 columns.')}`,
  ],
};

/** What agents were told about a task, the messages of people and of the program alone. */
const told = ({ requests }: Sample, task: string) =>
  requests.filter(({ label, messages }) => label === task && messages.at(-1)?.role === 'user');

async function serverIs(window: StoryWindow, words: RegExp): Promise<void> {
  const item = window.page.locator('.statusbar-item [aria-label^="Workstreams: "]').first();
  await waitFor(`a status bar that says ${String(words)}`, async () => words.test((await item.getAttribute('aria-label')) ?? ''), {
    timeout: 60_000,
    describe: () => item.getAttribute('aria-label'),
  });
}

async function stopServer(window: StoryWindow): Promise<void> {
  await window.runCommand('Work: Stop Server');
  await serverIs(window, /server is stopped/);
}

describe('Commands', function () {
  this.timeout(480_000);

  it('of the palette, of a blocked task and of its worktree do what they say', async () => {
    await inSample('commands', { scripts, completed: ['01.01', '01.02.02'] }, async (window, sample) => {
      const { quickInput, messages } = window;
      const { serverPid } = await stage();
      const tree = window.tree('Plan');
      await tree.shows('01.02 Layout');

      if ((await serverPid()) !== undefined) await stopServer(window); // an earlier story started it
      await window.runCommand('Work: Start Server');
      await serverIs(window, /opencode [\d.]+ runs at /);
      const first = await serverPid();
      assert.ok(first !== undefined);
      await window.runCommand('Work: Restart Server');
      await waitFor('another server', async () => ![undefined, first].includes(await serverPid()));
      await serverIs(window, /opencode [\d.]+ runs at /);
      await stopServer(window);
      assert.equal(await serverPid(), undefined);

      await window.runCommand('Work: Add Task…');
      await quickInput.pick('01.02.01 Wrapping');
      await quickInput.enter('Say in the README how to wrap');
      await tree.shows('01.02.01.03');
      assert.match(await readFile(sample.path('tasks.json'), 'utf8'), /"01\.02\.01\.03",\s+"name": "Say in the README how to wrap"/);
      await window.screenshot('added');

      await window.runCommand('Work: Generate Prompts'); // of the stage, then of the batch, in which a row is selected now
      const prompt = sample.path('prompts', '01-building-blocks', '02-layout', 'wrapping.md');
      await waitFor('the prompt of the thread', () => existsSync(prompt));
      assert.match(await readFile(prompt, 'utf8'), /Say in the README how to wrap/);
      await messages.notification(/prompts/i);

      await window.runCommand('Work: Dry Run');
      await waitFor('the page', async () => (await window.tabs()).includes('Dry Run 01.02'));
      assert.equal(await window.page.locator('.tabs-container .tab.dirty').count(), 0);
      await window.screenshot('dry-run');
      assert.equal(sample.requests.length, 0);

      await tree.inlineAction('01.02 Layout', 'Run Batch');
      await tree.shows(/01\.02\.01 Wrapping · .*blocked/);
      await waitFor('the batch to end', async () => !(await tree.drawing()).includes('running'));
      await tree.expand('01.02.01 Wrapping');
      const row = `${wrapping} Write wrap, indent and dedent`;

      const worktrees = window.tree('Worktrees');
      await worktrees.open();
      await worktrees.shows(wrapping);
      await worktrees.contextMenu(wrapping, 'Open File in Worktree…');
      await quickInput.pick('wrapping.md');
      await waitFor('the file', async () => (await window.tabs()).includes('wrapping.md'));
      await window.page.locator('.view-line', { hasText: 'How paragraphs are wrapped.' }).first().waitFor();
      await worktrees.contextMenu(wrapping, 'Open Terminal in Worktree');
      await waitFor('its terminal', async () => (await window.terminals.names()).some(name => name.includes(wrapping)));
      await window.terminals.shows(/[$#%]\s*$/); // what is typed before the shell asks goes to the terminal that was active
      await window.terminals.type('cat notes/wrapping.md && git branch --show-current');
      await window.terminals.shows(/How paragraphs are wrapped\.\s+task\//);
      assert.doesNotMatch(await worktrees.drawing(), /^text-toolkit · .*\d [KM]?B/); // the other may have been measured for its tooltip
      await window.runCommand('Work: Compute Worktree Sizes');
      await worktrees.shows(/^text-toolkit · .*\d [KM]?B .*\n.*01\.02\.01\.01 · .*\d [KM]?B/);
      await window.screenshot('worktree');
      await worktrees.close();

      await tree.contextMenu(row, 'Resume Task…');
      await quickInput.enter('Take seventy-two.');
      await sample.held(1);
      await tree.shows(/01\.02 Layout · .*running/);
      sample.model.release();
      await waitFor('its end', async () => (await readFile(sample.path('tasks.json'), 'utf8')).includes('Seventy-two of what?'));
      await waitFor('the end of the run', async () => !(await tree.drawing()).includes('running'));
      const [one, two] = told(sample, wrapping);
      assert.equal(two?.session, one?.session);
      assert.match(two?.prompt ?? '', /The user says:\n\nTake seventy-two\./);

      await tree.contextMenu(row, 'Retry with Another Agent…');
      assert.deepEqual(await quickInput.labels(), ['writer', 'Writes documentation that stays true']); // nobody else
      await window.screenshot('agents');
      await quickInput.pick('writer');
      await tree.shows(/01\.02\.01\.01 .* · completed/);
      assert.notEqual(told(sample, wrapping)[2]?.session, one?.session);
      assert.match(await readFile(sample.path('tasks.json'), 'utf8'), /"01\.02\.01\.01",[^}]*"assigned_agent": "writer"/);
      await waitFor('the run to end', async () => !(await tree.drawing()).includes('running'));

      await tree.contextMenu(`${testing} Cover wrapping with tests`, 'Mark Completed…');
      await quickInput.enter('Tested by hand.');
      await tree.shows(/01\.02\.01\.02 .* · completed/);
      assert.equal((await sample.tasks()).find(({ id }) => id === testing)?.report, 'Tested by hand.');
      await tree.contextMenu(`${added} Say in the README how to wrap`, 'Skip Task…');
      assert.match(await messages.dialog(), /Skip task 01\.02\.01\.03 Say in the README how to wrap\?/);
      await window.screenshot('skip');
      await messages.pressInDialog('Skip');
      await tree.shows(/01\.02\.01\.03 .* · cancelled/);
      assert.deepEqual(await sample.statuses('01.02.01'), [`${wrapping} completed`, `${testing} completed`, `${added} cancelled`]);
      await window.screenshot('settled');

      await window.runCommand('Work: Create Workstream…');
      await quickInput.enter('API Server');
      await waitFor('what is wrong with the name', async () => (await quickInput.message()).includes('lower-case letters'));
      await window.screenshot('name');
      await quickInput.enter('api-server');
      await waitFor('the second question', async () => (await quickInput.message()).includes('How many stages'));
      await quickInput.enter('1');
      await waitFor('its plan', async () => (await window.tabs()).includes('PLAN.md'));
      assert.ok(existsSync(path.join(sample.root, 'work', '002-api-server', 'PLAN.md')));
      const current = async () =>
        (JSON.parse(await readFile(path.join(sample.root, 'work', 'index.json'), 'utf8')) as Index).current_stream;
      assert.equal(await current(), '002-api-server');
      await waitFor('its tree', async () => !(await tree.drawing()).includes('01.02 Layout'));
      await window.screenshot('created');
      await window.runCommand('Work: Switch Workstream…');
      await quickInput.pick(sample.stream);
      await tree.shows('01.02 Layout');
      assert.equal(await current(), sample.stream);

      await window.runCommand('Work: Refresh');
      await window.runCommand('Work: Show Log');
      await window.page.locator('.output-view .view-line, .output .view-line').first().waitFor();
      await window.screenshot('log');
    });
  });
});

type Index = { readonly current_stream: string };
