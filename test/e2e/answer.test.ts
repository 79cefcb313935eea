import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { waitFor } from '../support/waitFor';
import { inSample, reporting, type Sample } from './support/sample';

const options = [
  { label: 'Words', description: 'As splitWords gives them' },
  { label: 'Characters', description: 'Each one' },
];
const question = (text: string) => JSON.stringify({ questions: [{ question: text, header: 'Unit', options }] });

const scripts = {
  '01.01.01.01': `[[tool question ${question('What is a slug made of?')}]]\n[[gate]]\n${reporting('01.01.01.01', 'Asked.')}`,
  '01.01.02.01': `
[[tool task {"description": "Look for the list", "prompt": "Read the list of words", "subagent_type": "general"}]]
[[gate]]
${reporting('01.01.02.01', 'Looked.')}`,
  'Read the list of words': '[[bash cat {{outside}}]]\n[[say There is none.]]',
  'Keep it short': '[[say It will be short.]]',
};

describe('Answer', () => {
  it('answers the permission that a sub-agent asks for, and a question; sends a message', async () => {
    await inSample('answer', { scripts }, async (window, sample) => {
      const list = path.join(path.dirname(sample.root), 'list.txt');
      await writeFile(list, 'the list of all words\n');
      sample.model.vars.outside = list;
      const tree = window.tree('Plan');
      await tree.shows('01.01.02 Slugs');
      await tree.inlineAction('01.01 Words and Case', 'Run Batch');
      await tree.shows(/01\.01\.01 Case Styles · 0\/2 · waiting for you/);
      await tree.shows(/01\.01\.02 Slugs · 0\/2 · waiting for you/);
      await window.page.locator('.activitybar [aria-label^="Work"] ~ .badge .badge-content', { hasText: /^2$/ }).waitFor();
      await window.page.locator('.activitybar .action-label[aria-label*="2 agents wait for an answer"]').waitFor();
      await window.screenshot('asking');

      await tree.inlineAction('01.01.02 Slugs', 'Answer');
      assert.deepEqual(await window.quickInput.labels(), ['Allow Once', 'Allow Always in This Session', 'Reject…']);
      await window.screenshot('permission');
      await window.quickInput.pick('Allow Once');
      await tree.shows(/01\.01\.02 Slugs · 0\/2 · running/);

      await tree.inlineAction('01.01.01 Case Styles', 'Answer');
      assert.deepEqual(await window.quickInput.labels(), ['Words', 'Characters', 'Type an Answer…']);
      await window.screenshot('question');
      await window.quickInput.pick('Characters');
      await tree.shows(/01\.01\.01 Case Styles · 0\/2 · running/);
      await sample.held(2);
      const told = sample.requests.filter(({ messages }) => messages.at(-1)?.role === 'tool').map(({ messages }) => messages.at(-1)?.text);
      assert.ok(told.some(text => text?.includes('"What is a slug made of?"="Characters"')));
      assert.ok(told.some(text => text?.includes('the list of all words')));

      await tree.contextMenu('01.01.01 Case Styles', 'Send Message…');
      await window.quickInput.enter('Keep it short');
      await tree.click('01.01.01 Case Styles');
      await window.terminals.shows('Keep it short');
      sample.model.release();
      await waitFor('the message at the agent', () => sample.requests.find(({ prompt }) => prompt.includes('Keep it short')));
      await window.terminals.shows('It will be short.');
      await tree.titleAction('Stop All');
      await tree.shows(/01\.01 Words and Case · \d\/4\n/); // nothing runs; what had been reported by then is done
    });
  });

  it('lets a task go on that has used the turns it may take, as far as the person allows', async () => {
    const task = '01.02.01.01';
    const turns = ['a', 'b', 'c', 'd', 'e', 'f'].map(part => `[[write notes/${part}.md | Part ${part}.]]`).join('\n');
    const scripts = { [task]: [`${turns}\n${reporting(task, 'Never said.')}`, `${turns}\n${reporting(task, 'Wrote wrap.')}`] };
    const prepare = async (sample: Sample) => {
      await mkdir(path.join(sample.root, '.vscode'));
      await writeFile(path.join(sample.root, '.vscode', 'settings.json'), JSON.stringify({ 'work.budget.turnsPerTask': 3 }));
    };
    await inSample('budget', { scripts, prepare, completed: ['01.01', '01.02.02'] }, async (window, sample) => {
      const tree = window.tree('Plan');
      await tree.expand('01.02.01 Wrapping');
      await tree.inlineAction(`${task} Write wrap, indent and dedent`, 'Run Task');
      const reached = /Budget reached: Task 01\.02\.01\.01 has used [34] of 3 turns\./;
      await window.messages.notification(reached);
      await tree.shows(/01\.02\.01\.01 Write wrap, indent and dedent · .*budget reached/);
      await window.screenshot('reached');
      await window.messages.pressInNotification(reached, 'Raise…');
      await window.quickInput.enter('2');
      await waitFor('the reason why not', async () => (await window.quickInput.message()).includes('A number above'));
      await window.screenshot('raise');
      await window.quickInput.enter('30');
      await tree.shows(/01\.02\.01\.01 .* · completed/);
      const turnsBefore = sample.requests.filter(({ label }) => label === task).findIndex(({ prompt }) => /Go on|go on/.test(prompt));
      assert.ok(turnsBefore >= 3 && turnsBefore <= 4, `${turnsBefore} turns before the question`);
      assert.equal((await sample.tasks()).find(({ id }) => id === task)?.report, 'Wrote wrap.');
    });
  });
});
