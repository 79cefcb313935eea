import assert from 'node:assert/strict';
import type { NewJournalEvent } from '../../../../src/domain/journal/events';
import { foldJournal } from '../../../../src/domain/journal/reduce';
import { takeUp } from '../../../../src/domain/run/takeUp';
import { placed } from '../../../support/journalEvents';

const attempt = '01.01.01.01#1';
const started: NewJournalEvent = {
  kind: 'attempt.started',
  run: 'r',
  attempt,
  task: '01.01.01.01',
  thread: '01.01.01',
  number: 1,
  record: 'ses_a',
  agent: 'default',
  model: 'lab/first',
  base: 'abc',
};
const decided = (next: 'nextModel' | 'again' | 'leave'): NewJournalEvent => ({
  kind: 'attempt.decided',
  attempt,
  outcome: 'failed',
  was: 'in_progress',
  status: 'blocked',
  next,
});
const finished: NewJournalEvent = { kind: 'attempt.finished', attempt, outcome: 'failed' };
const after = (...events: readonly NewJournalEvent[]) =>
  foldJournal([started, ...events].map((event, index) => placed(event, index + 1))).attempts.get(attempt);

describe('takeUp', () => {
  it('begins anew where the run made no attempt, or one of which nothing is known but that it ended', () => {
    assert.deepEqual(takeUp(undefined, 'pending', false), { kind: 'anew' });
    assert.deepEqual(takeUp(after(finished), 'blocked', false), { kind: 'anew' });
  });

  it('goes on with an attempt that has not ended, though its end is decided', () => {
    assert.equal(takeUp(after(), 'in_progress', false).kind, 'open');
    assert.equal(takeUp(after(decided('nextModel')), 'blocked', true).kind, 'open');
  });

  it('lets another attempt follow, as it was decided', () => {
    const taken = takeUp(after(decided('nextModel'), finished), 'blocked', false);
    assert.deepEqual([taken.kind, taken.kind === 'followed' && taken.next], ['followed', 'nextModel']);
    const again = takeUp(after(decided('again'), finished), 'blocked', false);
    assert.equal(again.kind === 'followed' && again.next, 'again');
  });

  it('leaves to a person what was left to one, until that person asks for it or changes the task', () => {
    const left = after(decided('leave'), finished);
    assert.equal(takeUp(left, 'blocked', false).kind, 'left');
    assert.equal(takeUp(left, 'blocked', true).kind, 'anew');
    assert.equal(takeUp(left, 'pending', false).kind, 'anew');
    assert.equal(takeUp(after(decided('again'), finished), 'pending', false).kind, 'anew');
  });

  it('begins anew when the end that was written is another than the one decided', () => {
    assert.equal(takeUp(after(decided('leave'), { ...finished, outcome: 'blocked' }), 'blocked', false).kind, 'anew');
  });
});
