import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { waitFor } from '../support/waitFor';
import { inSample, reporting, type Sample } from './support/sample';

const note = (name: string) => `[[write notes/${name}.md | Notes on ${name}.]]`;
/** Turns that take an agent longer than its neighbour's next task needs to begin. */
const work = (name: string) => ['a', 'b', 'c', 'd', 'e', 'f'].map(part => note(`${name}-${part}`)).join('\n');
const blocked = JSON.stringify({ task: '02.01.01.02', status: 'blocked', report: 'The width has no default.' });

const scripts = {
  '02.01.01.01': `[[tell I begin with the subcommands.]]\n${note('cli')}\n[[gate]]\n${reporting('02.01.01.01', 'Wrote slug and title.')}`,
  '02.01.01.02': [
    `[[tool work_task_report ${blocked}]]\n[[say Blocked.]]`,
    `${note('wrap')}\n${reporting('02.01.01.02', 'Took 80 as the width.')}`,
  ],
  '02.01.02.01': `[[tell A section for each module.]]\n${note('guide')}\n[[gate]]\n${work('guide')}\n${reporting('02.01.02.01', 'Wrote it.')}`,
  '02.01.02.02': `${note('examples')}\n${reporting('02.01.02.02', 'All examples are right.')}`,
  '01.02.01.01': `[[tell Paragraphs stay apart.]]\n${note('wrapping')}\n[[gate]]\n${reporting('01.02.01.01', 'Wrote wrap.')}`,
};

/** The tasks whose agents were told anything, in the order they began. */
const begun = ({ requests }: Sample) => [...new Set(requests.flatMap(({ label }) => label ?? []))];

describe('Whoever watches a run', function () {
  this.timeout(480_000);

  it('runs a batch before the gate was opened, pauses and resumes it, tries a blocked task again, and brings the branch up to date', async () => {
    await inSample('control', { scripts, completed: ['01.01', '01.02.02'] }, async (window, sample) => {
      const tree = window.tree('Plan');
      const row = '02.01 Command Line and Guide';
      await tree.shows(row);
      await tree.inlineAction(row, 'Run Batch');
      assert.match(await window.messages.dialog(), /Previous stage \(Stage 1\) is not approved\./);
      await window.messages.pressInDialog('Run Anyway');
      await sample.held(2);
      assert.deepEqual(begun(sample).sort(), ['02.01.01.01', '02.01.02.01']);
      assert.match(await tree.shows(`${row} · 0/4 · running`), /01 Building Blocks · \d\/8(?! · approved)/);

      await window.runCommand('Work: Next Thread');
      await window.terminals.shows('I begin with the subcommands.');
      await window.runCommand('Work: Next Thread');
      await window.terminals.shows('A section for each module.');
      await window.runCommand('Work: Previous Thread');
      await window.terminals.shows('I begin with the subcommands.');
      await tree.click(row);
      await window.page.keyboard.press('Alt+ArrowDown');
      await window.terminals.shows('A section for each module.');

      await tree.titleAction('Pause');
      await waitFor('the message', async () => (await tree.message()).includes('Batch 02.01 is paused'));
      sample.model.release();
      await waitFor('the running tasks to end', async () => (await tree.message()).includes('paused, 2 of 4 done'));
      assert.deepEqual(await sample.statuses('02.01'), [
        '02.01.01.01 completed',
        '02.01.01.02 pending',
        '02.01.02.01 completed',
        '02.01.02.02 pending',
      ]);
      assert.deepEqual(begun(sample).sort(), ['02.01.01.01', '02.01.02.01']);
      await tree.shows(`${row} · 2/4 · paused`);
      await window.page.mouse.move(900, 200);
      await window.screenshot('paused');

      await tree.titleAction('Resume');
      await tree.shows(/02\.01\.02 Guide · 2\/2 · merged/);
      await tree.expand('02.01.01 Command Line');
      await tree.shows(/02\.01\.01\.02 .* · blocked/);
      await waitFor('the batch to end', async () => !(await tree.drawing()).includes('running'));
      await window.screenshot('blocked');

      await tree.inlineAction('02.01.01.02 Add wrap with --width and the executable', 'Retry Task');
      await window.messages.pressInDialog('Run Anyway'); // the gate is as closed as before
      await tree.shows(/02\.01\.01 Command Line · 2\/2 · merged/);
      const [first, second, ...more] = sample.requests.filter(
        ({ label, messages }) => label === '02.01.01.02' && messages.at(-1)?.role === 'user',
      );
      assert.ok(first && second && more.length === 0 && first.session !== second.session, 'a new attempt in a new session');

      await tree.contextMenu('02.01.02 Guide', 'Open opencode TUI');
      await window.terminals.shows(/All examples are right[\s\S]*ctrl\+p/);
      await window.screenshot('tui');

      await writeFile(path.join(sample.root, 'NOTES.md'), 'New on main.\n');
      await sample.git('add', 'NOTES.md');
      await sample.git('commit', '--quiet', '--message', 'Note something');
      const started = begun(sample).length;
      await tree.expand('01.02.01 Wrapping');
      await tree.inlineAction('01.02.01.01 Write wrap, indent and dedent', 'Run Task');
      await sample.held(1);
      sample.model.release();
      await tree.shows(/01\.02\.01\.01 .* · completed/);
      await window.messages.pressInNotification('have diverged', 'Update Integration Branch');
      await window.messages.notification('The integration branch now has everything of main.');
      await window.screenshot('updated');
      assert.deepEqual(begun(sample).slice(started), ['01.02.01.01'], 'only that task ran');
      assert.match(await sample.git('show', `refs/heads/work/${sample.stream}:NOTES.md`), /New on main/);
      await window.terminals.endAll();
    });
  });

  it('sees opencode’s own interface instead, where the settings say so', async () => {
    const prepare = async (sample: Sample) => {
      await mkdir(path.join(sample.root, '.vscode'));
      await writeFile(path.join(sample.root, '.vscode', 'settings.json'), JSON.stringify({ 'work.terminal.mode': 'tui' }));
    };
    await inSample('tui', { scripts, prepare, completed: ['01.01'] }, async (window, sample) => {
      const tree = window.tree('Plan');
      await tree.expand('01.02.01 Wrapping');
      await tree.inlineAction('01.02.01.01 Write wrap, indent and dedent', 'Run Task');
      await sample.held(1);
      await tree.click('01.02.01 Wrapping');
      await window.terminals.shows(/Notes on wrapping[\s\S]*ctrl\+p/);
      assert.deepEqual(await window.terminals.names(), ['Wrapping · 01.02.01 · opencode']);
      await window.screenshot('running');
      sample.model.release();
      await tree.shows(/01\.02\.01\.01 .* · completed/);
      await window.terminals.shows(/Wrote wrap\.[\s\S]*ctrl\+p/);
      await window.terminals.endAll();
    });
  });
});
