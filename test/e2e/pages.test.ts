import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { accessibilityViolations, injectedScriptsThatRan } from './support/pageChecks';
import { inSample, type Sample } from './support/sample';

const hostile = '<script>window.ran = 1</script> <img src=x onerror="window.ran = 1">';

async function reportMarkup(sample: Sample): Promise<void> {
  const text = await readFile(sample.path('tasks.json'), 'utf8');
  await writeFile(sample.path('tasks.json'), text.replace('"Did 01.01.01.01."', JSON.stringify(hostile)));
}

describe('Pages', () => {
  it('can be read by everybody, and run no script but their own', async () => {
    await inSample('pages', { completed: ['01', '02'], prepare: reportMarkup }, async window => {
      const tree = window.tree('Plan');
      await tree.shows('02 Everyday Use · 4/4 · needs approval');
      await tree.inlineAction('01 Building Blocks', 'Stage Report');
      const report = await window.webview('h1', 'Building Blocks');
      await report.getByText(hostile).first().waitFor();
      await window.screenshot('stage-report');
      assert.deepEqual(await accessibilityViolations(report), []);
      assert.deepEqual(await injectedScriptsThatRan(report), []);

      await tree.inlineAction('01 Building Blocks', 'Approve Stage');
      await tree.shows('01 Building Blocks · 8/8 · approved');
      await tree.inlineAction('02 Everyday Use', 'Approve Stage');
      await tree.shows('02 Everyday Use · 4/4 · approved');
      await window.runCommand('Work: Complete');
      const completion = await window.webview('h1', 'Completion: text-toolkit');
      await window.screenshot('completion');
      assert.deepEqual(await accessibilityViolations(completion), []);
    });
  });
});
