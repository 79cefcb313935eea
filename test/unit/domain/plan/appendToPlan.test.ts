import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { appendBatch, appendStage, appendThread, type PlanEdit } from '../../../../src/domain/plan/appendToPlan';
import type { NewBatch, NewThread } from '../../../../src/domain/plan/newPlanParts';
import { parsePlan } from '../../../../src/domain/plan/parsePlan';
import { PlanEditError } from '../../../../src/domain/plan/planEditError';
import type { PlanBatch, PlanDocument, PlanStage, PlanThread } from '../../../../src/domain/plan/planDocument';
import { samplesFolder } from '../../../support/samples';

const stages = (text: string) => parsePlan(text).plan?.stages ?? [];
const batches = (text: string) => stages(text).flatMap(stage => stage.batches);
const threads = (text: string) => batches(text).flatMap(batch => batch.threads);
const find = <T extends { readonly id: string }>(entries: readonly T[], id: string): T => {
  const found = entries.find(entry => entry.id === id);
  assert.ok(found, `${id} is not in the plan`);
  return found;
};
const withoutLines = (value: unknown) => JSON.stringify(value, (key, inner: unknown) => (key === 'line' ? undefined : inner));

function refusal(edit: () => PlanEdit): PlanEditError {
  try {
    edit();
  } catch (error) {
    assert.ok(error instanceof PlanEditError);
    return error;
  }
  return assert.fail('it was added');
}

const simple =
  '# Plan: P\n\n## Summary\n\nS.\n\n## Stages\n\n### Stage 01: One\n\n#### Stage Batches\n\n##### Batch 01: B\n\n###### Thread 01: T\n';
const fix: NewBatch = { name: 'Fix - login', threads: [{ name: 'Fix login', summary: 'Sessions end.', details: ['- `src/a.ts`'] }] };

describe('appendBatch', () => {
  it('writes the batch at the end of its stage, in the grammar of the plan, before what stands behind the stages', () => {
    const { text, id } = appendBatch(`${simple}\n## Design Decisions\n\nNone.\n`, 1, fix);
    assert.equal(id, '01.02');
    assert.equal(
      text,
      `${simple}\n##### Batch 02: Fix - login\n\n###### Thread 01: Fix login\n\n**Summary:** Sessions end.\n\n**Details:**\n\n- \`src/a.ts\`\n\n` +
        '## Design Decisions\n\nNone.\n',
    );
  });

  it('ends no section: it stands above a level-4 heading that follows the batches', () => {
    const { text } = appendBatch(`${simple}\n#### Problem Analysis\n\nWhy.\n\n### Stage 02: Two\n`, 1, fix);
    assert.ok(text.indexOf('Batch 02') < text.indexOf('#### Problem Analysis'));
    assert.equal(find(batches(text), '01.02').name, 'Fix - login');
  });

  it('makes the section of batches where the stage has none', () => {
    const { text, id } = appendBatch(`${simple}\n### Stage 2: Two\n\n#### Definition\n\nD.\n\n### Stage 3: Three\n`, 2, fix);
    assert.equal(id, '02.01');
    assert.equal(stages(text)[1]?.definition, 'D.');
    assert.equal(find(threads(text), '02.01.01').details, '- `src/a.ts`');
  });

  it('takes the greatest number and one, not the count', () => {
    assert.equal(appendBatch(simple.replace('Batch 01', 'Batch 07'), 1, fix).id, '01.08');
  });

  it('keeps the line ends, the byte order mark and the missing newline of the file', () => {
    const old = `\uFEFF${simple.trimEnd()}`.replaceAll('\n', '\r\n');
    const { text } = appendBatch(old, 1, fix);
    assert.ok(text.startsWith(`${old}\r\n\r\n##### Batch 02`));
    assert.ok(!/(?<!\r)\n/.test(text));
    assert.ok(text.endsWith('- `src/a.ts`'));
  });

  it('says which stages there are when that one is not', () => {
    assert.equal(refusal(() => appendBatch(simple, 7, fix)).message, 'Stage 7 not found. Available: 1');
  });

  it('refuses when 99 batches are there', () => {
    const { reason, message } = refusal(() => appendBatch(simple.replace('Batch 01', 'Batch 99'), 1, fix));
    assert.equal(reason, 'full');
    assert.equal(message, 'Stage 1 has 99 batches, which is the last number.');
  });

  it('refuses a plan with errors, and names the first and its line', () => {
    const { message, line } = refusal(() => appendBatch(simple.replace('S.\n', ''), 1, fix));
    assert.equal(message, 'Failed to parse PLAN.md: line 3: Missing or empty Summary section');
    assert.equal(line, 3);
  });

  it('refuses where an open code block would swallow it, with the line', () => {
    const { reason, message, line } = refusal(() => appendBatch(`${simple}\n**Details:**\n\n\`\`\`ts\nopen\n`, 1, fix));
    assert.equal(reason, 'unreadable');
    assert.match(message, /^Failed to parse PLAN\.md: what stands above line 21 would swallow/);
    assert.equal(line, 21);
  });

  const names: readonly string[] = ['', '   ', 'a <!-- b', 'T @agent:x', 'ends in #', 'x'.repeat(201)];
  for (const name of names) {
    it(`refuses ${JSON.stringify(name.slice(0, 20))} as a name`, () => {
      assert.equal(refusal(() => appendBatch(simple, 1, { ...fix, name })).reason, 'bad-name');
    });
  }

  it('keeps names with what other formats would read as markup', () => {
    for (const name of ['a/b: <script>alert(1)</script>', '`code` & *stars*', '[x](y) \\#', '日本語 – naïve', '1. one']) {
      const { text, id } = appendBatch(simple, 1, { ...fix, name });
      assert.equal(find(batches(text), id).name, name);
    }
  });

  it('takes line breaks and control characters out of a name', () => {
    const { text, id } = appendBatch(simple, 1, { ...fix, name: 'a\n### Stage 09: b\u001b[31m' });
    assert.equal(find(batches(text), id).name, 'a ### Stage 09: b');
    assert.equal(stages(text).length, 1);
  });

  it('leaves a thread without a name for a person to fill in', () => {
    const { text, id } = appendBatch(simple, 1, { name: 'Later', threads: [{}] });
    assert.deepEqual(
      find(batches(text), id).threads.map(({ name, summary, details }) => ({ name, summary, details })),
      [{ name: '<!-- Thread name -->', summary: '', details: '' }],
    );
  });
});

describe('the details of a new thread', () => {
  const details = (given: string) => {
    const { text, id } = appendBatch(simple, 1, { name: 'B', threads: [{ name: 'T', details: [given] }] });
    return find(batches(text), id).threads[0]?.details;
  };

  it('are written as they are where the plan gives all their words back', () => {
    const given = 'The list is wrong:\n\n- one\n  - two\n\n```ts\nconst a = 1;\n```\n\nMore.';
    assert.ok(
      appendBatch(simple, 1, { name: 'B', threads: [{ name: 'T', details: [given] }] }).text.includes(`**Details:**\n\n${given}\n`),
    );
  });

  const hostile: readonly (readonly [string, string])[] = [
    ['headings', 'One\n### Stage 09: Two\n##### Batch 03: Three'],
    ['headings by underline', 'One\n---\nTwo\n==='],
    ['a table', '| a | b |\n|---|---|\n| cell | 2 |'],
    ['a quote', '> they said'],
    ['HTML', '<div>\nwords\n</div>'],
    ['a comment', '<!-- hidden words -->'],
    ['an open comment', 'a\n\n<!-- open'],
    ['an open code block', '```\nopen'],
    ['a label of the format', 'Details of the fault: none.\n\nSummary follows.'],
    ['a link definition', '[name]: https://example.org'],
  ];
  for (const [what, given] of hostile) {
    it(`keep ${what} word for word, as a code block`, () => assert.equal(details(given), `\`\`\`\n${given}\n\`\`\``));
  }
});

/** Plans with every part twice over, in all the ways in which people leave them. */
const planText = fc
  .record({
    mark: fc.constantFrom('', '\uFEFF'),
    lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
    final: fc.constantFrom('', '\n', '\n\n', '\n  \n'),
    behind: fc.constantFrom(
      '',
      '## Design Decisions\n\n### Stage 09: not one\n\nText.',
      'Decisions\n---\n\nText.',
      '## Validation\n\n- npm test',
    ),
    stages: fc.array(
      fc.record({
        number: fc.integer({ min: 0, max: 12 }),
        section: fc.constantFrom('#### Stage Batches', '#### Threads', '#### Batches'),
        after: fc.constantFrom(
          '',
          '#### Problem Analysis\n\nWhy.\n\n##### Batch 09: unread',
          '### Not a stage\n\nText.',
          '---\n\n*Last updated: 2026-01-20*',
        ),
        batches: fc.array(
          fc.record({
            number: fc.integer({ min: 0, max: 12 }),
            threads: fc.array(
              fc.constantFrom(
                '**Summary:** Short.\n\n**Details:**\n- one\n  - two',
                '**Details:**\n\n```md\n##### Batch 05: in code\n### Stage 05: in code\n```',
                'No labels.',
                '> quoted\n\n| a | b |\n|---|---|\n| 1 | 2 |',
                '##### Thread 01: of an older level',
              ),
              { maxLength: 3 },
            ),
          }),
          { maxLength: 3 },
        ),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ mark, lineEnd, final, behind, stages: drawn }) => {
    const parts = drawn.flatMap(stage => [
      `### Stage ${stage.number}: S`,
      ...(stage.batches.length === 0 ? ['#### Definition', 'D.'] : [stage.section]),
      ...stage.batches.flatMap(batch => [
        `##### Batch ${batch.number}: B`,
        ...batch.threads.flatMap((body, index) => [`###### Thread ${index + 1}: T`, body]),
      ]),
      ...(stage.after === '' ? [] : [stage.after]),
    ]);
    const text = ['# Plan: P', '## Summary', 'S.', '## Stages', ...parts, ...(behind === '' ? [] : [behind])].join('\n\n');
    return mark + `${text}${final}`.replaceAll('\n', lineEnd);
  });

const words = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom('#', ' ', '\n', '-', '`', '<', '!', '>', '*', 'a', '1', '.', ':', '[', ']', '|', '\\', '~', '=', '\t'),
    maxLength: 30,
  }),
  fc.constantFrom('Summary: x', '**Details:**', '<!-- a -->', 'A fault.', '```', '<script>'),
);
const newThread: fc.Arbitrary<NewThread> = fc.record({
  name: words,
  summary: words,
  details: fc.array(words, { minLength: 1, maxLength: 2 }),
});

/** Only letters and digits: lists are read with other marks, and paragraphs without the empty lines between them. */
const bare = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '').replace(/^(?:Summary|Details)/i, '');

describe('whatever is appended to whatever plan', () => {
  /** That the edit, unless it is refused, is an insertion and nothing else, and that the plan reads as before with one part more. */
  function check(before: string, edit: () => PlanEdit, added: (after: PlanDocument, id: string) => void): void {
    let result: PlanEdit;
    try {
      result = edit();
    } catch (error) {
      assert.ok(error instanceof PlanEditError, String(error));
      return;
    }
    const { text, id } = result;
    let start = 0;
    while (start < before.length && before[start] === text[start]) start++;
    const rest = before.slice(start);
    assert.ok(text.endsWith(rest) && text.length > before.length, 'old text is changed');
    const after = parsePlan(text).plan;
    assert.ok(after);
    const without = (stage: PlanStage): PlanStage => ({
      ...stage,
      batches: stage.batches
        .filter(batch => batch.id !== id)
        .map(batch => ({ ...batch, threads: batch.threads.filter(thread => thread.id !== id) })),
    });
    const left = after.stages.filter(stage => stage.id !== id).map(without);
    assert.equal(withoutLines(left), withoutLines(stages(before)));
    added(after, id);
  }
  function readsAs(thread: PlanThread | undefined, { name, summary, details }: NewThread): void {
    assert.ok(thread);
    assert.equal(bare(thread.name), bare(name ?? ''));
    assert.equal(bare(thread.summary), bare(summary ?? ''));
    const given = (details ?? []).join('\n');
    if (!/^\s*(?:[-*+]|\d+[.)])\s/m.test(given)) assert.equal(bare(thread.details), bare(given));
  }
  function readsAsBatch(batch: PlanBatch | undefined, { name, threads: wanted }: NewBatch): void {
    assert.ok(batch);
    assert.equal(bare(batch.name), bare(name));
    assert.equal(batch.threads.length, wanted.length);
    wanted.forEach((thread, index) => readsAs(batch.threads[index], thread));
  }

  it('keeps the old text, and the plan reads as the old one and the new part', () => {
    fc.assert(
      fc.property(planText, words, fc.array(newThread, { minLength: 1, maxLength: 2 }), fc.nat(20), (before, name, wanted, choice) => {
        const batch = { name, summary: name, threads: wanted };
        const all = stages(before);
        const stage = all[choice % all.length];
        assert.ok(stage);
        check(
          before,
          () => appendBatch(before, stage.number, batch),
          (after, id) =>
            readsAsBatch(
              after.stages.flatMap(entry => entry.batches).find(entry => entry.id === id),
              batch,
            ),
        );
        check(
          before,
          () => appendStage(before, { name, definition: name, batches: [batch, batch] }),
          (after, id) => {
            const found = find(after.stages, id);
            assert.equal(found.batches.length, 2);
            found.batches.forEach(entry => readsAsBatch(entry, batch));
          },
        );
        const [thread] = wanted;
        const [first] = stage.batches;
        if (thread && first) {
          check(
            before,
            () => appendThread(before, stage.number, first.number, thread),
            (after, id) =>
              readsAs(
                after.stages.flatMap(entry => entry.batches.flatMap(entry2 => entry2.threads)).find(entry => entry.id === id),
                thread,
              ),
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  it('is not refused for plain words', () => {
    fc.assert(
      fc.property(planText, before => {
        const all = stages(before);
        const number = all[0]?.number ?? 0;
        const { id } = appendBatch(before, number, fix);
        assert.match(id, /^\d\d\.\d\d$/);
        assert.ok(appendStage(before, { name: 'Fix - x', batches: [fix] }).text.includes('Fix - x'));
      }),
    );
  });
});

const samples = samplesFolder();
if (samples !== undefined) {
  describe('real plans', () => {
    const folder = path.join(samples, 'work');
    for (const id of readdirSync(folder).filter(name => existsSync(path.join(folder, name, 'PLAN.md')))) {
      it(`${id}: take a stage, a batch in every stage and a thread in every batch`, () => {
        const before = readFileSync(path.join(folder, id, 'PLAN.md'), 'utf8');
        let text = appendStage(before, { name: 'Fix - last', batches: [fix] }).text;
        for (const stage of stages(before)) {
          for (const batch of stage.batches) text = appendThread(text, stage.number, batch.number, { name: 'More' }).text;
          text = appendBatch(text, stage.number, fix).text;
        }
        assert.equal(stages(text).length, stages(before).length + 1);
        assert.equal(batches(text).length, batches(before).length + stages(before).length + 1);
        assert.equal(threads(text).length, threads(before).length + batches(before).length + stages(before).length + 1);
        assert.deepEqual(
          text
            .split('\n')
            .filter(line => before.split('\n').includes(line))
            .slice(0, 3),
          before.split('\n').slice(0, 3),
        );
      });
    }
  });
}
