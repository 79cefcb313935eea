import assert from 'node:assert/strict';
import type { NewJournalEvent } from '../../../../src/domain/journal/events';
import { afterActionReview } from '../../../../src/domain/reports/afterActionReview';
import { reviewFileName } from '../../../../src/domain/reports/reviewFileName';
import { placed } from '../../../support/journalEvents';
import { attempt, sketchStage } from '../../../support/reportTree';

const minutes = (from: number, to: number) => ({
  startedAt: `2026-01-20T21:${String(from).padStart(2, '0')}:00.000Z`,
  finishedAt: `2026-01-20T21:${String(to).padStart(2, '0')}:00.000Z`,
});
const landed = { state: 'landed', commit: 'c'.repeat(40), before: 'b', branch: 'task/x', at: '' } as const;

const stage = sketchStage(1, {
  name: 'Set *up*',
  batches: [
    {
      name: 'Base',
      threads: [
        {
          name: 'Router',
          merge: landed,
          tasks: [{ name: 'Write it', attempts: [attempt('01.01.01.01#1', { outcome: 'completed', cost: 0.5, ...minutes(0, 4) })] }],
        },
        {
          name: 'Store',
          merge: landed,
          returns: [{ run: 'r', thread: '01.01.02', task: '01.01.02.01', attempt: '01.01.02.01#2', number: 1, reason: 'x', at: '' }],
          tasks: [
            {
              name: 'Store it',
              attempts: [
                attempt('01.01.02.01#1', { number: 1, outcome: 'failed', reason: 'APIError: quota', ...minutes(0, 10) }),
                attempt('01.01.02.01#2', { number: 2, outcome: 'completed', cost: 1, ...minutes(10, 20) }),
              ],
            },
          ],
        },
        {
          name: 'Docs',
          tasks: [
            {
              name: 'Write <docs>',
              status: 'blocked',
              report: 'No words.',
              attempts: [attempt('01.01.03.01#1', { outcome: 'blocked', reason: 'No words.', ...minutes(0, 1) })],
            },
          ],
        },
      ],
    },
  ],
});
const judged = (id: string, state: 'stalled' | 'working' | 'waiting') =>
  ({ kind: 'attempt.judged', attempt: id, state, since: '', reason: 'no token for 2m' }) as const;
const events = (
  [
    judged('01.01.02.01#1', 'working'),
    judged('01.01.02.01#1', 'stalled'),
    judged('01.01.01.01#1', 'waiting'),
    judged('09.01.01.01#1', 'stalled'),
    { kind: 'merge.conflicted', thread: '01.01.02', files: ['src/a.ts', 'b `c`.md'], ours: 'o', theirs: 't' },
    { kind: 'merge.rejected', thread: '01.01.02', commit: 'd', reason: '`npm test` ended with exit code 1' },
    { kind: 'merge.landed', thread: '01.01.02', commit: 'c'.repeat(40), before: 'b', branch: 'task/x' },
  ] satisfies readonly NewJournalEvent[]
).map((event, index) => placed(event, index + 1));

const section = (text: string, heading: string) =>
  (text.split(`## ${heading}\n\n`)[1] ?? '')
    .split('\n\n## ')[0]
    ?.split('\n')
    .filter(line => line !== '') ?? [];

describe('afterActionReview', () => {
  const text = afterActionReview({ milestone: 'First # release', stages: [stage], events });

  it('has its title and four headings, in their order, whatever there is to say', () => {
    const headings = ['# AAR: First', '## What Went Right', '## What Went Wrong', '## What Could Be Better', '## Action Items'];
    for (const some of [text, afterActionReview({ milestone: 'First', stages: [], events: [] })]) {
      const lines = some.split('\n').filter(line => line.startsWith('#'));
      assert.deepEqual(
        lines.map((line, index) => line.startsWith(headings[index] ?? '?')),
        headings.map(() => true),
      );
    }
  });

  it('says what went right: what was merged with every task at its first attempt', () => {
    assert.deepEqual(section(text, 'What Went Right'), [
      '- 2 of 3 tasks completed.',
      '- 01.01.01 Router: merged, every task at its first attempt.',
    ]);
  });

  it('says what went wrong: failed and blocked attempts, conflicts with their end, red checks, agents that stalled; of nobody else', () => {
    assert.deepEqual(section(text, 'What Went Wrong'), [
      '- 01.01.02.01 Store it: attempt 1 failed: APIError: quota.',
      '- 01.01.03.01 Write \\<docs>: attempt 1 blocked: No words.',
      '- 01.01.02 Store: conflict in `src/a.ts`, ``b `c`.md``. Not merged: `npm test` ended with exit code 1. Merged as cccccccccc.',
      '- 01.01.02 Store: its merge did not pass the checks: `npm test` ended with exit code 1.',
      '- 01.01.02.01 Store it: its agent was stalled: no token for 2m.',
    ]);
  });

  it('says what it took and what took longest', () => {
    assert.deepEqual(section(text, 'What Could Be Better'), [
      '- It took 4 attempts, 25m of agents at work, $1.50.',
      '- The longest was 01.01.02.01 Store it: 20m.',
      '- 01.01.02.01 Store it took 2 attempts.',
      '- 01.01.02 Store was sent back to its agent 1 time.',
      '- Agents waited for a person 1 time.',
    ]);
  });

  it('numbers what to do, from what is blocked, conflicted and red', () => {
    assert.deepEqual(
      section(text, 'Action Items').map(line => line.slice(0, 60)),
      [
        '1. Decide on 01.01.03.01 Write \\<docs>, which is blocked: No words.'.slice(0, 60),
        '2. Let one thread at a time change `src/a.ts`, ``b `c`.md`` (01.01.02 Store)'.slice(0, 60),
        '3. Tell agents to run the checks before they report (01.01.02 Store).'.slice(0, 60),
      ],
    );
  });

  it('is the same text for the same input', () => {
    assert.equal(afterActionReview({ milestone: 'First # release', stages: [stage], events: [...events] }), text);
  });
});

describe('reviewFileName', () => {
  const at = '2026-01-20T21:30:00.000Z';
  const cases: readonly [string, string | undefined, string][] = [
    ['First release!', undefined, '2026-01-20-first-release.md'],
    ['Set up', '01', 'stage-01-set-up.md'],
    ['../../etc/passwd', undefined, '2026-01-20-etc-passwd.md'],
    ['Ärger', '02', 'stage-02-rger.md'],
    ['日本', undefined, '2026-01-20-review.md'],
  ];
  for (const [milestone, stageId, name] of cases) {
    it(`of ${JSON.stringify(milestone)} is ${name}`, () => assert.equal(reviewFileName(milestone, { stage: stageId, at }), name));
  }
});
