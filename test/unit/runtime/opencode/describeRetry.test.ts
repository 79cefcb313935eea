import assert from 'node:assert/strict';
import { describeRetry } from '../../../../src/runtime/opencode/activity';

const retry = { type: 'status', status: 'retry', attempt: 1, message: 'come back\nlater', next: 12_100 } as const;

describe('describeRetry', () => {
  it('says when the model is asked again, which try that is, and why', () => {
    assert.equal(describeRetry(retry, 10_000), 'the model did not answer and is tried again in 3s (try 2): come back later');
  });

  it('says no time when there is none to wait any more, and no reason when none was given', () => {
    assert.equal(describeRetry(retry, 12_100), 'the model did not answer and is tried again (try 2): come back later');
    assert.equal(describeRetry({ type: 'status', status: 'retry' }, 0), 'the model did not answer and is tried again (try 2)');
  });
});
