import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AttemptState } from '../../../../src/domain/journal/journalState';
import { emptyJournalState, foldJournal } from '../../../../src/domain/journal/reduce';
import type { NewJournalEvent } from '../../../../src/domain/journal/events';
import { placed } from '../../../support/journalEvents';
import { taskTurns, unknownSessions, workstreamCost } from '../../../../src/domain/run/spending';

const attempt = (task: string, session: string, changes: Partial<AttemptState> = {}): AttemptState => ({
  id: `${task}#1`,
  task,
  thread: '01.01.01',
  run: 'r',
  number: 1,
  record: 's',
  agent: 'default',
  model: null,
  base: 'b',
  session,
  startedAt: '2026-01-01T00:00:00.000Z',
  ...changes,
});
const none = new Map<string, never>();

describe('What was spent', () => {
  it('counts a session once that several attempts shared, with its latest figure', () => {
    const attempts = [
      attempt('a', 's1', { cost: 1, turns: 3 }),
      attempt('b', 's1', { cost: 2.5, turns: 7 }),
      attempt('c', 's2', { cost: 4, turns: 1 }),
    ];
    assert.equal(workstreamCost(attempts, none), 6.5);
    assert.equal(taskTurns(attempts, { run: 'r', task: 'b' }, none), 4);
  });

  it('counts live sessions as they are now, and what was never told as nothing', () => {
    const attempts = [attempt('a', 's1', { cost: 1, turns: 3 }), attempt('b', 's2'), attempt('c', 's3')];
    const live = new Map([['s2', { turns: 5, cost: 0.5 }]]);
    assert.equal(workstreamCost(attempts, live), 1.5);
    assert.equal(taskTurns(attempts, { run: 'r', task: 'b' }, live), 5);
    assert.equal(taskTurns(attempts, { run: 'r', task: 'c' }, live), 0);
  });

  it('counts the turns of all attempts of the run, and of no other run', () => {
    const attempts = [attempt('a', 's0', { run: 'before', turns: 50 }), attempt('a', 's1', { turns: 3 }), attempt('a', 's2', { turns: 4 })];
    assert.equal(taskTurns(attempts, { run: 'r', task: 'a' }, none), 7);
  });

  it('counts only the new turns of an attempt that goes on in the session of an earlier run', () => {
    const attempts = [attempt('a', 's1', { run: 'before', turns: 50 }), attempt('a', 's1', { turns: 53 })];
    assert.equal(taskTurns(attempts, { run: 'r', task: 'a' }, none), 3);
  });

  it('shares the turns of sessions out to tasks without remainder', () => {
    const used = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('s1', 's2'), fc.nat(20)), { maxLength: 20 });
    fc.assert(
      fc.property(used, list => {
        const sessions = new Map<string, number>();
        const attempts = list.map(([task, session, more]) => {
          sessions.set(session, (sessions.get(session) ?? 0) + more);
          return attempt(task, session, { turns: sessions.get(session) ?? 0 });
        });
        const shared = ['a', 'b', 'c'].reduce((sum, task) => sum + taskTurns(attempts, { run: 'r', task }, none), 0);
        assert.equal(
          shared,
          [...sessions.values()].reduce((sum, turns) => sum + turns, 0),
        );
      }),
    );
  });

  it('is asked of the sessions whose last attempt left no figures', () => {
    const attempts = [
      attempt('a', 's1', { turns: 2 }),
      attempt('b', 's2', { worktree: '/w' }),
      attempt('c', 's3'),
      attempt('c', 's3', { turns: 2 }),
    ];
    assert.deepEqual(placesOf(unknownSessions({ ...emptyJournalState, attempts: byNumber(attempts) })), [['s2', '/w']]);
  });

  it('counts what reviews cost, also of work that is another by now, and asks for what a review that was cut off cost', () => {
    const reviewed = (session: string, cost?: number): NewJournalEvent => ({
      ...{ kind: 'stage.reviewed', stage: '01', tip: session, agent: 'critic', verdict: 'changes', text: '', session },
      ...(cost === undefined ? {} : { cost }),
    });
    const begun = (session: string): readonly NewJournalEvent[] => {
      const key = `01/review/${session}/session`;
      return [
        { kind: 'effect.intended', effect: 'session', key, intent: { directory: `/${session}`, title: 'Review' } },
        { kind: 'effect.done', effect: 'session', key, evidence: { session } },
      ];
    };
    const landed: NewJournalEvent = { kind: 'merge.landed', thread: '01.01.01', commit: 'c', before: 'b', branch: 'work/x' };
    const events = [...begun('r1'), reviewed('r1', 2), landed, ...begun('r2'), reviewed('r2', 3), ...begun('r3')];
    const state = foldJournal(events.map((event, index) => placed(event, index + 1)));
    assert.equal(workstreamCost([attempt('a', 's1', { cost: 1 })], none, state.readerCosts), 6);
    assert.deepEqual(placesOf(unknownSessions(state)), [['r3', '/r3']]);
  });

  it('counts what populations cost, also those that came to nothing, and asks for what a cut-off one cost', () => {
    const asked = (session: string, cost: number): NewJournalEvent => ({
      ...{ kind: 'plan.populated', phase: '01', threads: ['01.01.01'], found: [], agent: 'default', session, cost },
    });
    const begun = (session: string): readonly NewJournalEvent[] => {
      const key = `population/round/${session}/session`;
      return [
        { kind: 'effect.intended', effect: 'session', key, intent: { directory: `/${session}`, title: 'Population' } },
        { kind: 'effect.done', effect: 'session', key, evidence: { session } },
      ];
    };
    const state = foldJournal([...begun('p1'), asked('p1', 2), ...begun('p2')].map((event, index) => placed(event, index + 1)));
    assert.equal(workstreamCost([attempt('a', 's1', { cost: 1 })], none, state.readerCosts), 3);
    assert.deepEqual(placesOf(unknownSessions(state)), [['p2', '/p2']]);
  });
});

const byNumber = (attempts: readonly AttemptState[]) => new Map(attempts.map((each, index) => [String(index), each]));
const placesOf = (found: ReturnType<typeof unknownSessions>) => found.map(({ session, worktree }) => [session, worktree]);
