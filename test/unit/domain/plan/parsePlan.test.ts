import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parsePlan, planNotFound } from '../../../../src/domain/plan/parsePlan';
import type { PlanDocument, PlanStage, PlanThread } from '../../../../src/domain/plan/planDocument';

const lines = (...text: string[]) => text.join('\n');

function planOf(text: string): PlanDocument {
  const { plan } = parsePlan(text);
  assert.ok(plan);
  return plan;
}

/** The one stage of a plan whose stage section is `body`. */
function stageOf(...body: string[]): PlanStage {
  const [stage] = planOf(lines('# Plan: P', '', '## Summary', '', 'S.', '', '## Stages', '', '### Stage 1: One', '', ...body)).stages;
  assert.ok(stage);
  return stage;
}

function threadOf(...body: string[]): PlanThread {
  const [thread] = stageOf('#### Batches', '##### Batch 1: B', '###### Thread 1: T', '', ...body).batches[0]?.threads ?? [];
  assert.ok(thread);
  return thread;
}

describe('parsePlan', () => {
  it('reads every part of a plan, with the line of every heading', () => {
    const text = lines(
      '# Plan: Colours', // 1
      '', // 2
      '> **Stream ID:** 001-colours | **Created:** 2026-01-20', // 3
      '', // 4
      '## Summary', // 5
      '', // 6
      'Name every colour.', // 7
      '', // 8
      'Twice.', // 9
      '', // 10
      '## References', // 11
      '', // 12
      '- `a.ts` - one', // 13
      '- two', // 14
      '', // 15
      '## Stages', // 16
      '', // 17
      '### Stage 01: Foundation', // 18
      '', // 19
      '#### Stage Definition', // 20
      '', // 21
      'What it is.', // 22
      '', // 23
      '#### Stage Constitution', // 24
      '', // 25
      '**Inputs:**', // 26
      '', // 27
      '- Words', // 28
      '', // 29
      '#### Stage Questions', // 30
      '', // 31
      '- [x] Settled', // 32
      '- [ ] Not settled', // 33
      '- Plain', // 34
      '', // 35
      '#### Stage Batches', // 36
      '', // 37
      '##### Batch 01: Setup', // 38
      '', // 39
      'Prepares.', // 40
      '', // 41
      '###### Thread 01: Reds @agent:painter', // 42
      '', // 43
      '**Summary:** All reds.', // 44
      '', // 45
      '**Details:**', // 46
      '- one', // 47
      '  - nested', // 48
      '', // 49
      '1. ordered', // 50
      '', // 51
      '```ts', // 52
      '###### Thread 99: not a heading', // 53
      '```', // 54
      '', // 55
      '---', // 56
      '', // 57
      '*Last updated: 2026-01-20*', // 58
    );
    assert.deepEqual(parsePlan(text).plan, {
      title: 'Colours',
      summary: 'Name every colour.\nTwice.',
      references: ['`a.ts` - one', 'two'],
      validation: [],
      stages: [
        {
          id: '01',
          number: 1,
          name: 'Foundation',
          line: 18,
          definition: 'What it is.',
          constitution: '**Inputs:**\n- Words',
          questions: [
            { text: 'Settled', resolved: true, line: 32 },
            { text: 'Not settled', resolved: false, line: 33 },
            { text: 'Plain', resolved: false, line: 34 },
          ],
          batches: [
            {
              id: '01.01',
              number: 1,
              name: 'Setup',
              summary: 'Prepares.',
              line: 38,
              threads: [
                {
                  id: '01.01.01',
                  number: 1,
                  name: 'Reds',
                  agent: 'painter',
                  dependsOn: undefined,
                  files: [],
                  line: 42,
                  summary: 'All reds.',
                  details: '- one\n- nested\n- ordered\n```ts\n###### Thread 99: not a heading\n```\n*Last updated: 2026-01-20*',
                },
              ],
            },
          ],
        },
      ],
    });
  });

  const grammar: readonly [string, () => void][] = [
    [
      'takes the title from the first heading that is one',
      () => assert.equal(planOf('# Notes\n\n# PLAN:  Two words \n').title, 'Two words'),
    ],
    [
      'matches section names in any case and ignores other sections',
      () => {
        const plan = planOf(
          '# Plan: P\n\n## SUMMARY\n\nS.\n\n## Design Decisions\n\n### Stage 9: no\n\n## stages\n\n### stage 2: yes\n\n## More\n\n### Stage 3: no\n',
        );
        assert.deepEqual([plan.summary, plan.stages.map(stage => stage.id)], ['S.', ['02']]);
      },
    ],
    [
      'takes ids from headings, never from positions, and keeps duplicates',
      () => {
        const plan = planOf('# Plan: P\n## Summary\nS\n## Stages\n### Stage 7: a\n### Stage 03: b\n### Stage 7: c\n');
        assert.deepEqual(plan.stages.map(({ id, number, name }) => [id, number, name]), [['07', 7, 'a'], ['03', 3, 'b'], ['07', 7, 'c']]); // prettier-ignore
      },
    ],
    [
      'reads batch 00 and threads of more than two digits',
      () => {
        const [batch] = stageOf('#### Stage Threads', '##### Batch 00: Z', '###### Thread 123: Many').batches;
        assert.deepEqual([batch?.id, batch?.threads[0]?.id], ['01.00', '01.00.123']);
      },
    ],
    [
      'drops what stands under a heading that the format does not know',
      () => {
        const stage = stageOf('#### Definition', 'Kept.', '#### Problem Analysis', 'Lost.', '- lost', '#### Questions', '- [X] Kept');
        assert.deepEqual([stage.definition, stage.questions.map(question => question.resolved)], ['Kept.', [true]]);
      },
    ],
    [
      'gives a definition its paragraphs only',
      () => assert.equal(stageOf('#### Definition', 'One.', '', '- list', '', 'Two.').definition, 'One.\nTwo.'),
    ],
    [
      'gives a batch its paragraphs before the first thread',
      () =>
        assert.equal(
          stageOf('#### Batches', '##### Batch 1: B', 'One.', '', '- no', '', '<!-- no -->', '', 'Two.').batches[0]?.summary,
          'One.\nTwo.',
        ),
    ],
    [
      'ignores batches outside the batches section and threads outside a batch',
      () => assert.deepEqual(stageOf('##### Batch 1: early', '#### Batches', '###### Thread 1: early').batches, []),
    ],
    [
      'reads summary and details on the line of their label or below it',
      () => {
        const thread = threadOf('**Summary**: same line', '', 'more', '', 'Details: begin', '', 'end');
        assert.deepEqual([thread.summary, thread.details], ['same line\nmore', 'begin\nend']);
      },
    ],
    [
      'gives a summary its paragraphs only',
      () => assert.equal(threadOf('**Summary:**', 'text', '', '- item', '', '```', 'code', '```').summary, 'text'),
    ],
    [
      'drops the content of a thread without labels, and tables, quotes and comments of one with them',
      () => {
        const bare = threadOf('Only text.', '', '- item');
        const full = threadOf('**Details:**', '', '| a |', '|---|', '| b |', '', '> quote', '', '<!-- comment -->', '', 'text');
        assert.deepEqual([bare.summary, bare.details, full.details], ['', '', 'text']);
      },
    ],
    [
      'keeps an @ that is no agent, and takes an empty agent for none',
      () => {
        const [batch] = stageOf(
          '#### Batches',
          '##### Batch 1: B',
          '###### Thread 1: Publish @scope/name',
          '###### Thread 2: X @agent:',
          '###### Thread 3: @agent:a-b_1',
        ).batches;
        assert.deepEqual(batch?.threads.map(({ name, agent }) => [name, agent]), [['Publish @scope/name', undefined], ['X', undefined], ['', 'a-b_1']]); // prettier-ignore
      },
    ],
    [
      'reads Windows line ends and a byte order mark like any other',
      () => {
        const text =
          '# Plan: P\n\n## Summary\n\nA\nb\n\n## Stages\n\n### Stage 1: One\n\n#### Batches\n\n##### Batch 1: B\n\n###### Thread 1: T\n\n**Summary:** x\n';
        const expected = parsePlan(text);
        assert.deepEqual(parsePlan(`\uFEFF${text.replaceAll('\n', '\r\n')}`), expected);
        assert.deepEqual(parsePlan(text.replaceAll('\n', '\r')), expected);
      },
    ],
  ];
  for (const [behaviour, check] of grammar) it(behaviour, check);
});

describe('the diagnostics of parsePlan', () => {
  const valid = (...body: string[]) => lines('# Plan: P', '## Summary', 'S.', '## Stages', '### Stage 1: One', '#### Definition', 'D.', '#### Batches', '##### Batch 1: B', ...body); // prettier-ignore
  const thread = (number: number, name: string, details = 'x') => `###### Thread ${number}: ${name}\n\n**Details:** ${details}\n`;
  const table: readonly [string, string, readonly string[]][] = [
    ['nothing to say about a good plan', valid(thread(1, 'T')), []],
    ['an empty file', '', ['1 error Missing or invalid workstream name. Expected "# Plan: {name}"']],
    ['a title of another kind', '\n# Notes\n', ['2 error Missing or invalid workstream name. Expected "# Plan: {name}"']],
    [
      'no summary and no stages',
      '\n# Plan: P\n',
      [
        '2 error Missing or empty Summary section',
        '2 warning Summary section is empty',
        '2 error No stages found. At least one stage is required.',
      ],
    ],
    [
      'an empty summary and empty stages',
      '# Plan: P\n\n## Summary\n\n<!-- todo -->\n\n## Stages\n',
      [
        '3 error Missing or empty Summary section',
        '3 warning Summary section is empty',
        '7 error No stages found. At least one stage is required.',
      ],
    ],
    [
      'placeholders',
      '# Plan: P\n## Summary\nS\n## Stages\n### Stage 02: <!-- Stage Name -->\n#### Batches\n##### Batch 3: B\n###### Thread 4: <!-- Thread Name -->\n###### Thread 5:\n',
      [
        '5 warning Stage 2: Stage name is empty or contains placeholder',
        '5 warning Stage 2: Stage Definition is empty',
        '8 warning Stage 2, Batch 03, Thread 4: Thread name is empty or contains placeholder',
        '9 warning Stage 2, Batch 03, Thread 5: Thread name is empty or contains placeholder',
      ],
    ],
    [
      'a stage without threads',
      '# Plan: P\n## Summary\nS\n## Stages\n### Stage 1: A\n#### Definition\nD\n',
      ['5 warning Stage 1: No threads defined'],
    ],
    [
      'open questions, but not the empty box of the template',
      '# Plan: P\n## Summary\nS\n## Stages\n### Stage 1: A\n#### Definition\nD\n#### Questions\n- [ ]\n- [x] done\n- [ ] Which one?\n#### Batches\n##### Batch 1: B\n###### Thread 1: T\n',
      ['11 warning Stage 1: Open question: Which one?'],
    ],
    [
      'threads of the older three levels',
      '# Plan: P\n## Summary\nS\n## Stages\n### Stage 1: A\n#### Definition\nD\n#### Stage Threads\n##### Thread 2: T\n',
      [
        '5 warning Stage 1: No threads defined',
        '9 warning Stage 1: Thread 2 is not inside a batch and is ignored. Put "##### Batch 01: {name}" above it and write it as "###### Thread 02: T"',
      ],
    ],
    [
      'headings that are almost right',
      lines('# Plan: P', '## Summary', 'S', '## Stages', '### Stage One', '### Stage 99999: A', '### Stage 1: A', '#### Definition', 'D', '#### Batches', '##### Batch one', '##### Batch 1: B', '###### Tread 1: x', '###### Thread 1: T'), // prettier-ignore
      [
        '5 warning The heading "Stage One" is not read. Expected "### Stage 01: {name}"',
        '6 warning The heading "Stage 99999: A" is not read. Expected "### Stage 01: {name}"',
        '11 warning The heading "Batch one" is not read. Expected "##### Batch 01: {name}"',
        '13 warning The heading "Tread 1: x" is not read. Expected "###### Thread 01: {name}"',
      ],
    ],
    [
      'numbers that are taken',
      valid(thread(1, 'T'), thread(1, 'U'), '##### Batch 01: C', thread(1, 'V'), '### Stage 1: Two', '#### Definition', 'D', '#### Batches', '##### Batch 1: B', thread(1, 'W')), // prettier-ignore
      [
        '23 warning Stage 1 is already defined on line 5; give this one a number of its own',
        '18 warning Stage 1, Batch 1 is already defined on line 9; give this one a number of its own',
        '14 warning Stage 1, Batch 01, Thread 1 is already defined on line 10; give this one a number of its own',
      ],
    ],
    [
      'a file that threads of one batch share',
      valid(
        thread(1, 'T', 'Edit `./src/a.ts` and src/b.ts'),
        thread(2, 'U', 'Read `src/a.ts:3`'),
        '##### Batch 2: C',
        thread(1, 'V', '`src/a.ts`'),
      ),
      ['14 warning Stage 1, Batch 01: `src/a.ts` is mentioned by threads 1, 2, which run in parallel and may conflict'],
    ],
    [
      'threads whose prompts would be one file',
      valid(thread(1, 'Fix: a', 'x'), thread(2, 'Other', 'x'), thread(3, 'fix- A', 'x')),
      ['18 warning Stage 1, Batch 01: threads 1, 3 share the prompt file `fix--a.md`; give them names that differ in letters or digits'],
    ],
    ['text that exhausts the reader', '>'.repeat(20_000), ['1 error The file cannot be read as Markdown: it is nested too deeply.']],
  ];
  for (const [situation, text, expected] of table) {
    it(`are right for ${situation}`, () => {
      assert.deepEqual(
        parsePlan(text).diagnostics.map(({ line, severity, message }) => `${line} ${severity} ${message}`),
        expected,
      );
    });
  }

  it('have the words for a plan that is not there', () => {
    assert.deepEqual(planNotFound('work/001-x/PLAN.md'), {
      severity: 'error',
      message: 'PLAN.md not found at work/001-x/PLAN.md',
      line: 1,
      section: 'File',
    });
  });
});

describe('parsePlan, whatever it is given', () => {
  const fragment = fc.constantFrom(
    '# Plan: P', '## Summary', '## Stages', '### Stage 01: A', '### Stage 2:', '#### Stage Batches', '#### Definition', '#### Questions',
    '##### Batch 01: B', '###### Thread 01: T @agent:x', '**Summary:** s', '**Details:**', '- [ ] q', '- item', '  - nested', '```', '~~~ts',
    '> quote', '| a | b |', '|---|---|', '<!--', '-->', '---', '===', '', '', '    indented', '\t', '[a]: http://b', '<div>', '\u0000', '\u2028', '🎨',
  ); // prettier-ignore
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.array(fc.oneof(fragment, fc.string({ maxLength: 30 })), { maxLength: 60 }).chain(parts => fc.constantFrom('\n', '\r\n', '\r').map(end => parts.join(end))), // prettier-ignore
  );
  const editorLines = (text: string) => text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);

  it('never throws and points at lines that exist', () => {
    fc.assert(
      fc.property(hostile, text => {
        const { diagnostics } = parsePlan(text);
        const count = editorLines(text).length;
        for (const { line } of diagnostics) assert.ok(line >= 1 && line <= count, `line ${line} of ${count}`);
      }),
      { numRuns: 1500 },
    );
  });

  it('gives every heading the line it stands on, in the order of the file', () => {
    fc.assert(
      fc.property(hostile, text => {
        const source = editorLines(text);
        const stages = parsePlan(`# Plan: P\n## Stages\n${text}`).plan?.stages ?? [];
        const headings = stages.flatMap(stage => [
          { line: stage.line, words: `Stage` },
          ...stage.batches.flatMap(batch => [{ line: batch.line, words: 'Batch' }, ...batch.threads.map(thread => ({ line: thread.line, words: 'Thread' }))]),
        ]); // prettier-ignore
        headings.reduce((before, { line, words }) => {
          assert.ok(line > before, 'lines grow');
          assert.match(source[line - 3] ?? '', new RegExp(words, 'i'));
          return line;
        }, 0);
      }),
      { numRuns: 1500 },
    );
  });

  it('makes ids of the numbers in headings', () => {
    const number = fc.integer({ min: 0, max: 99 });
    const padded = (value: number) => String(value).padStart(2, '0');
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number, number, fc.boolean()), { minLength: 1, maxLength: 8 }), entries => {
        const body = entries.map(([stage, batch, thread, pad]) => {
          const form = pad ? padded : String;
          return `### Stage ${form(stage)}: s\n#### Batches\n##### Batch ${form(batch)}: b\n###### Thread ${form(thread)}: t\n`;
        });
        const threads = planOf(`# Plan: P\n## Stages\n${body.join('')}`).stages.flatMap(stage =>
          stage.batches.flatMap(batch => batch.threads),
        );
        assert.deepEqual(threads.map(thread => thread.id), entries.map(([stage, batch, thread]) => [stage, batch, thread].map(padded).join('.'))); // prettier-ignore
      }),
    );
  });
});
