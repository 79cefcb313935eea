import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Marked, type Token } from 'marked';
import { reportText, stageReport } from '../../../../src/domain/reports/stageReport';
import { placed } from '../../../support/journalEvents';
import { attempt, sketchStage, type StageSketch } from '../../../support/reportTree';

const generatedAt = '2026-01-20T21:30:00.000Z';
const foundation: StageSketch = {
  name: 'Foundation',
  batches: [
    {
      name: 'Setup',
      threads: [
        {
          name: 'Dependencies & Config',
          tasks: [
            { name: 'Add hono', report: 'Added hono@4.0.0.' },
            { name: 'Update tsconfig.json', report: 'Configured jsx.\n\nAlso:\n- strict' },
          ],
        },
      ],
    },
    { name: 'Server', threads: [{ name: 'Module', tasks: [{ name: 'Create src/web/server.ts' }] }] },
  ],
};

describe('stageReport', () => {
  it('has the format that tools and people know', () => {
    const stage = sketchStage(1, foundation);
    const files = [
      { path: 'src/web/server.ts', change: 'added', additions: 10, deletions: 0, task: '01.02.01.01' },
      { path: 'package.json', change: 'modified', additions: 2, deletions: 1, task: '01.01.01.01' },
    ] as const;
    assert.equal(
      stageReport({ stage, generatedAt, definition: 'Project setup\nand configuration.', files }),
      `# Stage Report: Foundation (Stage 01)

> **Generated:** 2026-01-20T21:30:00.000Z${'  '}
> **Status:** Complete (3/3 tasks)

## Summary

Stage 01 (Foundation) progress summary.

Project setup and configuration.

3 of 3 tasks completed in 2 batches and 2 threads.

## Completed Work

### Batch 01: Setup

**Thread: Dependencies & Config** (2/2 tasks)
- ✓ Add hono
  > Added hono@4.0.0.
- ✓ Update tsconfig.json
  > Configured jsx.
  >
  > Also:
  > - strict

### Batch 02: Server

**Thread: Module** (1/1 tasks)
- ✓ Create src/web/server.ts

## Issues & Blockers

No blocked tasks in this stage.

## Files Created/Modified

- \`package.json\` - Modified, +2 −1 (01.01.01.01)
- \`src/web/server.ts\` - New file, +10 −0 (01.02.01.01)

## Metrics

| Metric | Value |
|--------|-------|
| Tasks | 3/3 complete |
| Completion Rate | 100.0% |
| Batches | 2 |
| Threads | 2 |
| Blocked | 0 |
| Fix Iterations | 0 |
`,
    );
  });

  const oneThread = (tasks: StageSketch['batches'][number]['threads'][number]['tasks'], more = {}) =>
    sketchStage(2, { name: 'S', batches: [{ name: 'B', threads: [{ name: 'T', tasks, ...more }] }] });
  const report = (...input: Parameters<typeof oneThread>) => stageReport({ stage: oneThread(...input), generatedAt });

  it('shows the state of every task by its icon', () => {
    const tasks = (['completed', 'in_progress', 'pending', 'blocked', 'cancelled'] as const).map(status => ({ name: status, status }));
    assert.match(report(tasks), /\n- ✓ completed\n- ◐ in_progress\n- ○ pending\n- ✗ blocked\n- − cancelled\n/);
  });

  const statuses: readonly (readonly [string, readonly ('completed' | 'in_progress' | 'pending' | 'blocked' | 'cancelled')[]])[] = [
    ['Complete (2/2 tasks)', ['completed', 'completed']],
    ['Complete (1/2 tasks, 1 cancelled)', ['completed', 'cancelled']],
    ['Blocked (1/2 tasks)', ['completed', 'blocked']],
    ['In Progress (1/2 tasks)', ['completed', 'pending']],
    ['In Progress (0/2 tasks)', ['pending', 'in_progress']],
    ['Pending (0/2 tasks)', ['pending', 'pending']],
    ['Pending (0/0 tasks)', []],
  ];
  for (const [status, tasks] of statuses) {
    it(`says ${status} for ${tasks.join(', ') || 'no tasks'}`, () => {
      assert.ok(report(tasks.map(task => ({ name: 'x', status: task }))).includes(`\n> **Status:** ${status}\n`));
    });
  }

  it('counts cancelled tasks as done, and names them', () => {
    const text = report([{ name: 'a' }, { name: 'b', status: 'cancelled' }]);
    assert.match(text, /\*\*Thread: T\*\* \(1\/2 tasks, 1 cancelled\)/);
    assert.match(text, /\| Tasks \| 1\/2 complete, 1 cancelled \|\n\| Completion Rate \| 100\.0% \|/);
  });

  it('lists blocked tasks and threads in conflict with their reasons', () => {
    const merge = { state: 'conflicted', files: ['a.ts', 'b.ts'], ours: 'work/x', theirs: 'task/y', at: generatedAt } as const;
    assert.ok(
      report([{ name: 'Stuck', status: 'blocked', report: 'Failed: no network' }], { merge }).includes(`## Issues & Blockers

- **02.01.01.01:** Stuck
  > Failed: no network
- **02.01.01:** T
  > Not merged: it conflicts in a.ts, b.ts.

## `),
    );
  });

  it('counts the threads that were merged', () => {
    const merge = { state: 'landed', commit: 'c', before: 'b', branch: 'work/x', at: generatedAt } as const;
    assert.match(report([{ name: 'a' }], { merge }), /\n1 of 1 task completed in 1 batch and 1 thread\. 1 thread merged\.\n/);
  });

  it('adds up what the attempts took, where that is known', () => {
    const text = report([
      {
        name: 'a',
        attempts: [
          attempt('1', { finishedAt: '2026-01-20T21:03:10.000Z', cost: 0.25 }),
          attempt('2', { finishedAt: '2026-01-20T21:01:00.000Z', cost: 0.125 }),
        ],
      },
      { name: 'b', attempts: [attempt('3')] },
    ]);
    assert.match(text, /\| Attempts \| 3 \|\n\| Cost \| \$0\.38 \|\n\| Agent Time \| 4m 10s \|\n/);
    assert.doesNotMatch(report([{ name: 'a', attempts: [attempt('1')] }]), /\| Cost \| \$|Agent Time/);
  });

  it('counts the fixes that followed', () => {
    const thread = { name: 'T', tasks: [] };
    const batches = ['A', 'Fix - A', 'fix - B'].map(name => ({ name, threads: [thread] }));
    assert.match(stageReport({ stage: sketchStage(1, { name: 'Fix - all', batches }), generatedAt }), /\| Fix Iterations \| 3 \|/);
  });

  it('says when nothing changed and when it is not known', () => {
    const stage = oneThread([]);
    assert.match(stageReport({ stage, generatedAt, files: [] }), /\nNo files changed in this stage\.\n/);
    assert.match(stageReport({ stage, generatedAt }), /\nThe files that this stage changed are not known\.\n/);
  });

  it('tells of a batch as of a stage', () => {
    const [batch] = sketchStage(1, foundation).batches;
    assert.ok(batch);
    const text = reportText({ subject: batch, generatedAt, definition: 'What it is for.' });
    assert.match(
      text,
      /^# Batch Report: Setup \(Batch 01\.01\)\n\n> \*\*Generated:.*\n> \*\*Status:\*\* Complete \(2\/2 tasks\)\n\n## Summary\n\nBatch 01\.01 \(Setup\) progress summary\.\n\nWhat it is for\./,
    );
    assert.match(text, /\n### Batch 01: Setup\n\n\*\*Thread: Dependencies & Config\*\* \(2\/2 tasks\)\n/);
    assert.match(text, /\nNo blocked tasks in this batch\.\n/);
    assert.doesNotMatch(text, /Server/);
  });

  it('counts what the merges took, and the time of the runs', () => {
    const run = { run: 'r', batch: '02.01', isolation: 'task', base: 'b', branch: null } as const;
    const at = (minute: number) => ({ at: `2026-01-20T21:${minute}:00.000Z` });
    const events = [
      { ...placed({ kind: 'run.started', ...run, threads: [] }), ...at(10) },
      { ...placed({ kind: 'merge.conflicted', thread: '02.01.01', files: ['a b.ts'], ours: 'o', theirs: 't' }), ...at(12) },
      { ...placed({ kind: 'run.finished', run: 'r', batch: '02.01', outcome: 'blocked', merged: [], blocked: [] }), ...at(15) },
    ];
    const result = { command: 'x', timedOut: false, duration: 1, output: 'o', tail: '' };
    const check = (exitCode: number) => ({ commit: 'c', threads: [], commands: [{ ...result, exitCode }], at: generatedAt });
    const returned = { run: 'r', thread: '02.01.01', task: '02.01.01.01', attempt: '1', number: 1, reason: 'x', at: generatedAt };
    const stage = oneThread([{ name: 'a', attempts: [attempt('1')] }], { validations: [check(0), check(1)], returns: [returned] });
    const text = stageReport({ stage, generatedAt, events });
    assert.match(text, /\| Sent Back \| 1 \|\n\| Merge Conflicts \| 1 \|\n\| Checks Passed \| 1\/2 \|\n/);
    assert.match(text, /\| Elapsed \| 5m \|/);
    assert.match(text, /\nMerge conflicts:\n\n- 2026-01-20T21:12:00\.000Z: `a b\.ts`\. Nobody has resolved it\.\n/);
  });

  it('gives the same bytes twice', () => {
    const input = { stage: sketchStage(1, foundation), generatedAt, files: [] };
    assert.equal(stageReport(input), stageReport(structuredClone(input)));
  });

  it('keeps its outline whatever plans and agents write', () => {
    const benign = outlineOf(stageReport(hostileInput(() => 'word')));
    fc.assert(
      fc.property(fc.infiniteStream(hostileText), stream => {
        const words = stream[Symbol.iterator]();
        const next = (): string => (words.next().value as string | undefined) ?? '';
        const text = stageReport(hostileInput(next));
        assert.deepEqual(outlineOf(text), benign, text);
      }),
      { numRuns: 200 },
    );
  });

  function hostileInput(word: () => string) {
    const tasks = () => [
      { name: word(), report: word(), status: 'blocked' as const },
      { name: word(), report: `\n${word()}\n${word()}\n\n${word()}` },
    ];
    const command = () => ({ command: word(), exitCode: 1, timedOut: false, duration: 5, output: word(), tail: `x${word()}` });
    const tried = () => [
      attempt(word(), { agent: word(), model: word(), outcome: 'blocked', reason: word(), report: word(), commit: word() }),
      attempt(word(), { task: 't', outcome: 'completed', report: word() }),
    ];
    const thread = () => ({
      name: word(),
      tasks: [...tasks(), { name: word(), attempts: tried() }],
      merge: { state: 'rejected', commit: 'c', reason: word(), at: generatedAt } as const,
      validations: [{ commit: 'abc', threads: [], commands: [{ ...command(), exitCode: 0 }, command()], at: generatedAt }],
      returns: [{ run: 'r', thread: '', task: word(), attempt: word(), number: 1, reason: word(), at: generatedAt }],
    });
    const batch = () => ({ name: word(), threads: [thread()] });
    const stage = sketchStage(1, { name: word(), batches: [batch(), batch()] });
    const files = [{ path: word(), change: 'renamed', from: word() } as const];
    const events = ['01.01.01', '01.02.01'].flatMap(id => [
      placed({ kind: 'merge.conflicted', thread: id, files: [word(), word()], ours: 'o', theirs: 't' }),
      placed({ kind: 'merge.rejected', thread: id, commit: 'c', reason: word() }),
    ]);
    return { stage, generatedAt, definition: `x${word()}`, files, events };
  }
});

const fragments = [
  '# ',
  '\n# Done',
  '<!--',
  '<script>',
  '</details>',
  '![x](y)',
  '```',
  '~~~',
  '`',
  '``',
  '\\',
  '\\`',
  '\n---',
  '\n===',
  '\n\n',
  '\n',
  '\n- ',
  '\n1. ',
  '\n> ',
  '|',
  '[a]: b',
  '\n[a]: b',
  '<b> `',
  '*',
  '_',
  '\x1b[31m',
  '\u202e',
  ' ',
  '    ',
  '\t',
  '#',
  '\n<',
  '&lt;',
];
const hostileText = fc
  .array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...fragments) }, fc.string({ maxLength: 4 })), { maxLength: 6 })
  .map(parts => parts.join(''));

/** Headings and blocks at the top, and what nobody's words may ever become. */
function outlineOf(text: string): readonly string[] {
  const marked = new Marked({ gfm: true });
  const tokens = marked.lexer(text);
  const found: string[] = [];
  const nested: string[] = [];
  void marked.walkTokens(tokens, (token: Token) => {
    if (['html', 'image', 'def', 'heading'].includes(token.type)) nested.push(token.type);
  });
  for (const token of tokens) {
    if (token.type === 'space') continue;
    const size = token.type === 'list' ? (token.items as unknown[]).length : token.type === 'table' ? (token.rows as unknown[]).length : '';
    found.push(`${token.type} ${token.type === 'heading' ? String(token.depth) : String(size)}`);
  }
  return [...found, nested.join()];
}
