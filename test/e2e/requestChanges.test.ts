import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { waitFor } from '../support/waitFor';
import { inSample, reporting } from './support/sample';
import { useTheme } from './support/themes';

const wanted = 'The help does not name the option --width.';

describe('Request Changes', () => {
  it('asks what, where and who, keeps what was said, and puts a batch into the plan that can be run from there', async () => {
    await inSample(
      'request-changes',
      { completed: ['01'], scripts: { '01.03.01.01': reporting('01.03.01.01', 'Named it.') } },
      async (window, sample) => {
        const { quickInput } = window;
        const tree = window.tree('Plan');
        await tree.shows('01 Building Blocks · 8/8 · needs approval');
        const before = await readFile(sample.path('PLAN.md'), 'utf8');

        await tree.contextMenu('01 Building Blocks', 'Request Changes…');
        await window.screenshot('what');
        await quickInput.enter(wanted);
        await quickInput.labels();
        await quickInput.dismiss();
        assert.equal(await readFile(sample.path('PLAN.md'), 'utf8'), before);

        await tree.contextMenu('01 Building Blocks', 'Request Changes…');
        const said = window.page.locator('.quick-input-widget input.input');
        await waitFor('what was said before', async () => (await said.isVisible()) && (await said.inputValue()) === wanted, {
          describe: () => said.inputValue(),
        });
        await window.page.keyboard.press('Enter');
        await quickInput.labels();
        await window.screenshot('where');
        await useTheme(window.page, 'light');
        await window.page.screenshot({ path: 'out/screenshots/request-changes-light-where.png' });
        await useTheme(window.page, 'dark');
        await quickInput.pickSeveral(['01.02.01 Wrapping']);
        await waitFor('the agents', async () => (await quickInput.labels()).includes('writer'));
        await window.screenshot('who');
        await quickInput.pick('writer');

        await window.messages.notification('The request is in the plan as batch 01.03.');
        await tree.shows(/01\.03 Fix - The help does not name the option --width · 0\/1/);
        const after = await readFile(sample.path('PLAN.md'), 'utf8');
        const cut = before.indexOf('### Stage 02');
        assert.ok(after.startsWith(before.slice(0, cut)) && after.endsWith(before.slice(cut)));
        assert.match(
          after.slice(cut, after.length - before.length + cut),
          /^##### Batch 03: Fix - The help does not name the option --width\n\n###### Thread 01: .*\n\n\*\*Summary:\*\* .*\n\n\*\*Details:\*\*\n\nThe help .*\n\nIt is about:\n\n- 01\.02\.01 Wrapping\n\n$/,
        );
        assert.deepEqual(await sample.statuses('01.03'), ['01.03.01.01 pending']);

        await window.messages.pressInNotification('The request is in the plan', 'Show in Plan');
        const lenses = window.page.locator('.codelens-decoration');
        await lenses.filter({ hasText: 'Run Batch' }).first().waitFor();
        await window.screenshot('plan');
        await lenses.getByText('Run Batch', { exact: true }).first().click();
        await tree.shows(/01\.03 Fix - The help does not name the option --width · 1\/1/);
      },
    );
  });
});
