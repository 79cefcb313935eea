import assert from 'node:assert/strict';
import fc from 'fast-check';
import { untranslated } from '../../../../src/common/translate';
import { chooseReady, type Choice, type ChoiceInput } from '../../../../src/domain/choice/chooseReady';
import { choiceJson, choiceLines, chosenWords, hindranceWords } from '../../../../src/domain/choice/choiceWords';
import { scopeOf } from '../../../../src/domain/choice/choiceRequest';
import type { ReadinessState, ThreadReadiness } from '../../../../src/domain/graph/readiness';
import { pathsOverlap } from '../../../../src/domain/reservations/pathOverlap';
import type { ThreadNode } from '../../../../src/domain/tree/nodes';
import { threadNode } from '../../../support/planNodes';

const entry = (
  id: string,
  files: readonly string[] = [],
  { state = 'ready', work = 1, waits = [], ...node }: Partial<ThreadReadiness> & Partial<Omit<ThreadNode, 'waits'>> = {},
): ThreadReadiness => ({ thread: threadNode(id, [], { files, ...node }), state, work, waits, level: 0 });

const choose = (readiness: readonly ThreadReadiness[], change: Partial<ChoiceInput> = {}): Choice =>
  chooseReady({ readiness, touched: new Map(), max: 4, ...change });
const chosen = ({ chosen: found }: Choice) => found.map(({ thread }) => thread.id);
const others = ({ others: found }: Choice) => found.map(({ thread, why }) => `${thread.id} ${hindranceWords(why, untranslated)}`);

describe('the choice of threads that run together', () => {
  it('takes what is ready, up to a number, and says of the others that it is full', () => {
    const result = choose([entry('01.01.01', ['a']), entry('01.01.02', ['b']), entry('01.01.03', ['c'])], { max: 2 });
    assert.deepEqual(chosen(result), ['01.01.01', '01.01.02']);
    assert.deepEqual(others(result), ['01.01.03 could begin too, but 2 are proposed at a time']);
  });

  it('takes what has the most work waiting behind it first, else the order of the plan', () => {
    const all = [entry('01.01.01', ['a']), entry('01.01.02', ['b'], { work: 5 }), entry('01.01.03', ['c'], { work: 5 })];
    assert.deepEqual(chosen(choose(all, { max: 2 })), ['01.01.02', '01.01.03']);
  });

  it('never takes two that declare a common file, whichever is a glob', () => {
    const result = choose([entry('01.01.01', ['src/**']), entry('01.01.02', ['src/a.ts', 'x']), entry('01.01.03', ['lib/a.ts'])]);
    assert.deepEqual(chosen(result), ['01.01.01', '01.01.03']);
    assert.deepEqual(others(result), ['01.01.02 touches src/a.ts as 01.01.01 does']);
    assert.equal(result.others[0]?.canBegin, true);
  });

  it('leaves what threads of other workstreams have reserved to them, and says whom a thread waits for', () => {
    const held = (path: string) => ({ path, stream: '002-other', thread: '01.02.03', attempt: null, exclusive: true, since: 0, until: 1 });
    const all = [
      entry('01.01.01', ['src/a.ts', 'x']),
      entry('01.01.02', ['free.ts']),
      entry('01.01.03', [], { summary: 'Write `docs/guide.md`.' }),
    ];
    const result = choose(all, { elsewhere: [held('src/**'), held('docs/**')] });
    assert.deepEqual(chosen(result), ['01.01.02']);
    assert.deepEqual(others(result), [
      '01.01.01 waits for thread 01.02.03 of workstream 002-other, which has src/a.ts reserved',
      '01.01.03 may touch docs/guide.md, which thread 01.02.03 of workstream 002-other has reserved',
    ]);
    assert.deepEqual(
      result.others.map(({ canBegin }) => canBegin),
      [true, true],
    );
  });

  it('keeps away from what an agent at work declares, has reserved or has touched', () => {
    const held = { path: 'r.ts', stream: 's', thread: '01.01.01', attempt: null, exclusive: true, since: 0, until: 1 };
    const all = [
      entry('01.01.01', ['d.ts'], { state: 'running', reserved: [held] }),
      entry('01.01.02', ['d.ts']),
      entry('01.01.03', ['r.ts']),
      entry('01.01.04', ['t.ts']),
      entry('01.01.05', ['free.ts']),
    ];
    const result = choose(all, { touched: new Map([['01.01.01', ['t.ts']]]) });
    assert.deepEqual(chosen(result), ['01.01.05']);
    assert.deepEqual(others(result), [
      '01.01.01 is running',
      '01.01.02 touches d.ts as 01.01.01 does',
      '01.01.03 touches r.ts as 01.01.01 does',
      '01.01.04 touches t.ts as 01.01.01 does',
    ]);
  });

  it('keeps away from work that is not merged, but for a thread from its own', () => {
    const all = [entry('01.01.01', [], { state: 'blocked', reason: 'no key' }), entry('01.01.02', ['a.ts']), entry('01.01.03', ['b.ts'])];
    const touched = new Map([
      ['01.01.01', ['a.ts']],
      ['01.01.03', ['b.ts']],
    ]);
    const result = choose(all, { touched });
    assert.deepEqual(chosen(result), ['01.01.03']);
    assert.deepEqual(others(result), ['01.01.01 is blocked: no key', '01.01.02 touches a.ts as 01.01.01 does']);
  });

  it('guesses from the text of a thread that declares nothing, and says that it is a guess', () => {
    const all = [
      entry('01.01.01', ['src/a.ts']),
      entry('01.01.02', [], { details: 'Change `src/a.ts`.' }),
      entry('01.01.03', [], { details: 'Change `src/b.ts`.' }),
      entry('01.01.04', ['c.ts'], { details: 'As in `src/b.ts`.' }),
      entry('01.01.05', []),
    ];
    const result = choose(all);
    assert.deepEqual(chosen(result), ['01.01.01', '01.01.03', '01.01.04', '01.01.05']);
    assert.deepEqual(others(result), ['01.01.02 may touch src/a.ts as 01.01.01 does']);
    assert.deepEqual(
      result.chosen.map(each => chosenWords(each, untranslated)),
      ['1 open task · src/a.ts', '1 open task · mentions src/b.ts', '1 open task · c.ts', '1 open task · declares no files'],
    );
  });

  it('proposes nothing that cannot begin, and says what it waits for', () => {
    const result = choose([
      entry('01.01.01', [], { state: 'done' }),
      entry('01.01.02', [], { state: 'waiting', waits: [{ kind: 'dependency', thread: '01.01.03' }] }),
      entry('01.01.03', [], { state: 'blocked' }),
    ]);
    assert.deepEqual(chosen(result), []);
    assert.deepEqual(others(result), ['01.01.02 waits for 01.01.03', '01.01.03 is blocked']);
    assert.deepEqual(
      result.others.map(({ canBegin }) => canBegin),
      [false, true],
    );
  });

  it('stays in one stage: the given one, else the first with a thread that can begin', () => {
    const all = [entry('01.01.01', [], { state: 'waiting' }), entry('02.01.01', ['a']), entry('03.01.01', ['b'])];
    assert.deepEqual([choose(all).stage, chosen(choose(all)), others(choose(all))], ['02', ['02.01.01'], []]);
    assert.deepEqual(chosen(choose(all, { stage: '03' })), ['03.01.01']);
    assert.deepEqual(choose([entry('01.01.01', [], { state: 'done' })]), { stage: undefined, chosen: [], others: [] });
  });

  it('is the same kind of choice whatever the plan: within the limit, apart from each other, and everybody is accounted for', () => {
    const path = fc.constantFrom('a', 'b', 'c', 'a/x', '**/x', '*');
    const state = fc.constantFrom<ReadinessState>('ready', 'ready', 'ready', 'blocked', 'running', 'waiting', 'done');
    const thread = fc.record({
      files: fc.array(path, { maxLength: 2 }),
      state,
      work: fc.nat(5),
      mention: fc.constantFrom('', '`x/a.ts`', '`b.ts`'),
    });
    fc.assert(
      fc.property(fc.array(thread, { maxLength: 12 }), fc.integer({ min: 1, max: 5 }), (threads, max) => {
        const all = threads.map(({ files, mention, ...rest }, index) =>
          entry(`01.01.${String(index + 1).padStart(2, '0')}`, files, { ...rest, details: mention }),
        );
        const result = choose(all, { max });
        assert.ok(result.chosen.length <= max);
        const running = all.filter(each => each.state === 'running').map(each => each.thread);
        const picked = result.chosen.map(each => each.thread);
        for (const one of picked) {
          assert.equal(all.find(each => each.thread.id === one.id)?.state, 'ready');
          for (const other of [...picked, ...running]) {
            if (one === other) continue;
            assert.ok(!one.files.some(mine => other.files.some(theirs => pathsOverlap(mine, theirs))), `${one.id} and ${other.id}`);
          }
        }
        const shown = [...picked, ...result.others.map(each => each.thread)].map(({ id }) => id).sort();
        assert.deepEqual(shown, all.filter(each => each.state !== 'done').map(each => each.thread.id), 'each is chosen or has a reason'); // prettier-ignore
        const full = result.chosen.length === max;
        for (const { why } of result.others) if (why.kind === 'limit') assert.ok(full);
      }),
    );
  });

  it('is drawn as a table and written as JSON', () => {
    const result = choose([entry('01.01.01', ['a', 'b', 'c', 'd']), entry('01.01.02', ['a'], { name: 'A\nlong name' })]);
    assert.deepEqual(choiceLines(result), [
      'Ready to run together (1 thread):',
      '  ✓ 01.01.01  Thread 01.01.01  1 open task · a, b, c +1',
      'Not now:',
      '  − 01.01.02  A long name      touches a as 01.01.01 does',
    ]);
    assert.deepEqual(choiceLines(choose([])), ['Nothing is ready: every thread is done.']);
    assert.deepEqual(choiceJson(result), {
      stage: '01',
      chosen: [
        {
          id: '01.01.01',
          name: 'Thread 01.01.01',
          work: 1,
          files: ['a', 'b', 'c', 'd'],
          declared: true,
          why: '1 open task · a, b, c +1',
        },
      ],
      notChosen: [{ id: '01.01.02', name: 'A\nlong name', reason: 'files', canBegin: true, why: 'touches a as 01.01.01 does' }],
    });
  });

  it('is run as a batch, or as a stage where it is of several batches', () => {
    assert.deepEqual([scopeOf(['01.02.01', '01.02.03']), scopeOf(['01.01.01', '01.02.03']), scopeOf([])], ['01.02', '01', undefined]);
  });
});
