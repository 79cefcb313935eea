import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { dependenciesOf } from '../../../../src/domain/graph/dependencies';
import { graphStages } from '../../../../src/domain/graph/checkDependencies';
import { parsePlan } from '../../../../src/domain/plan/parsePlan';
import { PlanEditError } from '../../../../src/domain/plan/planEditError';
import { addDependency, addThreadNote, dependencyWords } from '../../../../src/domain/plan/threadEdits';
import { samplesFolder } from '../../../support/samples';

const head = '# Plan: P\n\n## Summary\n\nS.\n\n## Stages\n\n### Stage 01: One\n\n#### Stage Batches\n\n';
const batch = (number: number, ...threads: readonly string[]) =>
  `##### Batch 0${number}: B\n\n${threads.map((body, index) => `###### Thread 0${index + 1}: T${index + 1}\n\n${body}\n`).join('\n')}`;
const details = '**Summary:** S.\n\n**Details:**\n- a\n- b';
const threadOf = (text: string, id: string) => {
  const found = parsePlan(text)
    .plan?.stages.flatMap(stage => stage.batches.flatMap(each => each.threads))
    .find(thread => thread.id === id);
  assert.ok(found, `${id} is not in the plan`);
  return found;
};
const waits = (text: string, id: string) => {
  const { plan } = parsePlan(text);
  assert.ok(plan);
  return dependenciesOf(graphStages(plan))
    .get(id)
    ?.map(({ thread }) => thread);
};
/** The new text with what was added taken out again. */
function assertOnlyAdded(before: string, after: string): void {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < before.length - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  assert.equal(before.slice(0, start) + before.slice(before.length - end), before);
  assert.ok(after.length > before.length);
}

describe('addThreadNote', () => {
  it('writes the note at the end of the thread, as a part of its details', () => {
    const text = `${head}${batch(1, details, details)}\n#### Stage Questions\n\n- [ ] Why?\n`;
    const edited = addThreadNote(text, '01.01.02', 'Scope', 'Only the\nlogin <b>page</b>').text;
    assert.equal(edited, text.replace('\n#### Stage Questions', '\n**Scope:** Only the login <b>page</b>\n\n#### Stage Questions'));
    assert.match(threadOf(edited, '01.01.02').details, /\*\*Scope:\*\* Only the login <b>page<\/b>$/);
    assert.equal(threadOf(edited, '01.01.01').details, threadOf(text, '01.01.01').details);
  });

  it('opens the details of a thread that has none', () => {
    for (const body of ['**Summary:** S.', '', 'Just prose.']) {
      const text = `${head}${batch(1, body, details)}`;
      const edited = addThreadNote(text, '01.01.01', 'Scope', 'Less').text;
      assert.equal(threadOf(edited, '01.01.01').details, '**Scope:** Less');
      assert.equal(threadOf(edited, '01.01.01').summary, threadOf(text, '01.01.01').summary);
      assertOnlyAdded(text, edited);
    }
  });

  it('keeps a missing newline at the end, the line ends and the byte order mark', () => {
    const text = `\uFEFF${head}${batch(1, details)}`.trimEnd().replaceAll('\n', '\r\n');
    const edited = addThreadNote(text, '01.01.01', 'Scope', 'Less').text;
    assert.equal(edited, `${text}\r\n\r\n**Scope:** Less`);
  });

  it('refuses what would not be read: an open code block, a thread that is not there, a plan with errors', () => {
    const open = `${head}${batch(1, `${details}\n\n\`\`\`js\ncode`)}`;
    assert.throws(() => addThreadNote(open, '01.01.01', 'Scope', 'Less'), { name: 'PlanEditError', reason: 'unreadable' });
    assert.throws(() => addThreadNote(`${head}${batch(1, details)}`, '01.01.09', 'Scope', 'Less'), { reason: 'no-such-place' });
    assert.throws(() => addThreadNote('# Nothing', '01.01.01', 'Scope', 'Less'), PlanEditError);
  });
});

describe('addDependency', () => {
  it('keeps what a thread waited for without saying so', () => {
    const text = `${head}${batch(1, details, details)}\n${batch(2, details, details)}`;
    const edited = addDependency(text, '01.02.01', '01.02.02').text;
    assert.match(edited, /^\*\*Depends on:\*\* 01\.01, 01\.02\.02$/m);
    assert.deepEqual(waits(edited, '01.02.01'), ['01.01.01', '01.01.02', '01.02.02']);
    assert.deepEqual(waits(edited, '01.02.02'), waits(text, '01.02.02'));
    assertOnlyAdded(text, edited);
  });

  it('adds to what a thread declares, and does nothing where it is said already', () => {
    const text = `${head}${batch(1, `${details}\n\n**Depends on:** none`, details, `${details}\n\n**Depends on:** 01.01.02`)}`;
    assert.deepEqual(waits(addDependency(text, '01.01.01', '01.01.02').text, '01.01.01'), ['01.01.02']);
    const third = addDependency(text, '01.01.03', '01.01.01').text;
    assert.deepEqual(waits(third, '01.01.03'), ['01.01.02', '01.01.01']);
    assert.equal(addDependency(third, '01.01.03', '01.01.01').text, third);
  });

  it('refuses a thread that waits for the other, directly or not, and itself', () => {
    const text = `${head}${batch(1, details, `${details}\n\n**Depends on:** 01.01.01`)}\n${batch(2, details)}`;
    for (const on of ['01.01.01', '01.01.02', '01.02.01']) {
      assert.throws(() => addDependency(text, '01.01.01', on), { reason: 'no-such-place' }, on);
    }
  });
});

describe('dependencyWords', () => {
  it('says what another thread has to declare to wait for the same', () => {
    const text = `${head}${batch(1, details, `${details}\n\n**Depends on:** 01.01.01`)}\n${batch(2, details)}`;
    assert.equal(dependencyWords(text, '01.01.01'), 'none');
    assert.equal(dependencyWords(text, '01.01.02'), '01.01.01');
    assert.equal(dependencyWords(text, '01.02.01'), '01.01');
  });
});

const folder = samplesFolder();
if (folder !== undefined) {
  describe('Edits of threads of the samples', () => {
    it('leaves every sample plan as it is but for the thread it is about', () => {
      const plans = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => path.basename(file) === 'PLAN.md');
      let tried = 0;
      for (const file of plans) {
        const text = readFileSync(path.join(folder, file), 'utf8');
        for (const stage of parsePlan(text).plan?.stages ?? []) {
          for (const each of stage.batches) {
            const [first, second] = each.threads;
            if (!first || !second) continue;
            let edited: string;
            try {
              edited = addDependency(addThreadNote(text, first.id, 'Scope', 'Less of it').text, first.id, second.id).text;
            } catch (error) {
              assert.ok(error instanceof PlanEditError);
              continue;
            }
            tried += 1;
            assertOnlyAdded(text, edited);
            assert.ok(waits(edited, first.id)?.includes(second.id));
          }
        }
      }
      assert.ok(tried > 0);
    });
  });
}
