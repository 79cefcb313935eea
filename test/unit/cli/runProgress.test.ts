import assert from 'node:assert/strict';
import { RunProgress } from '../../../src/cli/runProgress';
import { Emitter } from '../../../src/common/event';
import type { JournalEvent, NewJournalEvent } from '../../../src/domain/journal/events';
import { placed } from '../../support/journalEvents';
import { terminalIo } from '../../support/terminalIo';

function watch() {
  const appended = new Emitter<JournalEvent>();
  const noticed = new Emitter<string>();
  const io = terminalIo({ cwd: '/' });
  const progress = new RunProgress({ onDidAppend: appended.event, onDidNotice: noticed.event }, io);
  let place = 0;
  const append = (...events: readonly NewJournalEvent[]) => events.forEach(event => appended.fire(placed(event, ++place)));
  return { io, progress, append, notice: (text: string) => noticed.fire(text) };
}

const started = {
  kind: 'attempt.started',
  run: 'r',
  attempt: '01.01.01.01#1',
  task: '01.01.01.01',
  thread: '01.01.01',
  number: 1,
  record: 'ses_1',
  agent: 'default',
  model: null,
  base: 'a'.repeat(40),
} as const;
const ended = { kind: 'attempt.finished', attempt: '01.01.01.01#1' } as const;

describe('The progress of a run', () => {
  const lines: readonly [NewJournalEvent, string][] = [
    [
      { kind: 'run.started', run: 'r', batch: '01.01', threads: ['01.01.01'], isolation: 'task', base: 'a', branch: 'main' },
      'Batch 01.01: 1 thread (01.01.01)',
    ],
    [started, '◐ 01.01.01.01 started'],
    [{ ...started, number: 2, model: 'lab/scripted' }, '◐ 01.01.01.01 started (attempt 2) with lab/scripted'],
    [{ ...ended, outcome: 'completed', report: 'Did it.' }, '✓ 01.01.01.01 completed: Did it.'],
    [{ ...ended, outcome: 'blocked', report: 'Which one?', reason: 'Which one?' }, '✗ 01.01.01.01 blocked: Which one?'],
    [{ ...ended, outcome: 'failed', report: 'Failed: no model', reason: 'no model' }, '✗ 01.01.01.01 failed: no model'],
    [{ ...ended, outcome: 'cancelled', reason: 'stopped' }, '− 01.01.01.01 cancelled: stopped'],
    [{ ...ended, outcome: 'completed' }, '✓ 01.01.01.01 completed'],
  ];
  for (const [event, line] of lines) {
    it(`says "${line}"`, () => {
      const { io, append } = watch();
      append(event);
      assert.equal(io.printed(), `${line}\n`);
    });
  }

  it('keeps the row with the threads that still run', () => {
    const { io, append, progress } = watch();
    append(
      { kind: 'thread.started', run: 'r', thread: '01.01.01' },
      { kind: 'thread.started', run: 'r', thread: '01.01.02' },
      { kind: 'thread.finished', run: 'r', thread: '01.01.01', outcome: 'completed' },
    );
    assert.deepEqual(io.statuses, ['1 thread running: 01.01.01', '2 threads running: 01.01.01 01.01.02', '1 thread running: 01.01.02']);
    progress.dispose();
    assert.equal(io.statuses.at(-1), '');
  });

  it('prints notices on one line each', () => {
    const { io, notice } = watch();
    notice('The prompt\nwas generated');
    assert.equal(io.printed(), 'The prompt was generated\n');
  });
});
