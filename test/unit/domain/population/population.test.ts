import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parsePlan } from '../../../../src/domain/plan/parsePlan';
import { populatePlan } from '../../../../src/domain/population/populatePlan';
import { parsePopulation, type PopulatedThread } from '../../../../src/domain/population/populationAnswer';
import { populationGroups, type PopulationGroup } from '../../../../src/domain/population/populationGroups';
import { gapsOf, type ThinThread } from '../../../../src/domain/population/thinThreads';

const thin = (id: string): ThinThread => ({ id, name: id, summary: '', details: '', agent: 'default', tasks: [], gaps: ['files'] });
const group = (...ids: readonly string[]): PopulationGroup => ({ phase: 'all', threads: ids.map(thin) });
const found = (id: string, more: Partial<PopulatedThread> = {}): PopulatedThread => ({
  id,
  description: 'Reads the settings.',
  files: ['src/settings.ts', 'test/**/*.test.ts'],
  approach: '1. Add `readSettings`.\n2. Call it.',
  doneWhen: ['`npm test` passes', 'unknown keys are named'],
  dependsOn: [],
  ...more,
});

const thread = (number: number, body: string) => `###### Thread 0${number}: T${number}\n\n${body}\n`;
const plan = (...bodies: readonly string[]) =>
  `# Plan: P\n\n## Summary\n\nS.\n\n## Stages\n\n### Stage 01: One\n\n#### Stage Batches\n\n##### Batch 01: B\n\n` +
  bodies.map((body, index) => thread(index + 1, body)).join('\n');
const detailsOf = (text: string) =>
  (parsePlan(text).plan?.stages ?? []).flatMap(stage => stage.batches.flatMap(batch => batch.threads.map(({ details }) => details)));

describe('A thread that leaves its agent to guess', () => {
  it('lacks what no label of it names, however people write these', () => {
    assert.deepEqual(gapsOf(''), ['files', 'approach', 'doneWhen']);
    assert.deepEqual(gapsOf('**Files:** `a.ts`\n\n**Approach:** so\n\n**Done when:** green'), []);
    assert.deepEqual(gapsOf('- Files to change: a\n> how: x\nAcceptance Criteria:\n- y'), []);
    assert.deepEqual(gapsOf('The files are many, the approach unknown; it is done when it is.'), ['files', 'approach', 'doneWhen']);
  });

  it('shares an agent with up to three others; from five on each stage has one, or each batch of a single stage', () => {
    const phases = (...ids: readonly string[]) => populationGroups(ids.map(thin)).map(({ phase, threads }) => [phase, threads.length]);
    assert.deepEqual(phases(), []);
    assert.deepEqual(phases('01.01.01', '01.02.01', '02.01.01', '03.01.01'), [['all', 4]]);
    assert.deepEqual(phases('01.01.01', '01.02.01', '02.01.01', '02.01.02', '03.01.01'), [
      ['01', 2],
      ['02', 2],
      ['03', 1],
    ]);
    assert.deepEqual(phases('01.01.01', '01.01.02', '01.02.01', '01.02.02', '01.03.01'), [
      ['01.01', 2],
      ['01.02', 2],
      ['01.03', 1],
    ]);
  });
});

describe('An agent’s answer', () => {
  const known = new Set(['01.01.01', '01.01.02', '01.02.01']);
  const read = (said: string) => parsePopulation(said, group('01.01.01', '01.01.02'), known);
  const said = (...threads: readonly unknown[]) => `Here it is.\n\n\`\`\`json\n${JSON.stringify({ threads })}\n\`\`\`\n`;

  it('is the last block of JSON in its last words, or all of these', () => {
    const threads = [found('01.01.01'), found('01.01.02', { dependsOn: ['01.02.01'] })];
    assert.deepEqual(read(`\`\`\`json\n{"threads": []}\n\`\`\`\n${said(...threads)}`), { kind: 'threads', threads });
    assert.deepEqual(read(JSON.stringify({ threads })), { kind: 'threads', threads });
    const loose = [found('1.1.1'), found('1.1.2', { dependsOn: ['1.2.1', '01.02.01'] })];
    assert.deepEqual(read(said(...loose)), { kind: 'threads', threads });
  });

  for (const [name, answer, problem] of [
    ['that is prose', 'I could not find anything.', /^the answer has no JSON that can be read/],
    ['without threads', said(), /^thread 01\.01\.01 is missing$/],
    ['with another thread', said(found('01.01.01'), found('01.01.02'), found('01.02.01')), /^thread 01\.02\.01 was not asked for$/],
    ['with one thread twice', said(found('01.01.01'), found('01.01.01'), found('01.01.02')), /^thread 01\.01\.01 is there twice$/],
    [
      'that depends on itself',
      said(found('01.01.01', { dependsOn: ['1.1.1'] }), found('01.01.02')),
      /^thread 01\.01\.01 depends on itself$/,
    ],
    [
      'that depends on nobody',
      said(found('01.01.01', { dependsOn: ['9.9.9'] }), found('01.01.02')),
      /depends on "09\.09\.09", which is no thread/,
    ],
    ['without a way to know that it is done', said(found('01.01.01', { doneWhen: [] }), found('01.01.02')), /^threads\.0\.doneWhen: /],
    ['with more than was asked', said({ ...found('01.01.01'), price: 1 }, found('01.01.02')), /^threads\.0: /],
    ['with a path that leaves its place', said(found('01.01.01', { files: ['a`b'] }), found('01.01.02')), /^threads\.0\.files\.0: /],
  ] as const) {
    it(`${name} is not taken, and says why`, () => {
      const given = read(answer);
      const problems = given.kind === 'wrong' ? given.problems : [];
      assert.match(problems[0] ?? 'it was taken', problem);
    });
  }
});

describe('What agents found out', () => {
  const bare = '**Summary:** Reads.\n\n**Details:**\n\nJust do it.';

  it('is written at the end of its thread, and the rest of the plan stays as it is', () => {
    const text = plan(bare, bare);
    const { text: edited, left } = populatePlan(text, [found('01.01.01', { dependsOn: ['01.01.02'] })]);
    assert.deepEqual(left, []);
    const cut = text.indexOf('###### Thread 02');
    assert.equal(edited.startsWith(text.slice(0, cut)), true);
    assert.equal(edited.endsWith(text.slice(cut)), true);
    assert.equal(
      edited.slice(cut, edited.length - (text.length - cut)),
      'Reads the settings.\n\n**Files:** `src/settings.ts`, `test/**/*.test.ts`\n\n**Approach:**\n\n1. Add `readSettings`.\n2. Call it.\n\n' +
        '**Done when:**\n\n- `npm test` passes\n- unknown keys are named\n\n**Depends on:** 01.01.02\n\n',
    );
    assert.deepEqual(gapsOf(detailsOf(edited)[0] ?? ''), []);
  });

  it('adds nothing that the thread says already', () => {
    const text = plan(`${bare}\n\n**Files:** \`x.ts\`\n\n**Depends on:** none\n\n**Acceptance:** green`);
    const { text: edited } = populatePlan(text, [found('01.01.01', { dependsOn: ['01.01.01'] })]);
    assert.equal(edited.slice(text.length), '\nReads the settings.\n\n**Approach:**\n\n1. Add `readSettings`.\n2. Call it.\n');
  });

  it('is written without dependencies that would make the plan wrong, and says of whom', () => {
    const text = plan(bare, `${bare}\n\n**Depends on:** 01.01.01`);
    const { text: edited, free } = populatePlan(text, [found('01.01.01', { dependsOn: ['01.01.02'] }), found('01.01.02')]);
    assert.deepEqual(free, ['01.01.01']);
    assert.equal(edited.match(/Depends on/g)?.length, 1);
    assert.deepEqual(
      detailsOf(edited).map(details => gapsOf(details)),
      [[], []],
    );
  });

  it('opens the details of a thread that has none, in the line ends of the plan', () => {
    const text = plan('**Summary:** Reads.').replaceAll('\n', '\r\n');
    const { text: edited, left } = populatePlan(text, [found('01.01.01')]);
    assert.deepEqual(left, []);
    assert.match(edited.slice(text.length), /^\r\n\*\*Details:\*\*\r\n\r\nReads the settings\.\r\n/);
    assert.doesNotMatch(edited, /[^\r]\n/);
  });

  it('leaves a thread as it is that a code block would swallow it in, and says which', () => {
    const text = plan(bare, `${bare}\n\n\`\`\`ts\nopen`);
    const { text: edited, left } = populatePlan(text, [found('01.01.02'), found('01.01.01'), found('07.01.01')]);
    assert.deepEqual(left, ['01.01.02', '07.01.01']);
    assert.equal(edited.endsWith(text.slice(text.indexOf('###### Thread 02'))), true);
  });

  it('never becomes a heading, another thread or another part of the plan, whatever agents write', () => {
    const hostile = fc.oneof(
      fc.string({ minLength: 1, maxLength: 80, unit: 'binary' }),
      fc
        .array(
          fc.constantFrom('# x', '###### Thread 09: T', '**Summary:** s', '```', '~~~', '<!--', '- [ ] a', '> q', '\n', ' ', 'w', '---'),
        )
        .map(parts => parts.join('\n')),
    );
    fc.assert(
      fc.property(hostile, hostile, hostile, (description, approach, criterion) => {
        const text = plan(bare, bare);
        const { text: edited } = populatePlan(text, [found('01.01.01', { description, approach, doneWhen: [criterion] })]);
        assert.equal(detailsOf(edited).length, 2);
        assert.equal(detailsOf(edited)[1], detailsOf(text)[1]);
        assert.equal(edited.endsWith(text.slice(text.indexOf('###### Thread 02'))), true);
      }),
    );
  });
});
