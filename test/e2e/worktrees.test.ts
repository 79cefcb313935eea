import assert from 'node:assert/strict';
import { access, appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { journalAttempt } from '../support/journalAttempt';
import { inSample, type Sample } from './support/sample';
import { waitFor } from '../support/waitFor';

const tasks = {
  changed: { id: '01.01.01.01' },
  merged: { id: '01.01.02.01' },
};

/** Two worktrees of tasks (one with changes, one merged) and one of somebody else. */
async function addWorktrees(sample: Sample): Promise<void> {
  const { root, stream } = sample;
  await mkdir(path.join(root, '.git', 'info'), { recursive: true });
  await appendFile(path.join(root, '.git', 'info', 'exclude'), '\n/.worktrees/\n');
  const base = await sample.git('rev-parse', 'HEAD');
  for (const [name, { id }] of Object.entries(tasks)) {
    const worktree = path.join(root, '.worktrees', name);
    await sample.git('worktree', 'add', '--quiet', '-b', `task/${name}`, worktree);
    await writeFile(path.join(worktree, `${name}.js`), `export const ${name} = true;\n`);
    if (name === 'merged') {
      await sample.git('-C', worktree, 'add', '-A');
      await sample.git('-C', worktree, '-c', 'user.name=A', '-c', 'user.email=a@b', 'commit', '--quiet', '-m', 'Work');
    }
    await journalAttempt({ root, stream, task: id, worktree, branch: `task/${name}`, base });
  }
  await sample.git('branch', '--force', `work/${stream}`, 'task/merged');
  await sample.git('worktree', 'add', '--quiet', '-b', 'feature', path.join(root, '..', 'elsewhere'));
}

describe('The Worktrees view', () => {
  it('lists every worktree by its task and state, and shows what was changed in one', async () => {
    await inSample('worktrees', { prepare: addWorktrees }, async (window, sample) => {
      const tree = window.tree('Worktrees');
      await tree.open();
      const drawing = await tree.shows('elsewhere');
      assert.match(drawing, /^text-toolkit · .*\n.*01\.01\.01\.01 · 1 change · .*Write /m);
      assert.match(drawing, /01\.01\.02\.01 · clean · merged · Write slugify/);
      assert.match(drawing, /elsewhere · not ours · clean · feature/);
      await window.screenshot('rows');
      const [, changed] = await tree.rows();
      assert.ok(changed);
      assert.ok(!(await tree.contextMenuItems('elsewhere')).some(item => /Remove|Clean/.test(item)));
      await tree.inlineAction(changed.label, 'Show Worktree Changes');
      await window.page.locator('.multiDiffEntry', { hasText: 'changed.js' }).first().waitFor();
      await window.page.locator('.multiDiffEntry', { hasText: 'export const changed' }).first().waitFor();
      await window.screenshot('changes');

      const opened = window.page.context().waitForEvent('page');
      await tree.contextMenu(changed.label, 'Open Worktree in New Window');
      const second = await opened;
      await second.waitForURL(url => url.searchParams.get('folder') === path.join(sample.root, '.worktrees', 'changed'));
      await second.close();

      const gone = path.join(sample.root, '..', 'elsewhere');
      await rm(gone, { recursive: true });
      await window.runCommand('Work: Prune Worktrees…');
      assert.match(await window.messages.dialog(), /folders are gone\?[^]*elsewhere[^]*Their branches and commits stay\./);
      await window.messages.pressInDialog('Prune');
      await waitFor('the row to go', async () => !(await tree.drawing()).includes('elsewhere'));
      assert.ok(!(await sample.git('worktree', 'list')).includes('elsewhere'));
      assert.match(await sample.git('branch', '--list', 'feature'), /feature/);
    });
  });

  it('removes a worktree after it said what is kept, and brings it back with the bytes that nobody had committed', async () => {
    await inSample('worktrees-restore', { prepare: addWorktrees }, async (window, sample) => {
      const worktree = path.join(sample.root, '.worktrees', 'changed');
      const file = path.join(worktree, 'changed.js');
      await writeFile(path.join(worktree, 'kept.txt'), 'not committed\r\n');
      const tree = window.tree('Worktrees');
      await tree.open();
      await window.tree('Plan').close(); // else the last rows are below the edge
      await tree.shows(/01\.01\.01\.01 · 2 changes/);
      await tree.contextMenu('01.01.01.01', 'Remove Worktree…');
      const question = await window.messages.dialog();
      assert.match(question, /Remove the worktree of 01\.01\.01\.01 /);
      assert.match(question, /Kept, and restored by Deleted Worktrees: every file, what is not committed \(2\) among it/);
      assert.match(question, /nothing is lost/);
      await window.screenshot('question');
      await window.messages.pressInDialog('Remove');
      await tree.shows('Deleted Worktrees · 1 · 1 unmerged');
      await assert.rejects(access(worktree));
      await tree.expand('Deleted Worktrees');
      await tree.shows(/ {2}01\.01\.01\.01 · unmerged/);
      await window.screenshot('deleted');
      await tree.inlineAction('01.01.01.01', 'Restore Deleted Worktree');
      await window.messages.notification(/is back in/);
      assert.equal(await readFile(path.join(worktree, 'kept.txt'), 'utf8'), 'not committed\r\n');
      assert.equal(await readFile(file, 'utf8'), 'export const changed = true;\n');
      assert.ok(!(await tree.shows(/01\.01\.01\.01 · 2 changes/)).includes('Deleted Worktrees'));

      await tree.titleAction('Clean Merged Worktrees');
      assert.match(await window.messages.dialog(), /1 merged task[\s\S]*01\.01\.02\.01/);
      await window.screenshot('clean');
      await window.messages.pressInDialog('Remove');
      await window.messages.notification('1 worktree was removed.');
      await waitFor('the row of the removed worktree to go', async () => !(await tree.drawing()).includes('01.01.02.01 · clean'));
      await assert.rejects(access(path.join(sample.root, '.worktrees', 'merged')));
    });
  });
});
