import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parsePlan } from '../../../../src/domain/plan/parsePlan';
import { untranslated } from '../../../../src/common/translate';
import { handOffSentence } from '../../../../src/domain/prompts/handOff';
import { promptText, skillForPrompts, threadPromptPath } from '../../../../src/domain/prompts/promptText';
import { samplesFolder } from '../../../support/samples';

const place = {
  stream: '001-colours',
  title: 'Colours',
  stage: { id: '02', name: 'Make' },
  batch: { id: '02.01', name: 'Paint & Ink' },
  thread: { id: '02.01.03', name: 'Reds', summary: 'All reds.', details: '- one\n- two' },
};

describe('The skill that prompts name', () => {
  it('is one that the server lists, the first name before the later one', () => {
    assert.equal(skillForPrompts(['customize-opencode']), undefined);
    assert.equal(skillForPrompts(['implementing-workstreams', 'x']), 'implementing-workstreams');
    assert.equal(skillForPrompts(['implementing-workstreams', 'implementing-workstream-plans']), 'implementing-workstream-plans');
  });
});

describe('promptText', () => {
  it('has the words of the format, with the tasks and the folder for papers', () => {
    const tasks = [
      { id: '02.01.03.01', name: 'Mix' },
      { id: '02.01.03.02', name: 'Paint' },
    ];
    assert.equal(
      promptText({ ...place, tasks, skill: 'implementing-workstream-plans' }),
      `Hello Agent!

You are working on the "Paint & Ink" batch at the "Make" stage of the "Colours" workstream.

This is the thread you are responsible for:

## Thread Summary
All reds.

## Thread Details
- one
- two

Your tasks are:
- [ ] 02.01.03.01 Mix
- [ ] 02.01.03.02 Paint

Your working directory for creating additional documentation or scripts (if any) is: \`work/001-colours/files/stage-2/01-paint---ink/reds/\`

Use the \`implementing-workstream-plans\` skill.
`,
    );
  });

  it('asks for no skill unless one is named, and says what is missing', () => {
    const text = promptText({ ...place, thread: { ...place.thread, summary: '', details: '' }, tasks: [] });
    assert.doesNotMatch(text, /skill/);
    for (const missing of ['(No summary provided)', '(No details provided)', '(No tasks found for this thread)']) {
      assert.ok(text.includes(missing));
    }
  });
});

describe('threadPromptPath', () => {
  it('uses slugs that are not collapsed and keep to one folder', () => {
    const at = (thread: string) => threadPromptPath(place.stage, place.batch, { id: '02.01.03', name: thread });
    assert.equal(at('Dependencies & Config'), 'prompts/02-make/01-paint---ink/dependencies---config.md');
    assert.equal(at('Fix - x'), 'prompts/02-make/01-paint---ink/fix---x.md');
    assert.equal(at('a/b'), 'prompts/02-make/01-paint---ink/a-b.md');
    assert.equal(at('../../etc'), 'prompts/02-make/01-paint---ink/------etc.md');
  });
});

describe('handOffSentence', () => {
  it('names the stage and its first batch', () => {
    assert.equal(
      handOffSentence('02', undefined, untranslated),
      'Prompts for Stage 2 are ready. Run `work multi --batch 02.01` to start batch 1. Continue with each batch until the stage is complete, then return to me.',
    );
    assert.match(handOffSentence('02', '02.03', untranslated), /--batch 02\.03` to start batch 3\./);
  });
});

const samples = samplesFolder();
if (samples !== undefined) {
  const id = '001-workstream-viz';
  const { plan } = parsePlan(readFileSync(path.join(samples, 'work', id, 'PLAN.md'), 'utf8'));
  const { tasks } = JSON.parse(readFileSync(path.join(samples, 'work', id, 'tasks.json'), 'utf8')) as {
    readonly tasks: readonly { readonly id: string; readonly name: string }[];
  };
  describe('the prompts of a real workstream', () => {
    for (const stage of plan?.stages ?? []) {
      for (const batch of stage.batches) {
        for (const thread of batch.threads) {
          it(`${thread.id}: text and path are those of its own tool`, () => {
            const file = path.join(samples, 'work', id, threadPromptPath(stage, batch, thread));
            assert.ok(existsSync(file), file);
            const real = readFileSync(file, 'utf8');
            const skill = /Use the `(.+)` skill/.exec(real)?.[1];
            const ownTasks = tasks.filter(task => task.id.startsWith(`${thread.id}.`));
            assert.equal(promptText({ stream: id, title: plan?.title ?? '', stage, batch, thread, tasks: ownTasks, skill }), real);
          });
        }
      }
    }
  });
}
