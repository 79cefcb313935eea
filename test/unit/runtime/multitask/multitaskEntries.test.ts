import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { JournalEvent, NewJournalEvent } from '../../../../src/domain/journal/events';
import type { Outcome } from '../../../../src/domain/outcome';
import { CappedLog } from '../../../../src/runtime/multitask/cappedLog';
import { EntryTracker } from '../../../../src/runtime/multitask/entryTracker';
import type { Assignment } from '../../../../src/runtime/run/assignments';
import { temporaryDirectory } from '../../../support/temporaryDirectory';

const entry = (number: number, problem: string | null = null): Assignment => ({
  thread: `01.01.0${number}`,
  issue: number,
  branch: `b${number}`,
  description: `Issue #${number}`,
  task: 't',
  recipe: null,
  steps: null,
  problem,
});
const event = (body: NewJournalEvent): JournalEvent => ({ v: 1, seq: 1, at: '2026-01-01T00:00:00.000Z', epoch: 1, ...body });
const started = (number: number) => event({ kind: 'attempt.resumed', attempt: `01.01.0${number}.01#1`, cut: null, reason: 'r' });
const ended = (number: number, outcome: Outcome, reason?: string) =>
  event({ kind: 'thread.finished', run: 'r', thread: `01.01.0${number}`, outcome, ...(reason === undefined ? {} : { reason }) });

describe('The entries of a multitask run', () => {
  it('stand as the journal tells, each with its own exit code and time', () => {
    let now = 0;
    const entries = [entry(1), entry(2), entry(3), entry(4, 'No recipe.'), entry(5), entry(6), entry(7)];
    const tracker = new EntryTracker(entries, new Set(['01.01.05']), { now: () => now });
    assert.deepEqual(tracker.status(), { running: [1, 2, 3, 4, 6, 7], completed: [5], failed: [] });
    assert.equal(tracker.hear(started(1))?.line, '[1] running on b1');
    tracker.hear(started(2));
    tracker.hear(started(3));
    now = 5000;
    assert.equal(tracker.hear(started(1))?.line, undefined, 'it is said once');
    assert.equal(tracker.hear(ended(1, 'completed'))?.line, '[1] completed');
    assert.equal(tracker.hear(ended(2, 'blocked', 'No key.'))?.line, '[2] failed: No key.');
    tracker.hear(ended(3, 'cancelled'));
    tracker.hear(ended(4, 'failed', 'No recipe.'));
    tracker.hear(ended(7, 'failed', 'No model.')); // it never began
    now = 9000;
    assert.equal(tracker.hear(event({ kind: 'limit.changed', limit: 1, setting: 2 })), undefined);
    assert.deepEqual(tracker.status(), { running: [6], completed: [1, 5], failed: [2, 3, 4, 7] });
    const endsOf = (stopped: { timedOut: boolean; interrupted: boolean }) =>
      tracker.ends(stopped, issue => `log-${issue}`).map(({ exitCode, runtime, log }) => [exitCode, runtime, log]);
    const done = [
      [0, 5000, 'log-1'],
      [1, 5000, 'log-2'],
    ];
    assert.deepEqual(endsOf({ timedOut: true, interrupted: false }), [
      ...done,
      [-1, 5000, 'log-3'],
      [2, undefined, 'log-4'],
      [0, undefined, 'log-5'],
      [-1, undefined, 'log-6'],
      [2, undefined, 'log-7'],
    ]);
    const codes = endsOf({ timedOut: false, interrupted: true }).map(([code]) => code);
    assert.deepEqual(codes, [0, 1, 130, 2, 0, 130, 2]);
    assert.deepEqual(
      endsOf({ timedOut: false, interrupted: false }).map(([code]) => code),
      [0, 1, 1, 2, 0, 1, 2],
    );
  });

  it('count what an earlier driver did of the run, at its own times, until an entry is tried again', () => {
    const tracker = new EntryTracker([entry(1), entry(2)], new Set(), { now: () => 9000 });
    for (const number of [1, 2]) {
      tracker.hear(started(number), 1000);
      tracker.hear(ended(number, 'failed', 'No key.'), 3000 + number);
    }
    assert.equal(tracker.hear(started(2))?.line, undefined);
    assert.deepEqual(tracker.status(), { running: [2], completed: [], failed: [1] });
    const ends = tracker.ends({ timedOut: false, interrupted: false }, () => 'log');
    assert.deepEqual(
      ends.map(({ exitCode, runtime }) => [exitCode, runtime]),
      [
        [1, 2001],
        [1, 8000],
      ],
    );
  });

  it('have logs that end at a limit and say so', async () => {
    const folder = await temporaryDirectory();
    try {
      const file = path.join(folder.path, 'logs', 'log-1.txt');
      const log = new CappedLog(file, error => assert.fail(String(error)), 10);
      ['12345', 'ü6789', 'x', 'y'].forEach(text => log.write(text));
      assert.equal(await readFile(file, 'utf8'), '12345\n[This log is full: nothing more is kept of what came after.]\n');
      const failures: unknown[] = [];
      const unwritable = new CappedLog(path.join(file, 'below-a-file.txt'), error => failures.push(error));
      unwritable.write('lost');
      assert.equal(failures.length, 1, 'a log that cannot be written is told once and stops nothing');
    } finally {
      await folder.dispose();
    }
  });
});
