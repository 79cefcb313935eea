import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { waitFor } from '../support/waitFor';
import { inSample, reporting, type Sample } from './support/sample';

const red = (name: string) => `throw new Error('${name} is not there yet');`;
const work = (name: string, task: string) =>
  `[[write src/${name}.js | export const ${name} = text => text;]]\n[[write test/${name}.test.js | ${red(name)}]]\n${reporting(task, `Wrote ${name}.`)}`;
const quick = (task: string) => `[[write notes/${task}.md | Notes on ${task}.]]\n${reporting(task, `Wrote the notes on ${task}.`)}`;

/** Three threads that their checks refuse; the first one's agent repairs it when it is told, and the stage's reviewer is not content. */
const scripts = {
  '01.02.01.01': quick('01.02.01.01'),
  '01.02.01.02': [
    work('wrap', '01.02.01.02'),
    `[[write test/wrap.test.js | // Nothing is checked yet.]]\n${reporting('01.02.01.02', 'Repaired wrap.')}`,
  ],
  '01.02.02.01': quick('01.02.02.01'),
  '01.02.02.02': work('table', '01.02.02.02'),
  '01.02.03.01': work('list', '01.02.03.01'),
  '## Your answer': '[[say\nwrap gives back its text as it is: it wraps nothing.\nVerdict: changes\n]]',
};

async function prepare(sample: Sample): Promise<void> {
  await mkdir(path.join(sample.root, '.vscode'));
  const settings = { 'work.merge.maxAttempts': 0, 'work.review.agent': 'writer' };
  await writeFile(path.join(sample.root, '.vscode', 'settings.json'), JSON.stringify(settings));
  const plan = await readFile(sample.path('PLAN.md'), 'utf8');
  const lists = '###### Thread 03: Lists\n\n**Summary:** Number and indent lists.\n\n**Details:**\n- New file `src/list.js`\n\n';
  await writeFile(
    sample.path('PLAN.md'),
    plan.replace('### Stage 02', () => `${lists}### Stage 02`),
  );
  const tasks = JSON.parse(await readFile(sample.path('tasks.json'), 'utf8')) as { tasks: { id: string }[] };
  const like = tasks.tasks.find(({ id }) => id === '01.02.02.02');
  tasks.tasks.push({ ...like, ...{ id: '01.02.03.01', name: 'Write list', thread_name: 'Lists' } });
  await writeFile(sample.path('tasks.json'), JSON.stringify(tasks, null, 2));
  await sample.git('add', '--all');
  await sample.git('commit', '--quiet', '--message', 'Plan lists');
}

describe('Threads whose checks failed', function () {
  this.timeout(600_000);

  it('are tried in the checkout, returned to their agent, repaired by hand or dropped; the review stands at the gate', async () => {
    await inSample('ends', { scripts, prepare, completed: ['01.01'] }, async (window, sample) => {
      const tree = window.tree('Plan');
      const [wrapping, tables, lists] = ['01.02.01 Wrapping', '01.02.02 Tables', '01.02.03 Lists'];
      const inCheckout = (name: string) => readFile(path.join(sample.root, name), 'utf8').catch(() => undefined);
      await tree.shows(lists);
      await tree.inlineAction('01.02 Layout', 'Run Batch');
      await tree.shows(
        /01\.02 Layout · .*blocked[^]*01\.02\.01 Wrapping .*checks failed[^]*01\.02\.02 Tables .*checks failed[^]*01\.02\.03 Lists .*checks failed/,
      );
      await window.screenshot('rows');
      const offered = await tree.contextMenuItems(tables);
      for (const item of ['Repair by Hand…', 'Return to Agent…', 'Drop Thread…', 'Try in My Checkout']) {
        assert.ok(offered.includes(item), item);
      }
      for (const item of ['Resolve Conflict…', 'Continue Merge', 'Mark Resolved…']) assert.ok(!offered.includes(item), item);

      // Tried in the checkout, and out again: by the notification's button, by the title of the view, and by itself after it was cut off.
      const before = await sample.git('status', '--porcelain');
      await tree.contextMenu(tables, 'Try in My Checkout');
      await window.messages.notification(/2 files of your checkout have the changes of 01\.02\.02 Tables now|files of your checkout/);
      assert.equal(await inCheckout('src/table.js'), 'export const table = text => text;\n');
      await window.screenshot('tried');
      await window.messages.pressInNotification(/files of your checkout/, 'Undo');
      await window.messages.notification(/The changes of thread 01\.02\.02 are out of your checkout again/);
      assert.equal(await sample.git('status', '--porcelain'), before);
      await tree.contextMenu(tables, 'Try in My Checkout');
      await waitFor('the file in the checkout', async () => (await inCheckout('src/table.js')) !== undefined);
      const record = path.join(sample.root, '.git', 'work-try', 'try.json');
      await waitFor('the try to stand', async () => (await readFile(record, 'utf8').catch(() => '')).includes('"state":"tried"'));
      await writeFile(record, (await readFile(record, 'utf8')).replace('"state":"tried"', '"state":"writing"'));
      await window.reload();
      await window.messages.notification('Trying thread 01.02.02 was cut off. Your checkout is as it was before.');
      await window.screenshot('cut-off');
      assert.equal(await sample.git('status', '--porcelain'), before);

      // Returned with a note.
      await tree.contextMenu(wrapping, 'Return to Agent…');
      await waitFor('the question for a note', () => window.quickInput.isOpen());
      await window.screenshot('note');
      await window.quickInput.enter('An empty test will do for now.');
      await tree.shows(/01\.02\.01 Wrapping .*merged/);
      const told = sample.requests.find(({ messages }) => messages.some(({ text }) => text.includes('An empty test will do for now.')));
      assert.match(told?.messages.map(({ text }) => text).join('\n') ?? '', /wrap is not there yet/);

      // Repaired by hand.
      await tree.contextMenu(tables, 'Repair by Hand…');
      await window.messages.notification(/The merge of thread 01\.02\.02 stands in a worktree of its own/);
      await window.screenshot('repair');
      const worktree = /^worktree (.*resolve-.*)$/m.exec(await sample.git('worktree', 'list', '--porcelain'))?.[1] ?? '';
      await writeFile(path.join(worktree, 'test', 'table.test.js'), '// Checked by hand.\n');
      await window.messages.pressInNotification(/The merge of thread 01\.02\.02 stands/, 'Continue Merge');
      await window.messages.notification(/Thread 01\.02\.02 is merged into work\//);
      await tree.shows(/01\.02\.02 Tables .*merged/);
      assert.equal(await sample.git('show', `refs/heads/work/${sample.stream}:test/table.test.js`), '// Checked by hand.');

      // Dropped: that brings the stage to its gate, with what its reviewer says.
      await tree.contextMenu(lists, 'Drop Thread…');
      assert.match(await window.messages.dialog(), /Drop thread 01\.02\.03 Lists\?[^]*nothing of it is merged/);
      await window.screenshot('drop');
      await window.messages.pressInDialog('Drop Thread');
      await tree.shows(/01\.02\.03 Lists .*cancelled/);
      await tree.shows(/01 Building Blocks .*needs approval · review: changes wanted/);
      await window.screenshot('gate');
      await tree.inlineAction('01 Building Blocks', 'Stage Report');
      const page = await window.webview('h1', 'Building Blocks');
      await page.getByText('it wraps nothing').first().waitFor();
      await page.locator('details#review').scrollIntoViewIfNeeded();
      await window.screenshot('review');

      // Delivered although the checks of the merge with the user's own commit are red.
      await mkdir(path.join(sample.root, 'test'), { recursive: true });
      const own = "import { existsSync } from 'node:fs';\nif (existsSync('src/wrap.js')) throw new Error('I wrap by myself');\n";
      await writeFile(path.join(sample.root, 'test', 'own.test.js'), own);
      await sample.git('add', 'test/own.test.js');
      await sample.git('commit', '--quiet', '--message', 'Wrap by myself');
      await tree.inlineAction('01 Building Blocks', 'Approve Stage');
      assert.match(await window.messages.dialog(), /The review by @writer wants changes\.[^]*it wraps nothing/);
      await window.screenshot('verdict');
      await window.messages.pressInDialog('Approve Anyway');
      await tree.shows(/01 Building Blocks .*not delivered/);
      const refusal = await window.messages.notification(/does not pass/);
      assert.match(await refusal.innerText(), /node --test/);
      await window.screenshot('red');
      assert.equal(await inCheckout('src/wrap.js'), undefined);
      await window.messages.pressInNotification(/does not pass/, 'Show Output');
      await window.page.locator('.monaco-editor .view-line', { hasText: 'I wrap by myself' }).first().waitFor();
      await tree.contextMenu('01 Building Blocks', 'Deliver Anyway');
      await tree.shows(/01 Building Blocks .*delivered to main/);
      assert.equal(await inCheckout('src/wrap.js'), 'export const wrap = text => text;\n');
      assert.equal(await inCheckout('src/list.js'), undefined);
      assert.match(await sample.git('log', '-1', '--format=%s', 'main'), /Deliver stage 01/);
    });
  });
});
