import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { NewJournalEvent } from '../../../../src/domain/journal/events';
import { conflictEnd, conflictsOf, mergeStory } from '../../../../src/domain/reports/mergeStory';
import { elapsed, runTimelines } from '../../../../src/domain/reports/runTimeline';
import { anyNewEvent, placed } from '../../../support/journalEvents';
import { attempt, sketchStage } from '../../../support/reportTree';

const thread = '01.01.01';
const task = '01.01.01.01';
const minute = (number: number) => new Date(Date.UTC(2026, 0, 20, 21, number)).toISOString();
const at = (number: number, event: NewJournalEvent) => ({ ...placed(event), at: minute(number) });
const started = (run: string, number: number) =>
  at(number, { kind: 'run.started', run, batch: '01.01', threads: [thread], isolation: 'task', base: 'b', branch: 'main' });
const finished = (run: string, number: number) =>
  at(number, { kind: 'run.finished', run, batch: '01.01', outcome: 'completed', merged: [thread], blocked: [] });
const begun = (run: string, number: number, id: string) =>
  at(number, {
    kind: 'attempt.started',
    run,
    attempt: id,
    task,
    thread,
    number: 1,
    record: '',
    agent: 'a',
    model: null,
    base: 'b',
  });
const check = { command: 'npm test', exitCode: 0, timedOut: false, duration: 60_000, output: 'logs/1', tail: '' };

const subject = sketchStage(1, {
  name: 'S',
  batches: [
    {
      name: 'B',
      threads: [
        {
          name: 'T',
          tasks: [
            {
              name: 'x',
              attempts: [
                attempt(`${task}#1`, { run: 'r1', task, thread, startedAt: minute(1), finishedAt: minute(4), outcome: 'completed' }),
                attempt(`${task}#2`, { run: 'r2', task, thread, startedAt: minute(30) }),
              ],
            },
          ],
        },
        { name: 'never run', tasks: [{ name: 'y' }] },
      ],
    },
  ],
});

const events = [
  started('r1', 0),
  begun('r1', 1, `${task}#1`),
  at(2, { kind: 'attempt.judged', attempt: `${task}#1`, state: 'waiting', since: minute(2), reason: 'It asks.' }),
  at(3, { kind: 'attempt.judged', attempt: `${task}#1`, state: 'working', since: minute(3), reason: 'It goes on.' }),
  at(6, { kind: 'merge.validated', commit: 'c', threads: [thread], commands: [{ ...check, exitCode: 1 }] }),
  at(6, { kind: 'merge.rejected', thread, commit: 'c', reason: 'red' }),
  at(7, { kind: 'merge.conflicted', thread, files: ['a.ts'], ours: 'o', theirs: 't' }),
  at(7, { kind: 'merge.returned', run: 'r1', thread, task, attempt: `${task}#1`, number: 1, reason: 'It conflicts.' }),
  at(8, { kind: 'merge.validated', commit: 'd', threads: [thread], commands: [check] }),
  at(9, { kind: 'merge.landed', thread, commit: 'd'.repeat(40), before: 'b', branch: 'work/x' }),
  finished('r1', 10),
  at(20, { kind: 'plan.approved', by: 'me', hash: 'h' }),
  started('r2', 29),
  begun('r2', 30, `${task}#2`),
  at(35, { kind: 'attempt.judged', attempt: `${task}#2`, state: 'waiting', since: minute(33), reason: 'It asks again.' }),
];

describe('The timeline of runs', () => {
  const [first, second, ...more] = runTimelines(subject, events);

  it('has one picture for each run, with the threads that took part', () => {
    assert.deepEqual(more, []);
    assert.deepEqual([first?.run, first?.number, first?.isEnded], ['r1', 1, true]);
    assert.deepEqual([second?.run, second?.number, second?.isEnded], ['r2', 2, false]);
    assert.deepEqual(
      first?.lanes.map(lane => lane.thread),
      [thread],
    );
  });

  it('shows attempts as spans; one that runs lasts until the last that is known', () => {
    const spans = (run: typeof first) => run?.lanes.flatMap(({ bars }) => bars.map(({ start, end, outcome }) => [start, end, outcome]));
    assert.deepEqual(spans(first), [[Date.parse(minute(1)), Date.parse(minute(4)), 'completed']]);
    assert.deepEqual(spans(second), [[Date.parse(minute(30)), Date.parse(minute(35)), undefined]]);
  });

  it('marks waiting, checks, conflicts, returns and merges when they were', () => {
    const marks = (run: typeof first) =>
      run?.lanes.flatMap(lane => lane.marks.map(({ kind, start, end, text }) => [kind, minuteOf(start), minuteOf(end), text]));
    assert.deepEqual(marks(first), [
      ['waiting', 2, 3, 'It asks.'],
      ['red', 5, 6, 'npm test'],
      ['conflict', 7, 7, 'a.ts'],
      ['returned', 7, 7, 'It conflicts.'],
      ['green', 7, 8, 'npm test'],
      ['landed', 9, 9, 'dddddddddd'],
    ]);
    assert.deepEqual(marks(second), [['waiting', 33, 35, 'It asks again.']]);
  });

  it('adds up the time in which runs went on, not the nights between them', () => {
    assert.equal(elapsed(runTimelines(subject, events)), (10 + 6) * 60_000);
  });

  it('is in order and within its run whatever a journal holds', () => {
    fc.assert(
      fc.property(fc.array(anyNewEvent), made => {
        const all = made.map((event, index) => ({ ...placed(ofTheBatch(event), index + 1), at: minute(index) }));
        for (const { lanes, start, end } of runTimelines(subject, all)) {
          assert.ok(start <= end);
          for (const { marks } of lanes) {
            assert.deepEqual(
              marks.map(mark => mark.end),
              marks.map(mark => mark.end).sort((left, right) => left - right),
            );
          }
        }
      }),
    );
  });
});

describe('The conflicts of a thread', () => {
  it('are told with what was done about them', () => {
    const conflicts = conflictsOf(mergeStory(events, thread));
    assert.deepEqual(
      conflicts.map(({ at: when, files, isResolved }) => [when, files, isResolved]),
      [[minute(7), ['a.ts'], true]],
    );
    assert.deepEqual(conflicts.map(conflictEnd), ['Sent back to its agent (1). Merged as dddddddddd.']);
  });

  it('say so when nobody resolved them, and when they came again', () => {
    const again = at(8, { kind: 'merge.conflicted', thread, files: ['b.ts'], ours: 'o', theirs: 't' });
    const twice = conflictsOf(mergeStory([...events.slice(0, 8), again], thread));
    assert.deepEqual(twice.map(conflictEnd), ['Sent back to its agent (1).', 'Nobody has resolved it.']);
    const landed = conflictsOf(mergeStory([...events.slice(0, 8), again, ...events.slice(9)], thread));
    assert.deepEqual(landed.map(conflictEnd), ['Sent back to its agent (1). It conflicted again.', 'Merged as dddddddddd.']);
  });
});

const ofTheBatch = (event: NewJournalEvent) => (event.kind === 'run.started' ? { ...event, batch: '01.01' } : event);
const minuteOf = (time: number) => new Date(time).getUTCMinutes();
