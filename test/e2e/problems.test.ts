import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { inSample } from './support/sample';

describe('What cannot be worked on', () => {
  it('is shown in an untrusted folder, and Run Batch says why it does nothing', async () => {
    await inSample('untrusted', { restricted: true }, async (window, sample) => {
      const tree = window.tree('Plan');
      await tree.shows('01.01.02 Slugs');
      assert.match(await tree.message(), /Restricted Mode/);
      await tree.inlineAction('01.01 Words and Case', 'Run Batch');
      await window.messages.notification('This workspace is not trusted');
      await window.screenshot('run-batch');
      assert.ok(!(await window.quickInput.commandsFor('Work: Set Status')).includes('Work: Set Status…'));
      assert.equal(sample.requests.length, 0);
      assert.equal(await sample.git('status', '--porcelain'), '');
    });
  });

  it('is named in a row of its own that leads to the place', async () => {
    await inSample('problems', {}, async (window, sample) => {
      const tree = window.tree('Plan');
      await tree.shows('01.01.02 Slugs');
      const whole = await readFile(sample.path('tasks.json'), 'utf8');
      const lines = whole.split('\n');
      await writeFile(sample.path('tasks.json'), [...lines.slice(0, 8), '      "name": oops', ...lines.slice(8)].join('\n'));
      const broken = await tree.shows('tasks.json:9');
      await window.screenshot('tasks');
      await tree.click(/^(.*) · tasks\.json:9/m.exec(broken)?.[1]?.trim() ?? '');
      await window.statusItem(/Ln 9,/).waitFor();
      await window.screenshot('place');
      await writeFile(sample.path('tasks.json'), whole);
      await tree.shows(/^01 Building Blocks · 0\/8/);

      await writeFile(sample.path('PLAN.md'), '# Plan: Text Toolkit\n\n## Summary\n\nNothing yet.\n');
      await tree.shows(/No stages found.* · PLAN\.md:1/);
      await window.screenshot('plan');
      assert.equal(await readFile(sample.path('tasks.json'), 'utf8'), whole);
    });
  });
});
