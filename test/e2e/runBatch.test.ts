import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { waitFor } from '../support/waitFor';
import { inSample } from './support/sample';

const stoppingAtGates = {
  '01.01.01.01': `
[[tell I'll start with src/case.js, on top of splitWords.]]
[[write src/case.js
import { splitWords } from './words.js';

/** \`HTTP server\` becomes \`http-server\`. */
export const kebabCase = text => splitWords(text).map(word => word.toLowerCase()).join('-');
]]
[[gate]]
[[tell The case styles are there: {{nonce}}..]]
[[tool work_task_report {"task": "01.01.01.01", "status": "completed", "report": "Added kebabCase on top of splitWords."}]]
[[stream The case styles |are in src/case.js.]]
`,
  '01.01.02.01': `
[[tell A slug is ASCII.]]
[[gate]]
[[write src/slug.js | export const slugify = text => text.toLowerCase();]]
[[tool work_task_report {"task": "01.01.02.01", "status": "completed", "report": "Added slugify."}]]
[[say Done.]]
`,
  '01.01.02.02': `
[[write test/slug.test.js | import '../src/slug.js';]]
[[tool work_task_report {"task": "01.01.02.02", "status": "completed", "report": "Added a test."}]]
[[say Done.]]
`,
  '01.01.01.02': `
[[write src/title.js | export const titleCase = text => text.toUpperCase();]]
[[tool work_task_report {"task": "01.01.01.02", "status": "completed", "report": "Added titleCase; punctuation stays as it is."}]]
[[say Done.]]
`,
  'Mention the units': '[[say I will mention the units.]]',
};

describe('Run Batch', () => {
  it('runs the threads of a batch by a click, shows them live, and merges them', async () => {
    await inSample('run-batch', { scripts: stoppingAtGates }, async (window, sample) => {
      const tree = window.tree('Plan');
      await tree.shows(/^01 Building Blocks · 0\/8\n {2}01\.01 Words and Case · 0\/4\n {4}01\.01\.01 Case Styles · 0\/2 · @developer\n/);
      await window.screenshot('before');

      await tree.inlineAction('01.01 Words and Case', 'Run Batch');
      await sample.held(2);
      await tree.expand('01.01.01 Case Styles');
      await tree.shows(/01\.01\.01\.01 .* · (working|thinking) · /);
      await tree.shows(/01\.01\.02 Slugs · 0\/2 · running/);
      assert.equal(await window.page.locator('.part.panel').isVisible(), false, 'terminals open without taking the place of anything');
      assert.deepEqual(await sample.statuses('01.01'), [
        '01.01.01.01 in_progress',
        '01.01.01.02 pending',
        '01.01.02.01 in_progress',
        '01.01.02.02 pending',
      ]);

      await tree.click('01.01.01 Case Styles');
      await window.terminals.shows('src/case.js');
      await waitFor('a terminal for each thread', async () => (await window.terminals.names()).length === 2);
      assert.deepEqual(await window.terminals.names(), ['◐ Case Styles · 01.01.01', '◐ Slugs · 01.01.02']);
      const nonce = `nonce-${randomBytes(6).toString('hex')}`;
      sample.model.vars.nonce = nonce;
      sample.model.release();
      await window.terminals.shows(nonce);
      await sample.held(1);
      await window.screenshot('running');

      await window.runCommand('Terminal: Kill the Active Terminal Instance');
      await waitFor('the terminal to close', async () => (await window.terminals.names()).length === 1);
      await tree.click('01.01.01 Case Styles');
      await window.terminals.shows(nonce);

      await window.terminals.type('Mention the units');
      await window.terminals.shows(/Mention the units/);
      sample.model.release();
      await sample.held(1);
      sample.model.release();
      await waitFor('the message at the agent', () => sample.requests.find(({ prompt }) => prompt.includes('Mention the units')));
      await window.terminals.shows('I will mention the units.');
      await window.screenshot('message');

      await tree.shows('01.01 Words and Case · 4/4 · completed');
      await tree.shows(/01\.01\.01 Case Styles · 2\/2 · merged/);
      await tree.shows(/01\.01\.02 Slugs · 2\/2 · merged/);
      await tree.expand('01.01.01 Case Styles');
      await tree.row('01.01.01.02 Add titleCase with its small words').hover();
      await window.hover.filter({ hasText: 'Added titleCase; punctuation stays as it is.' }).waitFor();
      await window.screenshot('report');
      await window.page.mouse.move(900, 200);
      await tree.shows(/^01 Building Blocks · 4\/8\n/);
      await window.screenshot('after');
      const merges = await sample.git(
        'log',
        '--merges',
        '--format=%s%n%(trailers:key=Thread,separator=%x2C)',
        `refs/heads/work/${sample.stream}`,
      );
      assert.match(merges, /Thread: 01\.01\.01/);
      assert.match(merges, /Thread: 01\.01\.02/);
    });
  });
});
