import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dependenciesOf } from '../../../../src/domain/graph/dependencies';
import { criticalPath, graphOrder, remainingWork } from '../../../../src/domain/graph/graphOrder';
import { graphStages } from '../../../../src/domain/graph/checkDependencies';
import { parsePlan } from '../../../../src/domain/plan/parsePlan';
import { planText } from '../../../support/workstreamText';

/** A plan whose threads are followed by lines of theirs: `01.01.02: **Depends on:** 01.01.01`. */
function planWith(threads: readonly string[], ...declared: readonly string[]) {
  let text = planText(...threads);
  for (const line of declared) {
    const [id, rest] = [line.slice(0, 8), line.slice(10)];
    text = text.replace(`**Summary:** About ${id}.`, `**Summary:** About ${id}.\n\n${rest}`);
  }
  return parsePlan(text);
}

const graphOf = (...args: Parameters<typeof planWith>) => {
  const { plan } = planWith(...args);
  assert.ok(plan);
  return dependenciesOf(graphStages(plan));
};
const flat = (dependencies: ReturnType<typeof dependenciesOf>) =>
  Object.fromEntries(
    [...dependencies].map(([id, waits]) => [id, waits.map(({ thread, isDeclared }) => (isDeclared ? thread : `(${thread})`))]),
  );
const errors = (...args: Parameters<typeof planWith>) =>
  planWith(...args)
    .diagnostics.filter(({ message }) => !message.includes('Definition'))
    .map(({ severity, line, message }) => `${severity} ${line}: ${message}`);

const twoBatches = ['01.01.01 A', '01.01.02 B', '01.02.01 C', '01.02.02 D', '01.03.01 E', '02.01.01 F'];

describe('What a plan says its threads depend on', () => {
  it('is what each declares, and else all of the batch before its own in its stage', () => {
    const graph = graphOf(
      twoBatches,
      '01.02.01: **Depends on:** 01.01.02',
      '01.02.02: **Depends on:** none',
      '02.01.01: **Depends on:** 1.3.1, `01.01.01.01`',
    );
    assert.deepEqual(flat(graph), {
      '01.01.01': [],
      '01.01.02': [],
      '01.02.01': ['01.01.02'],
      '01.02.02': [],
      '01.03.01': ['(01.02.01)', '(01.02.02)'],
      '02.01.01': ['01.03.01', '01.01.01'],
    });
  });

  it('may name a whole batch, and be a list below its marker or a line of a paragraph', () => {
    const graph = graphOf(
      ['01.01.01 A', '01.01.02 B', '01.02.01 C', '01.03.01 D'],
      '01.02.01: **Depends on:**\n\n- 01.01.01: for its types\n- `01.01.02`\n',
      '01.03.01: And more.\n**Depends on**: batch 01.01\n**Files:** x',
    );
    assert.deepEqual(flat(graph), {
      '01.01.01': [],
      '01.01.02': [],
      '01.02.01': ['01.01.01', '01.01.02'],
      '01.03.01': ['01.01.01', '01.01.02'],
    });
  });

  it('goes with the files that it changes, in any spelling', () => {
    const { plan } = planWith(['01.01.01 A'], '01.01.01: **Files:** `src/a.ts`, ./test/**, docs\\x\\, src/{b,c}.ts');
    assert.deepEqual(
      plan?.stages[0]?.batches[0]?.threads[0]?.files.map(({ path }) => path),
      ['src/a.ts', 'test/**', 'docs/x/**', 'src/{b,c}.ts'],
    );
  });

  it('is kept in the text of the thread, for its agent', () => {
    const { plan } = planWith(['01.01.01 A', '01.01.02 B'], '01.01.02: **Depends on:** 01.01.01');
    assert.match(plan?.stages[0]?.batches[0]?.threads[1]?.summary ?? '', /\*\*Depends on:\*\* 01\.01\.01/);
  });

  it('is refused by name and line: no id, not in the plan, itself, a later stage, a path from outside', () => {
    assert.deepEqual(
      errors(
        twoBatches,
        '01.01.01: **Depends on:** the router\n**Files:** ../other/a.ts',
        '01.01.02: **Depends on:** 01.09.01',
        '01.02.01: **Depends on:** 01.02.01.03',
        '01.02.02: **Depends on:** 02.01.01',
      ),
      [
        'error 23: Stage 1, Batch 01, Thread 1: "the router" is no id of a thread. Expected something like "**Depends on:** 01.01.02, 01.02.01"',
        'warning 24: Stage 1, Batch 01, Thread 1: `../other/a.ts` is not below the repository\'s root; write paths as in "**Files:** src/a.ts, test/**"',
        'error 32: Stage 1, Batch 01, Thread 2 depends on 01.09.01, which is not in the plan',
        'error 42: Stage 1, Batch 02, Thread 1 depends on itself (01.02.01.03)',
        'error 50: Stage 1, Batch 02, Thread 2 depends on 02.01.01 of a later stage, which only begins when this one is approved',
      ],
    );
  });

  it('is refused where threads wait for one another, with the whole circle and who is in it without saying anything', () => {
    assert.deepEqual(errors(['01.01.01 A', '01.01.02 B', '01.02.01 C'], '01.01.01: **Depends on:** 01.02.01'), [
      'error 23: Threads wait for one another in a circle: 01.01.01 → 01.02.01 → 01.01.01 (01.02.01 says nothing, and so waits for the batch before)',
    ]);
    assert.deepEqual(errors(['01.01.01 A', '01.01.02 B'], '01.01.01: **Depends on:** 01.01.02', '01.01.02: **Depends on:** 01.01.01'), [
      'error 23: Threads wait for one another in a circle: 01.01.01 → 01.01.02 → 01.01.01',
    ]);
  });
});

describe('The order of a graph', () => {
  const graph = graphOf(twoBatches, '01.02.01: **Depends on:** 01.01.02', '01.02.02: **Depends on:** none');

  it('has a level for each thread, and the heaviest chain as its critical path', () => {
    assert.deepEqual(Object.fromEntries(graphOrder(graph).levels), {
      '01.01.01': 0,
      '01.01.02': 0,
      '01.02.02': 0,
      '02.01.01': 0,
      '01.02.01': 1,
      '01.03.01': 2,
    });
    assert.deepEqual(
      criticalPath(graph, () => 1),
      ['01.01.02', '01.02.01', '01.03.01'],
    );
    assert.deepEqual(
      criticalPath(graph, id => (id === '01.02.02' ? 5 : 1)),
      ['01.02.02', '01.03.01'],
    );
  });

  it('finds a circle in exactly those graphs that have one', () => {
    const graphs = fc.array(fc.array(fc.nat(7), { maxLength: 3 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(graphs, edges => {
        const dependencies = new Map(
          edges.map((targets, id) => [
            String(id),
            [...new Set(targets)].filter(to => to < edges.length).map(to => ({ thread: String(to), isDeclared: true })),
          ]),
        );
        const { levels, circles } = graphOrder(dependencies);
        assert.equal(circles.length === 0, levels.size === dependencies.size);
        for (const circle of circles) {
          assert.equal(circle[0], circle.at(-1));
          for (const [index, id] of circle.slice(0, -1).entries()) {
            assert.ok(dependencies.get(id)?.some(({ thread }) => thread === circle[index + 1]));
          }
        }
        for (const [id, level] of levels) {
          const below = (dependencies.get(id) ?? []).map(({ thread }) => levels.get(thread) ?? NaN);
          assert.equal(level, below.length === 0 ? 0 : Math.max(...below) + 1);
        }
        const work = remainingWork(dependencies, () => 1);
        assert.equal(
          circles.length === 0 && criticalPath(dependencies, () => 1).length,
          circles.length === 0 && Math.max(...work.values()),
        );
      }),
    );
  });

  it('is quick on a plan of five thousand threads', () => {
    const threads = Array.from({ length: 5000 }, (_, index) => ({ id: `01.${index + 1}.01`, dependsOn: undefined }));
    const chain = dependenciesOf([{ id: '01', batches: threads.map(thread => ({ id: thread.id.slice(0, -3), threads: [thread] })) }]);
    assert.equal(criticalPath(chain, () => 1).length, 5000);
  });
});
