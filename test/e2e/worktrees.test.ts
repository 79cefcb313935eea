import assert from 'node:assert/strict';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { journalAttempt } from '../support/journalAttempt';
import { inSample, type Sample } from './support/sample';

const tasks = {
  changed: { id: '01.01.01.01', label: '01.01.01.01 Write titleCase' },
  merged: { id: '01.01.02.01', label: '01.01.02.01 Write slugify' },
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
    await inSample('worktrees', { prepare: addWorktrees }, async window => {
      const tree = window.tree('Worktrees');
      await tree.open();
      const drawing = await tree.shows('elsewhere');
      assert.match(drawing, /^text-toolkit · .*\n.*01\.01\.01\.01 .* · 1 change/m);
      assert.match(drawing, /01\.01\.02\.01 .* · clean · merged/);
      assert.match(drawing, /elsewhere · not ours · clean · feature/);
      await window.screenshot('rows');
      const [, changed] = await tree.rows();
      assert.ok(changed);
      assert.ok(!(await tree.contextMenuItems('elsewhere')).some(item => /Remove|Clean/.test(item)));
      await tree.inlineAction(changed.label, 'Show Worktree Changes');
      await window.page.locator('.multiDiffEntry', { hasText: 'changed.js' }).first().waitFor();
      await window.page.locator('.multiDiffEntry', { hasText: 'export const changed' }).first().waitFor();
      await window.screenshot('changes');
    });
  });
});
