import assert from 'node:assert/strict';
import { budgets, failures, secondsOf, table, totals } from '../../../scripts/lib/summary.mjs';

const types = { step: { name: 'types' }, status: 'failed' as const, seconds: 3, why: 'exit code 1' };
const unit = { step: { name: 'unit' }, status: 'passed' as const, seconds: 12.34, counts: { passed: 40, failed: 0, skipped: 1 } };
const host = {
  step: { name: 'host' },
  status: 'failed' as const,
  seconds: 1,
  counts: { passed: 2, failed: 3, skipped: 0 },
  why: 'exit code 1',
};
const dead = { step: { name: 'e2e' }, status: 'failed' as const, seconds: 1, why: 'it ended before its tests did' };

describe('The summary of a test run', () => {
  it('adds the counts of all tiers', () => {
    assert.deepEqual(totals([unit, host]), { passed: 42, failed: 3, skipped: 1 });
  });

  it('counts a step that failed without a failed test, so that the last line is never green by mistake', () => {
    assert.deepEqual(totals([types, unit, dead]), { passed: 40, failed: 2, skipped: 1 });
  });

  it('is a table with seconds and reasons', () => {
    assert.deepEqual(table([types, unit]).split('\n'), [
      'step   result  seconds  passed  failed  skipped',
      'types  failed      3.0                           exit code 1',
      'unit   passed     12.3      40       0        1',
    ]);
  });

  it('names every test that failed, with the beginning of why', () => {
    const message = ['Error: nothing', ...Array.from({ length: 30 }, (_, line) => `at ${line}`)].join('\n');
    const red = { ...host, counts: { ...host.counts, failures: [{ title: 'The tree shows a row', message }] } };
    const lines = failures([unit, red, dead]);
    assert.deepEqual(lines.slice(0, 3), ['host failed: The tree shows a row', '    Error: nothing', '    at 0']);
    assert.equal(lines.length, 13);
  });

  it('says how long each lane took, and which is over its budget', () => {
    const lanes = [
      { name: 'code', budget: 0.2, seconds: secondsOf([types, unit]) },
      { name: 'integration', budget: 9, seconds: 540 },
      { name: 'all', seconds: 600 },
    ];
    assert.deepEqual(budgets(lanes), [
      'code         0.3 minutes of 0.2: OVER ITS BUDGET',
      'integration  9.0 minutes of 9',
      'all          10.0 minutes',
    ]);
  });
});
