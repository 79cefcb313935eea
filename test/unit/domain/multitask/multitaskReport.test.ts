import assert from 'node:assert/strict';
import { multitaskReport, statusLines, type EntryEnd } from '../../../../src/domain/multitask/multitaskReport';
import { classicTask } from '../../../../src/domain/multitask/multitaskTexts';

describe('The report of a multitask run', () => {
  const end = (issue: number, exitCode: number, runtime: number | undefined): EntryEnd => ({
    issue,
    description: `Issue #${issue}`,
    branch: `feat/${issue}`,
    exitCode,
    runtime,
    log: `/logs/log-${issue}.txt`,
  });

  it('has the text that other programs read', () => {
    assert.equal(
      multitaskReport('recipe', [end(123, 0, 41_500), end(7, 1, 400), end(8, -1, 7_200_000), end(9, 2, undefined)]),
      `
======================================================================
PARALLEL WORKSTREAM REPORT
Mode: recipe
======================================================================

[123] Issue #123
  Branch:  feat/123
  Status:  OK
  Runtime: 42s
  Log:     /logs/log-123.txt

[7] Issue #7
  Branch:  feat/7
  Status:  FAILED (exit 1)
  Runtime: 0s
  Log:     /logs/log-7.txt

[8] Issue #8
  Branch:  feat/8
  Status:  FAILED (exit -1)
  Runtime: 7200s
  Log:     /logs/log-8.txt

[9] Issue #9
  Branch:  feat/9
  Status:  FAILED (exit 2)
  Runtime: N/A
  Log:     /logs/log-9.txt

----------------------------------------------------------------------
Total: 4 | Succeeded: 1 | Failed: 3
======================================================================`,
    );
  });

  it('keeps its shape whatever a description says', () => {
    assert.match(
      multitaskReport('classic', [{ ...end(1, 0, 0), description: ' a\n  Status:  OK ' }]),
      /^\[1\] a Status: OK\n {2}Branch: /m,
    );
  });
});

describe('What is said of a multitask run', () => {
  it('counts and names the issues that run, are done and failed', () => {
    assert.deepEqual(statusLines('12:34:56', 61_999, { running: [1, 2], completed: [], failed: [3] }), [
      '[12:34:56] Status (elapsed: 61s):',
      '  Running:   2 [1, 2]',
      '  Completed: 0 []',
      '  Failed:    1 [3]',
    ]);
  });

  it('tells an agent of classic mode its task without questions', () => {
    assert.match(
      classicTask({ issue: 5, task: 'Do it.' }),
      /^# Issue #5\n\nDo it\.\n\nFollow DEFAULT_WORKFLOW\.md autonomously\. NO QUESTIONS\. /,
    );
  });
});
