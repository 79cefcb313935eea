import assert from 'node:assert/strict';
import { decideOutcome, type AttemptEvidence } from '../../../../src/domain/run/decideOutcome';

const evidence = (changes: Partial<AttemptEvidence>): AttemptEvidence => ({
  task: { status: 'in_progress' },
  lastText: '',
  asked: false,
  ...changes,
});

describe('decideOutcome', () => {
  it('takes the agent’s own report when it completed the task', () => {
    assert.deepEqual(decideOutcome(evidence({ task: { status: 'completed', report: 'Added a parser.' } })), {
      kind: 'ended',
      outcome: 'completed',
      status: 'completed',
      report: 'Added a parser.',
      reason: undefined,
    });
  });

  it('keeps a completed report although the session broke off after it', () => {
    const decision = decideOutcome(
      evidence({ task: { status: 'completed', report: 'Done.' }, sessionError: { name: 'APIError', message: 'gone' } }),
    );
    assert.equal(decision.kind === 'ended' && decision.outcome, 'completed');
  });

  it('blocks a task whose agent says that it is blocked', () => {
    assert.deepEqual(decideOutcome(evidence({ task: { status: 'blocked', report: 'No key.' } })), {
      kind: 'ended',
      outcome: 'blocked',
      status: 'blocked',
      report: 'No key.',
      reason: 'No key.',
    });
  });

  it('blocks a task that its agent left in order with a commit, without a question, also past a limit or an error', () => {
    const safeExit = 'The schema is missing.';
    const blocked = { kind: 'ended', outcome: 'blocked', status: 'blocked', report: safeExit, reason: safeExit };
    for (const more of [{}, { limit: 'Too long.' }, { sessionError: { name: 'APIError', message: 'gone' } }, { asked: true }]) {
      assert.deepEqual(decideOutcome(evidence({ safeExit, ...more })), blocked);
    }
    const completed = decideOutcome(evidence({ safeExit, task: { status: 'completed', report: 'Found it after all.' } }));
    assert.equal(completed.kind === 'ended' && completed.outcome, 'completed');
  });

  it('fails a task whose session ended in an error, with the error as its report', () => {
    assert.deepEqual(decideOutcome(evidence({ sessionError: { name: 'APIError', message: 'quota\u001b[31m used up' } })), {
      kind: 'ended',
      outcome: 'failed',
      status: 'blocked',
      report: 'Failed: APIError: quota used up',
      reason: 'APIError: quota used up',
    });
  });

  it('asks an agent that stopped without a report, once', () => {
    assert.deepEqual(decideOutcome(evidence({ lastText: 'I think I am done.' })), { kind: 'ask' });
  });

  it('offers the last paragraph as the report of an agent that never reported', () => {
    const decision = decideOutcome(evidence({ asked: true, lastText: 'First I looked.\n\nThen I wrote\nthe parser.\n' }));
    assert.deepEqual(decision, {
      kind: 'ended',
      outcome: 'blocked',
      status: 'blocked',
      report: 'The agent stopped without a report. It last said: Then I wrote the parser.',
      reason: 'The agent stopped without a report.',
    });
  });

  it('says so when an agent said nothing at all', () => {
    const decision = decideOutcome(evidence({ asked: true }));
    assert.equal(decision.kind === 'ended' && decision.report, 'The agent stopped without a report.');
  });

  it('trusts git before the report', () => {
    const decision = decideOutcome(evidence({ task: { status: 'completed', report: 'Done.' }, gitProblem: 'HEAD is elsewhere.' }));
    assert.deepEqual(decision, {
      kind: 'ended',
      outcome: 'failed',
      status: 'blocked',
      report: 'Failed: HEAD is elsewhere.',
      reason: 'HEAD is elsewhere.',
    });
  });

  it('leaves a task alone that a person cancelled meanwhile', () => {
    const decision = decideOutcome(evidence({ task: { status: 'cancelled' } }));
    assert.equal(decision.kind === 'ended' && decision.status, 'cancelled');
  });
});
