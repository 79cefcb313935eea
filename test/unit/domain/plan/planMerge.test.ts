import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatId } from '../../../../src/domain/ids';
import { parsePlan } from '../../../../src/domain/plan/parsePlan';
import { planBlocks, threadIdOf } from '../../../../src/domain/plan/planBlocks';
import { planMerge, type PlanConflict, type PlanSides } from '../../../../src/domain/plan/planMerge';
import { planFromImport } from '../../../../src/domain/sources/planFromImport';
import { hostileText, importedPlans } from '../../../support/importedPlans';

type Thread = { readonly number: number; readonly name: string; readonly details: string };
type Batch = { readonly number: number; readonly threads: readonly Thread[] };

const thread = (number: number, name = `T${number}`, details = `Do ${number}.`): Thread => ({ number, name, details });
const threadText = ({ number, name, details }: Thread) =>
  `###### Thread ${formatId(number)}: ${name}\n\n**Summary:** ${name}\n\n**Details:**\n\n${details}`;

/** One stage for each list of batches. */
function plan(...stages: readonly (readonly Batch[])[]): string {
  const parts = stages.flatMap((batches, index) => [
    `### Stage ${formatId(index + 1)}: S`,
    '#### Stage Definition\n\nIt is done.',
    '#### Stage Batches',
    ...batches.flatMap(({ number, threads }) => [`##### Batch ${formatId(number)}: B`, ...threads.map(threadText)]),
  ]);
  return `${['# Plan: P\n\n> Imported', '## Summary\n\nS.', '## Stages', ...parts].join('\n\n')}\n`;
}
const one = (...threads: readonly Thread[]) => plan([{ number: 1, threads }]);

function textOf(sides: PlanSides): string {
  return planMerge(sides)
    .map(step => (step.kind === 'text' ? step.text : assert.fail(`not merged: ${JSON.stringify(step)}`)))
    .join('');
}
const idsOf = (text: string) =>
  (parsePlan(text).plan?.stages ?? []).flatMap(stage => stage.batches.flatMap(batch => batch.threads.map(({ id }) => id)));

describe('planBlocks', () => {
  it('leave nothing of a text out, and no key is there twice', () => {
    const texts = fc.array(
      fc.oneof(hostileText, fc.constantFrom('### Stage 1: S', '#### Stage Batches', '##### Batch 1: B', '\r\n', '\r', '')),
    );
    const ends = fc.constantFrom('\n', '\r\n', '\r', '\n\n', '\n \n');
    fc.assert(
      fc.property(texts, ends, (parts, end) => {
        const text = parts.join(end);
        const blocks = planBlocks(text);
        assert.equal(blocks.map(({ body, gap }) => body + gap).join(''), text);
        assert.equal(new Set(blocks.map(({ key }) => key)).size, blocks.length);
        for (const { body, gap } of blocks) assert.match(gap, body === '' ? /^\s*$/ : /^(?:[\r\n]\s*)?$/);
      }),
    );
  });

  it('name the threads that the plan’s reader finds', () => {
    const text = plan(
      [{ number: 1, threads: [thread(1), thread(3)] }],
      [
        { number: 1, threads: [] },
        { number: 2, threads: [thread(2)] },
      ],
    );
    const named = planBlocks(text).flatMap(block => threadIdOf(block) ?? []);
    assert.deepEqual(named, ['01.01.01', '01.01.03', '02.02.02']);
    assert.deepEqual(named, idsOf(text));
    fc.assert(
      fc.property(importedPlans, imported => {
        const made = planFromImport(imported).files?.text ?? text;
        assert.deepEqual(
          planBlocks(made).flatMap(block => threadIdOf(block) ?? []),
          idsOf(made),
        );
      }),
    );
  });

  it('are the parts that the plan’s reader knows, each with those it stands in', () => {
    const text = one(thread(1, 'A', '### Notes\n\n```\n###### Thread 05: none\n```'), thread(2));
    const short = (key: string) => key.split(' / ').at(-1);
    assert.deepEqual(
      planBlocks(text).map(({ key, within }) => [short(key), within.map(short).at(-1)]),
      [
        ['#', undefined],
        ['## summary', '#'],
        ['## stages', '#'],
        ['### 1', '## stages'],
        ['#### stage definition', '### 1'],
        ['#### stage batches', '### 1'],
        ['##### 1', '#### stage batches'],
        ['###### 1', '##### 1'],
        ['###### 2', '##### 1'],
      ],
    );
  });
});

describe('planMerge', () => {
  const base = one(thread(1), thread(2));

  it('keeps threads that are to be kept where the source took them out, and takes the others out', () => {
    const ours = plan([{ number: 1, threads: [thread(1), thread(2, 'Two'), thread(3)] }]);
    const theirs = plan([{ number: 1, threads: [thread(4)] }]);
    const steps = planMerge({ ours, base: one(thread(1), thread(2), thread(3)), theirs }, { kept: new Set(['01.01.01', '01.01.02']) });
    const merged = steps.map(step => (step.kind === 'text' ? step.text : assert.fail(JSON.stringify(step)))).join('');
    assert.deepEqual(idsOf(merged).toSorted(), ['01.01.01', '01.01.02', '01.01.04']);
    assert.match(merged, /Thread 02: Two/);
    const untouched = planMerge({ ours: base, base, theirs: one(thread(2)) }, { kept: new Set(['01.01.01']) });
    assert.deepEqual(idsOf(untouched.map(step => (step.kind === 'text' ? step.text : '')).join('')), ['01.01.01', '01.01.02']);
  });
  const merges: readonly (readonly [what: string, ours: string, theirs: string, merged: string])[] = [
    [
      'a thread that was filled in at its end, and the next one called anew',
      one(thread(1, 'T1', 'Do 1.\n\nMind the gap.'), thread(2)),
      one(thread(1), thread(2, 'Two')),
      one(thread(1, 'T1', 'Do 1.\n\nMind the gap.'), thread(2, 'Two')),
    ],
    [
      'the last thread filled in, and one added behind it',
      one(thread(1), thread(2, 'T2', 'Mine.')),
      one(thread(1), thread(2), thread(3)),
      one(thread(1), thread(2, 'T2', 'Mine.'), thread(3)),
    ],
    [
      'a thread of each side at the same end',
      one(thread(1), thread(2), thread(4)),
      one(thread(1), thread(2), thread(3)),
      one(thread(1), thread(2), thread(3), thread(4)),
    ],
    [
      'a thread that the source took out, and the one before it filled in',
      one(thread(1, 'T1', 'Mine.'), thread(2)),
      one(thread(1)),
      one(thread(1, 'T1', 'Mine.')),
    ],
    [
      'a thread that a person took out, and the next one called anew',
      one(thread(2)),
      one(thread(1), thread(2, 'Two')),
      one(thread(2, 'Two')),
    ],
    [
      'a batch that the source emptied, and that a person put a thread into',
      plan([
        { number: 1, threads: [thread(1)] },
        { number: 2, threads: [thread(1), thread(2, 'Mine')] },
      ]),
      plan([{ number: 1, threads: [thread(1, 'One')] }]),
      plan([
        { number: 1, threads: [thread(1, 'One')] },
        { number: 2, threads: [thread(2, 'Mine')] },
      ]),
    ],
    [
      'no newline at the end, and a thread added behind it',
      one(thread(1), thread(2, 'T2', 'Mine.')).trimEnd(),
      one(thread(1), thread(2), thread(3)),
      one(thread(1), thread(2, 'T2', 'Mine.'), thread(3)).trimEnd(),
    ],
    [
      'sections of a person’s own',
      `${base}\n## Decisions\n\nNone.\n`,
      one(thread(1), thread(2, 'Two')),
      `${one(thread(1), thread(2, 'Two'))}\n## Decisions\n\nNone.\n`,
    ],
  ];
  for (const [what, ours, theirs, merged] of merges) {
    it(`has ${what}`, () => {
      const old = what.startsWith('a batch')
        ? plan([
            { number: 1, threads: [thread(1)] },
            { number: 2, threads: [thread(1)] },
          ])
        : base;
      assert.equal(textOf({ ours, base: old, theirs }), merged);
    });
  }

  it('leaves to lines what both sides changed within one part, and says where it is', () => {
    const steps = planMerge({
      ours: one(thread(1), thread(2, 'T2', 'Mine.')),
      base,
      theirs: one(thread(1, 'One'), thread(2, 'T2', 'Theirs.')),
    });
    const both = steps.flatMap(step => (step.kind === 'both' ? [step] : []));
    assert.deepEqual(both, [
      {
        kind: 'both',
        line: base.split('\n').indexOf('###### Thread 02: T2') + 1,
        ours: threadText(thread(2, 'T2', 'Mine.')),
        base: threadText(thread(2)),
        theirs: threadText(thread(2, 'T2', 'Theirs.')),
      },
    ]);
  });

  const conflicts: readonly (readonly [
    what: string,
    ours: string,
    theirs: string,
    at: string | undefined,
    expected: Omit<PlanConflict, 'line'>,
  ])[] = [
    [
      'the source took out what a person changed',
      one(thread(1), thread(2, 'T2', 'Mine.')),
      one(thread(1, 'One')),
      '###### Thread 02: T2',
      { ours: threadText(thread(2, 'T2', 'Mine.')).split('\n'), theirs: [] },
    ],
    [
      'a person took out what the source changed',
      one(thread(2, 'T2', 'Mine.')),
      one(thread(1, 'One'), thread(2)),
      '###### Thread 02: T2',
      { ours: [], theirs: threadText(thread(1, 'One')).split('\n') },
    ],
    [
      'a person took out the batch that the source adds to',
      plan([]),
      one(thread(1), thread(2), thread(3)),
      undefined,
      { ours: [], theirs: ['##### Batch 01: B'] },
    ],
  ];
  for (const [what, ours, theirs, at, expected] of conflicts) {
    it(`refuses it when ${what}`, () => {
      const found = planMerge({ ours, base, theirs }).flatMap(step => (step.kind === 'conflict' ? [step.conflict] : []));
      const lines = ours.split('\n');
      assert.deepEqual(found, [{ line: at === undefined ? lines.length : lines.indexOf(at) + 1, ...expected }]);
    });
  }

  const imports = importedPlans.map(imported => planFromImport(imported).files?.text ?? one(thread(1)));

  it('is what one side says when the other changed nothing, byte for byte', () => {
    fc.assert(
      fc.property(imports, imports, hostileText, (text, next, more) => {
        assert.equal(textOf({ ours: text, base: text, theirs: next }), next);
        assert.equal(textOf({ ours: text + more, base: text, theirs: text }), text + more);
      }),
    );
  });

  type Fate = 'kept' | 'ours' | 'theirs' | 'gone';
  const fates = fc.constantFrom<Fate>('kept', 'ours', 'theirs', 'gone');
  const plans = fc.array(fc.array(fc.array(fates, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 }), {
    minLength: 1,
    maxLength: 3,
  });

  it('has everything of both sides, when they changed different threads and added their own, and nothing else', () => {
    fc.assert(
      fc.property(plans, fc.func(fc.boolean()), (stages, isAdded) => {
        const sideOf = (side: 'ours' | 'base' | 'theirs' | 'merged') =>
          plan(
            ...stages.map((batches, stage) =>
              batches.flatMap((threads, batch): readonly Batch[] => {
                const written = threads.flatMap((fate, index): readonly Thread[] => {
                  const isChanged = side === 'merged' || side === fate;
                  if (fate === 'gone') return side === 'ours' || side === 'base' ? [thread(index + 1)] : [];
                  if (fate === 'ours' && isChanged) return [thread(index + 1, `T${index + 1}`, `Do ${index + 1}.\n\n- [ ] Mine`)];
                  if (fate === 'theirs' && isChanged) return [thread(index + 1, 'Theirs', 'Theirs.')];
                  return [thread(index + 1)];
                });
                const theirs = side !== 'base' && side !== 'ours' && isAdded(stage, batch, 'theirs') ? [thread(20, 'Added there')] : [];
                const ours = side !== 'base' && side !== 'theirs' && isAdded(stage, batch, 'ours') ? [thread(30, 'Added here')] : [];
                const all = [...written, ...theirs, ...ours];
                return all.length === 0 ? [] : [{ number: batch + 1, threads: all }];
              }),
            ),
          );
        const merged = textOf({ ours: sideOf('ours'), base: sideOf('base'), theirs: sideOf('theirs') });
        assert.equal(merged, sideOf('merged'));
        assert.deepEqual([...idsOf(merged)].sort(), [...idsOf(sideOf('merged'))].sort());
      }),
    );
  });
});
