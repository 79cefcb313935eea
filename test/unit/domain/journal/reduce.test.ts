import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { JournalEvent, JsonValue, NewJournalEvent } from '../../../../src/domain/journal/events';
import { emptyJournalState, foldJournal, reduce } from '../../../../src/domain/journal/reduce';
import { anyJournal, placed } from '../../../support/journalEvents';

const at = '2026-01-20T21:30:00.000Z';
const attempt = '01.01.01.01#1';
const runStarted: NewJournalEvent = {
  kind: 'run.started',
  run: 'r1',
  batch: '01.01',
  threads: ['01.01.01'],
  isolation: 'task',
  base: 'abc',
  branch: 'main',
};
const attemptStarted: NewJournalEvent = {
  kind: 'attempt.started',
  run: 'r1',
  attempt,
  task: '01.01.01.01',
  thread: '01.01.01',
  number: 1,
  record: 'ses_a',
  agent: 'default',
  model: null,
  base: 'abc',
  worktree: '/w',
  branch: 'task/x',
};
const fold = (...events: readonly NewJournalEvent[]) => foldJournal(events.map((event, index) => placed(event, index + 1)));

describe('reduce', () => {
  it('begins a run and ends it', () => {
    const begun = { id: 'r1', batch: '01.01', threads: ['01.01.01'], isolation: 'task', base: 'abc', branch: 'main', startedAt: at };
    assert.deepEqual(fold(runStarted).runs, [{ ...begun, merged: [], blocked: [] }]);
    const finished: NewJournalEvent = {
      kind: 'run.finished',
      run: 'r1',
      batch: '01.01',
      outcome: 'completed',
      merged: ['01.01.01'],
      blocked: [],
    };
    assert.deepEqual(fold(runStarted, finished).runs, [
      { ...begun, merged: ['01.01.01'], blocked: [], outcome: 'completed', finishedAt: at },
    ]);
  });

  it('knows how an attempt ends before it has ended, and whether it was asked for its report', () => {
    const decided: NewJournalEvent = {
      kind: 'attempt.decided',
      attempt,
      outcome: 'failed',
      was: 'completed',
      status: 'blocked',
      report: 'Failed: no.',
      cause: 'stuck',
      next: 'again',
    };
    const state = fold(runStarted, attemptStarted, decided).attempts.get(attempt);
    const { kind: _kind, attempt: _attempt, ...end } = decided;
    assert.deepEqual(state?.decided, { ...end, at });
    assert.equal(state.finishedAt, undefined);
    const late = fold(attemptStarted, { kind: 'attempt.finished', attempt, outcome: 'completed' }, decided).attempts.get(attempt);
    assert.equal(late?.decided, undefined, 'what has ended is not decided again');
    const message = { kind: 'attempt.messaged', attempt, by: 'work', text: 'x' } as const;
    assert.equal(fold(attemptStarted, message).attempts.get(attempt)?.asked, undefined);
    assert.equal(fold(attemptStarted, { ...message, about: 'report' }).attempts.get(attempt)?.asked, true);
  });

  it('keeps the latest run of a thread and ignores the end of an earlier one', () => {
    const state = fold(
      { kind: 'thread.started', run: 'r1', thread: '01.01.01' },
      { kind: 'merge.empty', thread: '01.01.01', branch: 'work/x' },
      { kind: 'thread.started', run: 'r2', thread: '01.01.01' },
      { kind: 'thread.finished', run: 'r1', thread: '01.01.01', outcome: 'failed', reason: 'late' },
    );
    assert.deepEqual(state.threads.get('01.01.01'), { thread: '01.01.01', run: 'r2', startedAt: at });
  });

  it('says how a thread was merged', () => {
    const started: NewJournalEvent = { kind: 'thread.started', run: 'r1', thread: '01.01.01' };
    const merge = (event: NewJournalEvent) => fold(started, event).threads.get('01.01.01')?.merge;
    assert.deepEqual(merge({ kind: 'merge.landed', thread: '01.01.01', commit: 'c', before: 'b', branch: 'work/x' }), {
      state: 'landed',
      commit: 'c',
      before: 'b',
      branch: 'work/x',
      at,
    });
    assert.deepEqual(merge({ kind: 'merge.empty', thread: '01.01.01', branch: 'work/x' }), { state: 'empty', branch: 'work/x', at });
    assert.deepEqual(merge({ kind: 'merge.conflicted', thread: '01.01.01', files: ['a'], ours: 'o', theirs: 't' }), {
      state: 'conflicted',
      files: ['a'],
      ours: 'o',
      theirs: 't',
      at,
    });
  });

  it('keeps attempts in the order of their start, with how they ended', () => {
    const state = fold(
      attemptStarted,
      { ...attemptStarted, attempt: '01.01.01.01#2', number: 2 },
      { kind: 'attempt.finished', attempt, outcome: 'failed', reason: 'setup', cost: 0.5 },
    );
    assert.deepEqual([...state.attempts.keys()], [attempt, '01.01.01.01#2']);
    assert.deepEqual(state.attempts.get(attempt), {
      id: attempt,
      task: '01.01.01.01',
      thread: '01.01.01',
      run: 'r1',
      number: 1,
      record: 'ses_a',
      agent: 'default',
      model: null,
      base: 'abc',
      worktree: '/w',
      branch: 'task/x',
      startedAt: at,
      finishedAt: at,
      outcome: 'failed',
      reason: 'setup',
      cost: 0.5,
    });
  });

  it('follows an effect from its intent to its end, and begins again with a new intent', () => {
    const key = `${attempt}/worktree`;
    const intended: NewJournalEvent = { kind: 'effect.intended', effect: 'worktree', key, intent: { path: '/w' } };
    const base = { key, kind: 'worktree', intent: { path: '/w' }, intendedAt: at };
    assert.deepEqual(fold(intended).effects.get(key), { ...base, state: 'intended' });
    const failed: NewJournalEvent = { kind: 'effect.failed', effect: 'worktree', key, reason: 'disk full' };
    assert.deepEqual(fold(intended, failed).effects.get(key), { ...base, state: 'failed', reason: 'disk full' });
    const done: NewJournalEvent = { kind: 'effect.done', effect: 'worktree', key, evidence: { path: '/w' } };
    assert.deepEqual(fold(intended, failed, intended, done).effects.get(key), { ...base, state: 'done', evidence: { path: '/w' } });
  });

  it('takes an attempt’s session from the evidence of its session effect, in either order', () => {
    const opened: NewJournalEvent = { kind: 'effect.done', effect: 'session', key: `${attempt}/session`, evidence: { session: 'ses_1' } };
    assert.equal(fold(attemptStarted, opened).attempts.get(attempt)?.session, 'ses_1');
    assert.equal(fold(opened, attemptStarted).attempts.get(attempt)?.session, 'ses_1');
    const odd: NewJournalEvent = { ...opened, evidence: ['ses_1'] };
    assert.equal(fold(attemptStarted, odd).attempts.get(attempt)?.session, undefined);
  });

  it('takes the place of an attempt’s worktree from the evidence of its effect, where its start could not name it', () => {
    const { worktree: _, branch: __, ...unplaced } = attemptStarted;
    const made = (evidence: JsonValue): NewJournalEvent => ({
      kind: 'effect.done',
      effect: 'worktree',
      key: `${attempt}/worktree`,
      evidence,
    });
    const placeIn = (...events: readonly NewJournalEvent[]) => {
      const { worktree, branch } = fold(...events).attempts.get(attempt) ?? {};
      return { worktree, branch };
    };
    const place = { worktree: '/data/x', branch: 'opencode/x' };
    assert.deepEqual(placeIn(unplaced, made({ path: '/data/x', branch: 'opencode/x' })), place);
    assert.deepEqual(placeIn(attemptStarted, made({ path: '/w' })), { worktree: '/w', branch: 'task/x' });
    assert.deepEqual(placeIn(unplaced, made(null)), { worktree: undefined, branch: undefined });
    const setup: NewJournalEvent = {
      kind: 'effect.done',
      effect: 'setup',
      key: `${attempt}/worktree`,
      evidence: { path: '/a', branch: 'b' },
    };
    assert.deepEqual(placeIn(unplaced, setup), { worktree: undefined, branch: undefined });
  });

  it('keeps what an attempt’s agent was judged to do last', () => {
    const judged = (state: 'working' | 'stalled'): NewJournalEvent => ({
      kind: 'attempt.judged',
      attempt,
      state,
      since: at,
      reason: `${state}.`,
    });
    const state = fold(attemptStarted, judged('working'), judged('stalled'), {
      kind: 'attempt.stepped',
      attempt,
      step: 'nudge',
      reason: 'stalled.',
    });
    assert.deepEqual(state.attempts.get(attempt)?.health, { state: 'stalled', since: at, reason: 'stalled.' });
    assert.equal(fold(judged('stalled')).attempts.size, 0);
  });

  it('ignores what speaks of things that never began', () => {
    const state = fold(
      { kind: 'run.finished', run: 'r1', batch: '01.01', outcome: 'completed', merged: [], blocked: [] },
      { kind: 'thread.finished', run: 'r1', thread: '01.01.01', outcome: 'completed' },
      { kind: 'attempt.finished', attempt, outcome: 'completed' },
      { kind: 'merge.empty', thread: '01.01.01', branch: 'work/x' },
    );
    assert.deepEqual(state, { ...emptyJournalState, lastSeq: 4, epoch: 1 });
  });

  it('ignores a line of a lower epoch than one seen before, its place included', () => {
    const before = foldJournal([placed(runStarted, 1, 2)]);
    assert.equal(reduce(before, placed(attemptStarted, 9, 1)), before);
    assert.equal(reduce(before, placed(attemptStarted, 2, 3)).attempts.size, 1);
  });

  it('ignores a kind it does not know but keeps its place', () => {
    const unknown = { ...placed(runStarted, 5), kind: 'run.imagined' } as unknown as JournalEvent;
    assert.deepEqual(reduce(emptyJournalState, unknown), { ...emptyJournalState, lastSeq: 5, epoch: 1 });
  });

  it('never changes the state it was given', () => {
    fc.assert(
      fc.property(anyJournal, events => {
        let state = emptyJournalState;
        for (const event of events) {
          const copy = structuredClone(state);
          const next = reduce(state, event);
          assert.deepEqual(state, copy);
          state = next;
        }
      }),
      { numRuns: 30 },
    );
  });

  it('gives the same state event by event, all at once, and in two parts', () => {
    fc.assert(
      fc.property(anyJournal, fc.nat(40), (events, cut) => {
        const all = foldJournal(events);
        assert.deepEqual(events.reduce(reduce, emptyJournalState), all);
        const prefix = foldJournal(events.slice(0, cut));
        const copy = structuredClone(prefix);
        assert.deepEqual(foldJournal(events.slice(cut), prefix), all);
        assert.deepEqual(prefix, copy);
        assert.deepEqual(emptyJournalState.attempts.size + emptyJournalState.threads.size + emptyJournalState.effects.size, 0);
      }),
    );
  });
});
