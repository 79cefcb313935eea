import assert from 'node:assert/strict';
import { untranslated } from '../../../../src/common/translate';
import { dependencyContent } from '../../../../src/views/dependencies/dependencyContent';
import { batchNode, stageNode, taskNode, threadNode } from '../../../support/planNodes';

const stage = stageNode('01', [
  batchNode('01.01', [
    threadNode('01.01.01', [taskNode('01.01.01.01', { status: 'completed' })], { status: 'completed' }),
    threadNode('01.01.02', [taskNode('01.01.02.01')], { dependsOn: [], files: ['src/a.ts'], name: 'The "odd" <one>' }),
  ]),
  batchNode('01.02', [
    threadNode('01.02.01', [taskNode('01.02.01.01')], { dependsOn: ['01.01.02'] }),
    threadNode('01.02.02', [taskNode('01.02.02.01')], { wait: { kind: 'unreachable', reason: 'it depends on 01.01.02, which failed' } }),
  ]),
]);
const page = (only?: string) => dependencyContent({ name: 'sample', stages: [stage] }, only, untranslated);
/** The cells of each row of the table, as text. */
const rows = (markup: string) =>
  [...markup.matchAll(/<tr id="row-[^]*?<\/tr>/g)].map(([row]) =>
    [...row.matchAll(/<t[dh][^>]*>([^]*?)<\/t[dh]>/g)].map(([, cell = '']) =>
      cell
        .replaceAll('<wbr />', '')
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    ),
  );
const lines = (markup: string) =>
  [...markup.matchAll(/class="edge ([^"]*)" data-from="([^"]*)" data-to="([^"]*)"/g)].map(
    ([, kind, from, to]) => `${from} → ${to} ${kind}`,
  );

describe('The page of dependencies', () => {
  it('says in its table of each thread its level, how it stands and why, and what it depends on', () => {
    assert.deepEqual(rows(page()), [
      ['1', '01.01.01 Thread 01.01.01', 'done', 'nothing', '–'],
      ['1', '01.01.02 The &quot;odd&quot; &lt;one&gt;', 'ready', 'nothing', 'src/a.ts'],
      ['2', '01.02.01 Thread 01.02.01', 'waiting waits for 01.01.02', '01.01.02', '–'],
      ['2', '01.02.02 Thread 01.02.02', 'cannot begin it depends on 01.01.02, which failed', 'all of batch 01.01, as it says nothing', '–'],
    ]);
    assert.match(page(), /Longest chain: 01\.01\.01 → 01\.02\.02/);
  });

  it('says of what is blocked what its agent said, unless its run knows better', () => {
    const blocked = { status: 'blocked', report: 'There is\nno index.' } as const;
    const [first, second] = [taskNode('01.01.01.01', blocked), taskNode('01.01.02.01', blocked)];
    const threads = [
      threadNode('01.01.01', [taskNode('01.01.01.02', { status: 'completed', report: 'Fine.' }), first], { status: 'blocked' }),
      threadNode('01.01.02', [second], { status: 'blocked', reason: 'Its merge failed.' }),
    ];
    const markup = dependencyContent({ name: 'sample', stages: [stageNode('01', [batchNode('01.01', threads)])] }, undefined, untranslated);
    assert.deepEqual(
      rows(markup).map(([, , state]) => state),
      ['blocked There is no index.', 'blocked Its merge failed.'],
    );
  });

  it('draws a box for each thread and a line for each dependency, dashed where the plan does not say it', () => {
    const markup = page();
    assert.deepEqual(
      [...markup.matchAll(/class="node (\w+)"[^>]*data-thread="([\d.]+)"/g)].map(([, state, id]) => `${id} ${state}`),
      ['01.01.01 done', '01.01.02 ready', '01.02.01 waiting', '01.02.02 unreachable'],
    );
    assert.deepEqual(lines(markup), ['01.01.02 → 01.02.01 declared', '01.01.01 → 01.02.02 implied chain', '01.01.02 → 01.02.02 implied']);
    assert.ok(!markup.includes('<one>') && !markup.includes(' style='));
  });

  it('shows one stage alone where that is asked for, and says so of a plan without threads', () => {
    assert.match(page('01'), /Stage 01 · sample/);
    assert.match(page('02'), /The plan has no threads yet\./);
  });

  it('names a circle, and has its threads in the table alone', () => {
    const round = stageNode('01', [
      batchNode('01.01', [
        threadNode('01.01.01', [taskNode('01.01.01.01')], { dependsOn: ['01.01.02'] }),
        threadNode('01.01.02', [taskNode('01.01.02.01')], { dependsOn: ['01.01.01'] }),
      ]),
    ]);
    const markup = dependencyContent({ name: 'sample', stages: [round] }, undefined, untranslated);
    assert.match(markup, /Waits in a circle: 01\.01\.01 → 01\.01\.02 → 01\.01\.01/);
    assert.deepEqual(
      rows(markup).map(([level]) => level),
      ['–', '–'],
    );
    assert.ok(!markup.includes('class="node'));
  });
});
