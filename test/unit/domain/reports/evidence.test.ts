import assert from 'node:assert/strict';
import { evidenceLines } from '../../../../src/domain/reports/evidence';
import { threadsOf } from '../../../../src/domain/reports/reportInput';
import { attempt, sketchStage, type ThreadSketch } from '../../../support/reportTree';

const at = '2026-01-20T21:30:00.000Z';
const thread = '01.01.01';
const task = '01.01.01.01';

describe('The evidence of a stage report', () => {
  const evidence = (...threads: readonly ThreadSketch[]) =>
    evidenceLines(threadsOf(sketchStage(1, { name: 'S', batches: [{ name: 'B', threads }] })), []).join('\n');

  it('is left out where nothing was run', () => {
    assert.equal(evidence({ name: 'T', tasks: [{ name: 'by hand' }] }), '');
  });

  it('tells of each attempt, of each check, and of what was sent back and came of it', () => {
    const first = attempt(`${task}#1`, {
      task,
      thread,
      model: 'p/m',
      outcome: 'completed',
      finishedAt: '2026-01-20T21:01:05.000Z',
      cost: 0.125,
      commit: 'a'.repeat(40),
      report: 'Did it.',
    });
    const second = attempt(`${task}#2`, { task, thread, outcome: 'completed', commit: 'b'.repeat(40), report: 'Repaired it.' });
    const red = {
      command: 'npm test',
      exitCode: 3,
      timedOut: false,
      duration: 61_000,
      output: 'logs/v-1.log',
      tail: 'one | two\n```\nbad',
    };
    const green = { command: 'npm run build', exitCode: 0, timedOut: false, duration: 2000, output: 'logs/v-0.log', tail: '' };
    const text = evidence({
      name: 'T',
      tasks: [{ name: 'x', attempts: [first, second] }],
      merge: { state: 'landed', commit: 'c'.repeat(40), before: 'd', branch: 'work/001-x', at },
      validations: [
        { commit: 'e'.repeat(40), threads: [thread], commands: [green, red], at },
        { commit: 'c'.repeat(40), threads: [thread], commands: [green, { ...red, exitCode: 0, tail: '' }], at },
      ],
      returns: [{ run: 'r', thread, task, attempt: first.id, number: 1, reason: 'It does not pass.', at }],
    });
    assert.equal(
      text,
      `## Evidence

### Thread 01.01.01: T

Merged into \`work/001-x\` as \`cccccccccc\` at ${at}.

| Attempt | Agent | Model | Began | Time | Outcome | Cost | Commit |
|---------|-------|-------|-------|------|---------|------|--------|
| 01.01.01.01#1 | @default | p/m | 2026-01-20T21:00:00.000Z | 1m 5s | completed | $0.13 | \`aaaaaaaaaa\` |
| 01.01.01.01#2 | @default | default | 2026-01-20T21:00:00.000Z |  | completed |  | \`bbbbbbbbbb\` |

| Merged Tree | Command | Result | Time |
|-------------|---------|--------|------|
| \`eeeeeeeeee\` | \`npm run build\` | passed (exit code 0) | 2s |
| \`eeeeeeeeee\` | \`npm test\` | exit code 3 | 1m 1s |
| \`cccccccccc\` | \`npm run build\` | passed (exit code 0) | 2s |
| \`cccccccccc\` | \`npm test\` | passed (exit code 0) | 1m 1s |

The end of what \`npm test\` said of \`eeeeeeeeee\` (all of it: \`logs/v-1.log\`):

\`\`\`\`
one | two
\`\`\`
bad
\`\`\`\`

Sent back to its agent:

- It does not pass. Attempt 01.01.01.01#2 ended completed: Repaired it.
`,
    );
  });

  it('names a command that failed on a tree and then passed on the same one, and no other', () => {
    const run = (commit: string, exitCode: number, confirms?: true) => ({
      commit: commit.repeat(40),
      threads: [thread],
      commands: [{ command: 'npm test', exitCode, timedOut: false, duration: 1000, output: 'logs/v.log', tail: '' }],
      ...(confirms === undefined ? {} : { confirms }),
      at,
    });
    const tasks = [{ name: 'x', attempts: [attempt(`${task}#1`)] }];
    const text = evidence({ name: 'T', tasks, validations: [run('a', 1), run('b', 1), run('a', 0, true), run('b', 1, true), run('c', 0)] });
    assert.match(text, /^\| `aaaaaaaaaa` \| `npm test` \| passed \(exit code 0\) \(checked again\) \| 1s \|$/m);
    assert.match(
      text,
      /^`npm test` is flaky: on aaaaaaaaaa it failed, and then it passed on the same tree\. Nobody was held back for it\.$/m,
    );
    assert.equal(text.split('is flaky').length, 2);
  });

  it('says why work is not merged', () => {
    const tasks = [{ name: 'x', attempts: [attempt(`${task}#1`)] }];
    const rows: readonly [ThreadSketch['merge'], RegExp][] = [
      [{ state: 'conflicted', files: ['a.ts'], ours: 'o', theirs: 't', at }, /^Not merged: it conflicts in a\.ts\.$/m],
      [{ state: 'rejected', commit: 'c', reason: '`x` ended with exit code 1', at }, /^Not merged: `x` ended with exit code 1\.$/m],
      [{ state: 'empty', branch: 'b', at }, /^The thread changed nothing\.$/m],
      [undefined, /^Not merged\.$/m],
    ];
    for (const [merge, says] of rows) assert.match(evidence({ name: 'T', tasks, merge }), says);
  });

  it('says which conflicts ended without an agent, and how', () => {
    const resolved = [
      { thread, commit: 'd'.repeat(40), by: 'rule' as const, files: [{ path: 'a `b`.ts', rule: 'whitespace' as const }], at },
      { thread, commit: 'e'.repeat(40), by: 'hand' as const, files: [{ path: 'c.ts' }], at },
    ];
    assert.match(
      evidence({ name: 'T', tasks: [{ name: 'x', attempts: [attempt(`${task}#1`)] }], resolved }),
      /\nResolved without an agent:\n\n- ``a `b`\.ts`` by rule: whitespace \(`dddddddddd`\)\n- `c\.ts` by hand \(`eeeeeeeeee`\)\n$/,
    );
  });
});
