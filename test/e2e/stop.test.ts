import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { waitFor } from '../support/waitFor';
import { inSample, type Sample } from './support/sample';

const scripts = {
  '01.01.01.01': '[[tell This takes a while.]]\n[[write src/case.js | export {};]]\n[[hang]]',
  '01.01.02.01': '[[tell So does this.]]\n[[hang]]',
};

async function addWorkstream(sample: Sample): Promise<void> {
  const folder = path.join(sample.root, 'work', '002-second-guide');
  await mkdir(folder);
  await writeFile(path.join(folder, 'PLAN.md'), '# Plan: Second Guide\n');
  const file = path.join(sample.root, 'work', 'index.json');
  const index = JSON.parse(await readFile(file, 'utf8')) as { streams: { id: string }[] };
  const [first] = index.streams;
  assert.ok(first);
  index.streams.push({ ...first, id: '002-second-guide', name: 'second-guide', order: 2, path: 'work/002-second-guide' } as { id: string });
  await writeFile(file, JSON.stringify(index, null, 2));
}

describe('Stop', () => {
  it('returns the tasks of a running batch to pending; status, report, plan and workstream are a command away', async () => {
    await inSample('stop', { scripts, prepare: addWorkstream }, async (window, sample) => {
      const tree = window.tree('Plan');
      await tree.shows('01.01.02 Slugs');
      await tree.inlineAction('01.01 Words and Case', 'Run Batch');
      await sample.held(2);
      await tree.shows('01.01 Words and Case · 0/4 · running');
      await tree.inlineAction('01.01 Words and Case', 'Stop');
      await tree.shows(/01\.01 Words and Case · 0\/4\n/);
      await waitFor('pending tasks', async () => (await sample.statuses('01.01')).every(task => task.endsWith(' pending')));
      await tree.click('01.01.01 Case Styles');
      await window.terminals.shows(/Stopped|Cancelled/);
      await window.screenshot('stopped');

      await tree.expand('01.01.02 Slugs');
      await tree.contextMenu('01.01.02.01 Write slugify', 'Set Status…');
      await window.quickInput.pick('Completed');
      await window.quickInput.enter('Written by hand.');
      await tree.shows('01.01.02.01 Write slugify · completed');
      assert.equal((await sample.tasks()).find(({ id }) => id === '01.01.02.01')?.report, 'Written by hand.');
      await tree.contextMenu('01.01.02.01 Write slugify', 'Add Report…');
      await window.quickInput.enter('Written by hand, with tests.');
      await waitFor('the report', async () => (await sample.tasks()).some(({ report }) => report === 'Written by hand, with tests.'));

      await tree.contextMenu('01.02 Layout', 'Go to Plan');
      await waitFor('the plan', async () => (await window.tabs()).includes('PLAN.md'));
      const lines = (await readFile(path.join(sample.root, 'work', '001-text-toolkit', 'PLAN.md'), 'utf8')).split('\n');
      await window.statusItem(new RegExp(`Ln ${lines.findIndex(line => line.endsWith(': Layout')) + 1},`)).waitFor();

      await window.runCommand('Work: Switch Workstream…');
      assert.deepEqual(await window.quickInput.labels(), ['001-text-toolkit', '002-second-guide']);
      await window.quickInput.pick('002-second-guide');
      await tree.shows(/PLAN\.md:\d/);
    });
  });
});
