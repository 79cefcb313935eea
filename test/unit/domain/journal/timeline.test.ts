import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { JournalEvent, NewJournalEvent } from '../../../../src/domain/journal/events';
import { describeEvent } from '../../../../src/domain/journal/eventWords';
import { timelineOf, timelineText } from '../../../../src/domain/journal/timeline';
import { anyJournal, placed } from '../../../support/journalEvents';

const commit = 'a1b2c3d4e5f60718293a4b5c6d7e8f9001122334';
const other = 'ffffffffff0718293a4b5c6d7e8f900112233445';
const attempt = '01.01.01.01#1';

describe('What an event says', () => {
  const cases: readonly (readonly [NewJournalEvent, string])[] = [
    [
      { kind: 'run.started', run: 'r', batch: '01.01', threads: ['01.01.01', '01.01.02'], isolation: 'task', base: commit, branch: 'main' },
      'run began: 2 threads (01.01.01, 01.01.02), isolation task, from a1b2c3d4e5 (main)',
    ],
    [
      { kind: 'run.started', run: 'r', batch: '01.01', threads: ['01.01.01'], isolation: 'none', base: 'x', branch: null, only: [attempt] },
      'run began: 1 thread (01.01.01), only 01.01.01.01#1, isolation none, from x (detached HEAD)',
    ],
    [
      { kind: 'run.finished', run: 'r', batch: '01.01', outcome: 'blocked', merged: ['01.01.01'], blocked: [] },
      'run ended blocked: merged 01.01.01; none blocked',
    ],
    [
      { kind: 'attempt.started', run: 'r', attempt, task: '01.01.01.01', thread: '01.01.01', number: 1, record: 'x', agent: 'ü', model: null, base: commit, worktree: '/w', branch: 'task/1' },
      'attempt 1 began: agent ü, model default, from a1b2c3d4e5 in /w on task/1',
    ],
    [
      { kind: 'attempt.finished', attempt, outcome: 'completed', commit, report: 'Did it.', cost: 0.5, tokens: { input: 1, output: 2, reasoning: 3, cacheRead: 4, cacheWrite: 5 } },
      'attempt ended completed, commit a1b2c3d4e5, cost 0.5, 10 tokens in, 5 out; report: Did it.',
    ],
    [{ kind: 'attempt.finished', attempt, outcome: 'cancelled', reason: 'stopped' }, 'attempt ended cancelled (stopped), nothing committed'],
    [{ kind: 'attempt.resumed', attempt, cut: 'bash: npm test', reason: 'the machine was started anew' }, 'attempt goes on: the machine was started anew; cut off was bash: npm test'],
    [{ kind: 'attempt.judged', attempt, state: 'stalled', since: '10:00', reason: 'no event' }, 'is stalled since 10:00 (no event)'],
    [{ kind: 'merge.landed', thread: '01.01.01', commit, before: other, branch: 'work/x' }, 'merged into work/x: ffffffffff → a1b2c3d4e5'],
    [{ kind: 'merge.conflicted', thread: '01.01.01', files: ['a', 'b'], ours: commit, theirs: other }, 'merge conflict in a, b (a1b2c3d4e5 and ffffffffff)'],
    [{ kind: 'integration.updated', branch: 'work/x', before: null, after: commit, reason: 'brought up to main' }, 'work/x: made at a1b2c3d4e5 (brought up to main)'],
    [{ kind: 'effect.intended', effect: 'prompt', key: `${attempt}/prompt/1`, intent: { session: 's', message: 'm' } }, 'prompt intended: session s, message m'],
    [{ kind: 'effect.done', effect: 'commit', key: `${attempt}/commit`, evidence: { commit, files: ['x'], empty: false } }, 'commit of the work done: commit a1b2c3d4e5, empty false'],
    [{ kind: 'effect.done', effect: 'setup', key: `${attempt}/setup`, evidence: null }, 'setup command done'],
    [{ kind: 'effect.failed', effect: 'worktree', key: `${attempt}/worktree`, reason: 'disk\nfull' }, 'worktree failed (disk full)'],
    [{ kind: 'task.reported', task: '01.01.01.01', status: 'blocked', by: 'agent', report: 'No\u001b[2J way\u202e' }, 'task set to blocked by agent; report: No way'],
  ]; // prettier-ignore
  for (const [event, sentence] of cases) it(sentence, () => assert.equal(describeEvent(placed(event)), sentence));
});

describe('The timeline of a journal', () => {
  const at = (event: NewJournalEvent, seq: number, time: string, epoch = 1): JournalEvent => ({ ...placed(event, seq, epoch), at: time });
  const run = (batch: string): NewJournalEvent => ({
    kind: 'run.started',
    run: `r${batch}`,
    batch,
    threads: ['01.01.01'],
    isolation: 'task',
    base: 'b',
    branch: 'main',
  });
  const ended = (batch: string): NewJournalEvent => ({
    kind: 'run.finished',
    run: `r${batch}`,
    batch,
    outcome: 'completed',
    merged: ['01.01.01'],
    blocked: [],
  });
  const events = [
    at({ kind: 'stage.approved', stage: '00', by: 'user' }, 1, '2026-01-20T21:30:00.000Z'),
    at(run('01.01'), 2, '2026-01-20T23:59:58.000Z'),
    at({ kind: 'thread.started', run: 'r', thread: '01.01.01' }, 3, '2026-01-20T23:59:59.000Z'),
    at({ kind: 'effect.done', effect: 'merge', key: 'r/01.01.01/merge', evidence: { kind: 'empty' } }, 4, '2026-01-21T00:00:01.000Z', 2),
    at(ended('01.01'), 5, '2026-01-20T22:00:00.000Z', 2),
    at({ kind: 'stage.approved', stage: '01', by: 'user' }, 6, '2026-01-21T08:00:00.000Z', 2),
    at(run('02.01'), 7, '2026-01-21T09:00:00.000Z', 3),
  ]; // prettier-ignore

  it('is grouped by run, in the order of the lines, also when the clock was set back', () => {
    assert.equal(
      timelineText('Journal of 001-x', '/r/journal.jsonl', timelineOf(events, [{ line: 3, reason: 'unreadable' }])),
      `Journal of 001-x
/r/journal.jsonl

Between runs, 2026-01-20
  21:30:00  00  stage approved by user

Run of batch 01.01, 2026-01-20
  23:59:58  01.01  run began: 1 thread (01.01.01), isolation task, from b (main)
  23:59:59  01.01.01  thread began
  -- driver 2 goes on --
  -- 2026-01-21 --
  00:00:01  01.01.01  merge done: kind empty
  -- 2026-01-20 --
  22:00:00  01.01  run ended completed: merged 01.01.01; none blocked

Between runs, 2026-01-21
  08:00:00  01  stage approved by user

Run of batch 02.01 (not ended), 2026-01-21
  09:00:00  02.01  run began: 1 thread (01.01.01), isolation task, from b (main)

Lines that are passed over
  line 3 cannot be read: it is damaged, or not ours; it is kept and passed over
`,
    );
  });

  it('says that there is nothing yet', () => {
    assert.equal(timelineText('T', 'f', timelineOf([], [])), 'T\nf\n\nNothing was recorded yet.\n');
  });

  it('of a thread has what concerns it: its tasks, its batch and its stage, nothing of others', () => {
    const more = [...events, at({ kind: 'thread.started', run: 'r', thread: '01.01.02' }, 8, '2026-01-21T09:00:01.000Z', 3)];
    const about = timelineOf(more, [], '01.01.01').sections.flatMap(({ entries }) => entries.map(entry => entry.about));
    assert.deepEqual(about, ['01.01', '01.01.01', '01.01.01', '01.01', '01']);
  });

  it('leaves no event out, and no text can steer who reads it', () => {
    fc.assert(
      fc.property(anyJournal, journal => {
        const timeline = timelineOf(journal, []);
        assert.equal(timeline.sections.reduce((sum, { entries }) => sum + entries.length, 0), journal.length);
        assert.doesNotMatch(timelineText('T', 'f', timeline), /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/);
      }),
    ); // prettier-ignore
  });
});
