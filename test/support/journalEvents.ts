import fc from 'fast-check';
import { moves } from '../../src/domain/delivery/delivery';
import { verdicts } from '../../src/domain/review/stageVerdict';
import { effectKinds, type JournalEvent, type JsonValue, type NewJournalEvent } from '../../src/domain/journal/events';
import { versionOf } from '../../src/domain/journal/versions';
import { agentStates } from '../../src/domain/monitor/judge';
import { steps } from '../../src/domain/monitor/ladder';
import { outcomes } from '../../src/domain/outcome';
import { failureCauses, followUps } from '../../src/domain/run/retryPolicy';
import { taskStatuses } from '../../src/domain/taskStatus';

/** An event with a place in the journal. */
export function placed(event: NewJournalEvent, seq = 1, epoch = 1): JournalEvent {
  return { v: versionOf(event.kind), seq, at: '2026-01-20T21:30:00.000Z', epoch, ...event };
}

const threads = fc.constantFrom('01.01.01', '01.01.02');
const attempts = fc.constantFrom('01.01.01.01#1', '01.01.01.01#2', '01.01.02.01#1');
const runs = fc.constantFrom('run-1', 'run-2');
const text = fc.string({ maxLength: 8 });
const texts = fc.array(text, { maxLength: 3 });
const outcome = fc.constantFrom(...outcomes);
const effectKey = fc.oneof(
  attempts.map(attempt => `${attempt}/session`),
  attempts.map(attempt => `${attempt}/worktree`),
);
const effect = fc.constantFrom(...effectKinds);

/** Any event, about few enough threads, runs and attempts that events meet each other. */
export const anyNewEvent: fc.Arbitrary<NewJournalEvent> = fc.oneof(
  fc.record({
    kind: fc.constant('run.started' as const),
    run: runs,
    batch: text,
    threads: fc.array(threads),
    isolation: fc.constantFrom('task' as const, 'thread' as const, 'none' as const),
    base: text,
    branch: fc.option(text),
  }),
  fc.record({ kind: fc.constant('run.finished' as const), run: runs, batch: text, outcome, merged: texts, blocked: texts }),
  fc.record({ kind: fc.constant('thread.started' as const), run: runs, thread: threads }),
  fc.record(
    { kind: fc.constant('thread.finished' as const), run: runs, thread: threads, outcome, reason: text },
    { requiredKeys: ['kind', 'run', 'thread', 'outcome'] },
  ),
  fc.record(
    {
      kind: fc.constant('attempt.started' as const),
      run: runs,
      attempt: attempts,
      task: text,
      thread: threads,
      number: fc.integer({ min: 1, max: 3 }),
      record: text,
      agent: text,
      model: fc.option(text),
      base: text,
      worktree: text,
      branch: text,
    },
    { requiredKeys: ['kind', 'run', 'attempt', 'task', 'thread', 'number', 'record', 'agent', 'model', 'base'] },
  ),
  fc.record(
    { kind: fc.constant('attempt.finished' as const), attempt: attempts, outcome, cost: fc.nat(9) },
    { requiredKeys: ['kind', 'attempt', 'outcome'] },
  ),
  fc.record(
    {
      kind: fc.constant('attempt.decided' as const),
      attempt: attempts,
      outcome,
      was: fc.constantFrom(...taskStatuses),
      status: fc.constantFrom(...taskStatuses),
      report: text,
      cause: fc.constantFrom(...failureCauses),
      next: fc.constantFrom(...followUps),
    },
    { requiredKeys: ['kind', 'attempt', 'outcome', 'status', 'next'] },
  ),
  fc.record({
    kind: fc.constant('attempt.judged' as const),
    attempt: attempts,
    state: fc.constantFrom(...agentStates),
    since: text,
    reason: text,
  }),
  fc.record({
    kind: fc.constant('limit.changed' as const),
    limit: fc.integer({ min: 1, max: 64 }),
    setting: fc.integer({ min: 1, max: 64 }),
  }),
  fc.record({ kind: fc.constant('attempt.stepped' as const), attempt: attempts, step: fc.constantFrom(...steps), reason: text }),
  fc.record(
    {
      kind: fc.constant('attempt.messaged' as const),
      attempt: attempts,
      by: fc.constantFrom('user' as const, 'work' as const),
      text,
      about: fc.constant('report' as const),
    },
    { requiredKeys: ['kind', 'attempt', 'by', 'text'] },
  ),
  fc.record({ kind: fc.constant('file.changed' as const), file: text, attempts: texts }),
  fc.record({ kind: fc.constant('task.reported' as const), task: text, status: text, by: fc.constant('agent' as const) }),
  fc.record({ kind: fc.constant('merge.landed' as const), thread: threads, commit: text, before: text, branch: text }),
  fc.record({ kind: fc.constant('merge.empty' as const), thread: threads, branch: text }),
  fc.record({ kind: fc.constant('merge.conflicted' as const), thread: threads, files: texts, ours: text, theirs: text }),
  fc.record({ kind: fc.constant('integration.updated' as const), branch: text, before: fc.option(text), after: text, reason: text }),
  fc.record({ kind: fc.constant('stage.approved' as const), stage: text, by: text }),
  fc.record({ kind: fc.constant('stage.revoked' as const), stage: text, by: text }),
  fc.record({
    kind: fc.constant('stage.reviewed' as const),
    stage: fc.constantFrom('01', '02'),
    tip: text,
    agent: text,
    verdict: fc.constantFrom(...verdicts),
    text,
  }),
  fc.record({ kind: fc.constant('plan.populated' as const), phase: text, threads: texts, found: texts, agent: text, session: text }),
  fc.record({ kind: fc.constant('stage.delivered' as const), stage: text, branch: text, before: text, commit: text }),
  fc.record({
    kind: fc.constant('delivery.refused' as const),
    stage: text,
    action: fc.constantFrom(...moves),
    branch: fc.option(text),
    reason: text,
    files: texts,
  }),
  fc.record({ kind: fc.constant('delivery.undone' as const), stage: text, branch: text, before: text, commit: text, key: effectKey }),
  fc.record({ kind: fc.constant('effect.intended' as const), effect, key: effectKey, intent: fc.constant({ path: 'p' }) }),
  fc.record({
    kind: fc.constant('effect.done' as const),
    effect,
    key: effectKey,
    evidence: fc.constantFrom<JsonValue>({ session: 'ses_1' }, { session: 7 }, null, ['ses_2']),
  }),
  fc.record({ kind: fc.constant('effect.failed' as const), effect, key: effectKey, reason: text }),
);

/** A journal's events: ascending places, epochs that mostly grow and sometimes fall back. */
export const anyJournal: fc.Arbitrary<readonly JournalEvent[]> = fc
  .array(fc.tuple(anyNewEvent, fc.integer({ min: 1, max: 3 })), { maxLength: 40 })
  .map(pairs => pairs.map(([event, epoch], index) => placed(event, index + 1, epoch)));
