import assert from 'node:assert/strict';
import { untranslated } from '../../../../src/common/translate';
import type { NewJournalEvent } from '../../../../src/domain/journal/events';
import { progressLine } from '../../../../src/domain/run/progress';
import { parsePlan } from '../../../../src/domain/plan/parsePlan';
import type { ThreadNode } from '../../../../src/domain/tree/nodes';
import { treeRow } from '../../../../src/domain/tree/rows';
import { placed } from '../../../support/journalEvents';
import { journalOf, planText, taskRecords, workstream } from '../../../support/workstreamText';

const threads = ['01.01.01', '01.02.01', '01.03.01'];
const begun: NewJournalEvent[] = [
  { kind: 'run.started', run: 'r', batch: '01', threads, isolation: 'task', base: 'b', branch: 'main' },
  { kind: 'thread.started', run: 'r', thread: '01.01.01' },
];
const lost: NewJournalEvent = {
  kind: 'thread.unreachable',
  run: 'r',
  thread: '01.02.01',
  dependency: '01.01.01',
  cause: '01.01.01',
  reason: 'it depends on 01.01.01, which is blocked',
};

/** The three threads of a stage, one behind the other. */
function nodes(isDriven: boolean, ...events: readonly NewJournalEvent[]): readonly ThreadNode[] {
  const stream = workstream({
    plan: parsePlan(planText(...threads.map(id => `${id} T`))),
    tasks: taskRecords({ '01.01.01.01': 'pending', '01.02.01.01': 'pending', '01.03.01.01': 'pending' }),
    journal: journalOf(...events),
    isDriven,
  });
  return stream.stages.flatMap(stage => stage.batches.flatMap(batch => batch.threads));
}

/** What the tree says of them. */
const rows = (isDriven: boolean, ...events: readonly NewJournalEvent[]) =>
  nodes(isDriven, ...events).map(node => treeRow(node, untranslated).description);

describe('What a run of a stage does not begin', () => {
  it('says in its row whom it waits for, while the run goes on', () => {
    assert.deepEqual(rows(true, ...begun), [
      '0/1 · running · @default',
      '0/1 · waits for 01.01.01 · @default',
      '0/1 · waits for 01.02.01 · @default',
    ]);
    assert.deepEqual(rows(false, ...begun).slice(1), ['0/1 · @default', '0/1 · @default']);
  });

  it('waits without running while others have its files, until it has them or has ended', () => {
    const held: NewJournalEvent = { kind: 'thread.held', run: 'r', thread: '01.01.01', reason: 'thread 01.03.01 has a.ts' };
    const waiting = '0/1 · waiting · thread 01.03.01 has a.ts · @default';
    assert.equal(rows(true, ...begun, held)[0], waiting);
    assert.equal(rows(false, ...begun, held)[0], '0/1 · @default');
    assert.equal(rows(true, ...begun, held, { ...held, reason: null })[0], '0/1 · running · @default');
    assert.equal(rows(true, ...begun, { ...held, run: 'q' })[0], '0/1 · running · @default');
    const end: NewJournalEvent = { kind: 'thread.finished', run: 'r', thread: '01.01.01', outcome: 'cancelled' };
    assert.equal(rows(true, ...begun, held, end)[0], '0/1 · @default');
  });

  it('can be stopped while it waits for files, although it does not run', () => {
    const held: NewJournalEvent = { kind: 'thread.held', run: 'r', thread: '01.01.01', reason: 'thread 01.03.01 has a.ts' };
    const facts = (isDriven: boolean, ...events: readonly NewJournalEvent[]) => {
      const [node] = nodes(isDriven, ...begun, ...events);
      assert.ok(node);
      return [node.running, treeRow(node, untranslated).contextValue.split(' ').includes('running')];
    };
    assert.deepEqual(facts(true, held), [false, true]);
    assert.deepEqual(facts(true, held, { ...held, reason: null }), [true, true]);
    assert.deepEqual(facts(false, held), [false, false]);
  });

  it('says why it cannot begin, also when the run is over, until that is settled or it is run again', () => {
    const words = '0/1 · cannot begin: it depends on 01.01.01, which is blocked · @default';
    const over: NewJournalEvent = { kind: 'run.finished', run: 'r', batch: '01', outcome: 'blocked', merged: [], blocked: ['01.01.01'] };
    assert.equal(rows(false, ...begun, lost, over)[1], words);
    const landed: NewJournalEvent = { kind: 'merge.landed', thread: '01.01.01', commit: 'c', before: 'b', branch: 'work/x' };
    assert.equal(rows(false, ...begun, lost, over, landed)[1], '0/1 · @default');
    const again: NewJournalEvent = { kind: 'run.started', run: 's', batch: '01', threads, isolation: 'task', base: 'b', branch: 'main' };
    assert.equal(rows(false, ...begun, lost, over, again)[1], '0/1 · @default');
  });

  it('is told while it runs, and the run is called by its stage', () => {
    const said = [...begun, lost].map((event, index) => progressLine(placed(event, index + 1)));
    assert.deepEqual(said, [
      'Stage 01: 3 threads (01.01.01, 01.02.01, 01.03.01)',
      undefined,
      '⊘ 01.02.01 does not begin: it depends on 01.01.01, which is blocked',
    ]);
  });
});
