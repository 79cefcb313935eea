import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { waitFor } from '../support/waitFor';
import { inSample, reporting, type Sample } from './support/sample';

const rules = (line: string) => `# How words are joined\n\n${line}\n\nAll of this holds for every language.\n`;
const note = (name: string) => `[[write notes/${name}.md | Notes on ${name}.]]`;
/** An agent's version of the text and of the picture. */
const changing = (line: string, logo: string) => `[[write rules.txt\n${rules(line)}]]\n[[bash printf '${logo}\\0\\n' > logo.bin]]`;

/** Both threads change the same line and the same binary file; the second one ends after the first is merged. */
const scripts = {
  '01.01.01.01': `${changing('Words are joined with a hyphen.', 'ours')}\n${reporting('01.01.01.01', 'Words have hyphens.')}`,
  '01.01.02.01': `${changing('Words are joined in lower case.', 'theirs')}\n${reporting('01.01.02.01', 'Words are in lower case.')}`,
  '01.01.01.02': `${note('title')}\n[[gate]]\n${reporting('01.01.01.02', 'Wrote the notes.')}`,
  '01.01.02.02': `[[gate]]\n${note('slug')}\n[[gate]]\n${reporting('01.01.02.02', 'Wrote the notes.')}`,
};

async function prepare(sample: Sample): Promise<void> {
  const { root } = sample;
  await mkdir(path.join(root, '.vscode'));
  await writeFile(path.join(root, '.vscode', 'settings.json'), JSON.stringify({ 'work.merge.maxAttempts': 0 }));
  await writeFile(path.join(root, 'rules.txt'), rules('Words are joined.'));
  await writeFile(path.join(root, 'logo.bin'), 'base\0\n');
  await sample.git('add', '--all');
  await sample.git('commit', '--quiet', '--message', 'Say how words are joined');
}

describe('A thread whose work conflicts with what was merged', () => {
  it('is resolved in the merge editor, a side is taken of what is no text, and Continue Merge lands it', async () => {
    await inSample('conflict', { scripts, prepare }, async (window, sample) => {
      const tree = window.tree('Plan');
      const row = '01.01.02 Slugs';
      await tree.inlineAction('01.01 Words and Case', 'Run Batch');
      await window.page.mouse.move(900, 600);
      await sample.held(2);
      await tree.shows(/01\.01\.02 Slugs .*may conflict/);
      await window.screenshot('forecast');
      sample.model.release();
      await tree.shows(/01\.01\.01 Case Styles .*merged/);
      await sample.held(1);
      sample.model.release();
      await tree.shows(/01\.01 Words and Case · 3\/4 · blocked[^]*01\.01\.02 Slugs · 1\/2 · conflict/);
      await window.screenshot('rows');

      // Begun without taking a side, half of it marked, and given up: then it is as it was.
      const tab = window.page.locator('.tabs-container .tab', { hasText: 'rules.txt' });
      await tree.contextMenu(row, 'Resolve Conflict…');
      await waitFor('the question for a side', async () => (await window.quickInput.labels()).includes('Integration Branch'));
      await window.quickInput.dismiss();
      await window.openContainer('Work');
      await tree.contextMenu(row, 'Mark Resolved…');
      await waitFor('the files in conflict', async () => (await window.quickInput.labels()).includes('logo.bin'));
      await window.screenshot('mark');
      await window.quickInput.pickSeveral(['logo.bin']);
      await tree.contextMenu(row, 'Continue Merge');
      const left = /Still in conflict: rules\.txt\. Nothing was merged\./;
      await window.messages.notification(left);
      await window.screenshot('left');
      await window.page.getByText('1 Conflict Remaining').first().waitFor(); // else VS Code would not know that it has to ask
      await tree.contextMenu(row, 'Abandon Resolution…');
      assert.match(await window.messages.dialog(), /Abandon the resolution of thread 01\.01\.02 Slugs\?[^]*kept under Deleted Worktrees/);
      await window.screenshot('abandon');
      await window.messages.pressInDialog('Abandon Resolution');
      const closing = /close the merge editor for rules\.txt\?/; // VS Code's own question
      assert.match(await window.messages.dialog(), closing);
      await window.messages.pressInDialog('Cancel');
      await window.messages.notification(
        /The resolution of thread 01\.01\.02 goes on: an editor of it was kept open\. Nothing was removed\./,
      );
      assert.deepEqual([await tab.count(), (await sample.git('worktree', 'list')).includes('resolve-')], [1, true]);
      await tree.contextMenu(row, 'Abandon Resolution…');
      await window.messages.dialog();
      await window.messages.pressInDialog('Abandon Resolution');
      assert.match(await window.messages.dialog(), closing);
      await window.messages.pressInDialog('Close with Conflicts');
      await waitFor('the worktree to be gone', async () => !(await sample.git('worktree', 'list')).includes('resolve-'));
      await waitFor('its editors to be closed', async () => (await tab.count()) === 0);
      await tree.shows(/01\.01\.02 Slugs · 1\/2 · conflict/);

      await tree.contextMenu(row, 'Resolve Conflict…');
      await waitFor('the question for a side', async () => (await window.quickInput.labels()).includes('Integration Branch'));
      await window.screenshot('side');
      await window.quickInput.pick('Integration Branch');
      const complete = window.page.getByRole('button', { name: 'Complete Merge' }).first();
      await complete.waitFor();
      assert.equal(await tab.count(), 1);
      await window.screenshot('editor');
      await window.page.getByText('Accept Combination (Incoming First)').first().click();
      await window.screenshot('combined');
      await complete.click();
      await window.messages.notification(/All conflicts of thread 01\.01\.02 are resolved/);
      await window.screenshot('resolved');
      assert.equal(await window.statusItem(/Resolve rules\.txt/).count(), 0, 'what was done is not asked for any more');
      await window.messages.pressInNotification(/All conflicts of thread/, 'Continue Merge');
      await window.messages.notification(/Thread 01\.01\.02 is merged into work\//);
      await tree.shows(/01\.01\.02 Slugs .*merged/);
      await window.screenshot('merged');

      const branch = `refs/heads/work/${sample.stream}`;
      const text = await sample.git('show', `${branch}:rules.txt`);
      assert.equal(text, rules('Words are joined in lower case with a hyphen.').trim());
      assert.equal((await sample.git('show', `${branch}:logo.bin`)).slice(0, 4), 'ours');
      const trailers = await sample.git('log', '-1', '--format=%(trailers:key=Thread,key=Resolved-By-Hand)', branch);
      assert.match(trailers, /^Thread: 01\.01\.02$/m);
      assert.match(trailers, /^Resolved-By-Hand: logo\.bin, rules\.txt$/m);
      assert.equal(await sample.git('show', `${branch}^1:rules.txt`), rules('Words are joined with a hyphen.').trim());
      assert.equal(await sample.git('show', `${branch}^2:rules.txt`), rules('Words are joined in lower case.').trim());
      assert.equal(await tab.count(), 0);
      assert.doesNotMatch(await sample.git('worktree', 'list'), /resolve-/);
      assert.deepEqual(await sample.statuses('01.01.02'), ['01.01.02.01 completed', '01.01.02.02 completed']);
    });
  });
});
