import assert from 'node:assert/strict';
import type { ImportedPlan } from '../../../../../src/domain/sources/importedPlan';
import { readChange, type ChangeFiles } from '../../../../../src/domain/sources/openspec/readChange';
import { problemLine } from '../../../../../src/domain/sources/problemWords';

const folder = 'openspec/changes/add-auth';
const change = (tasks: string | undefined, more: Partial<ChangeFiles> = {}): ChangeFiles => ({
  folder,
  id: 'add-auth',
  tasks,
  proposal: undefined,
  documents: [],
  ...more,
});

function read(tasks: string, more: Partial<ChangeFiles> = {}): ImportedPlan {
  const { plan, problems } = readChange(change(tasks, more));
  assert.ok(plan, problems.map(problemLine).join('\n'));
  return plan;
}

const problemsOf = (tasks: string | undefined) => readChange(change(tasks)).problems.map(problemLine);
const threadsOf = (plan: ImportedPlan) => plan.stages.flatMap(({ threads }) => threads);
const needsOf = (tasks: string) => Object.fromEntries(threadsOf(read(tasks)).map(({ key, dependsOn }) => [key, dependsOn]));

describe('readChange', () => {
  it('makes stages of phases, threads of boxes at the top and tasks of boxes below', () => {
    const plan = read(
      [
        '## 1. Data',
        '',
        'The tables come first.',
        '',
        '- [x] 1.1 Add the table',
        '- [ ] 1.2 Add the queries',
        '  - [x] 1.2.1 Read',
        '  - [ ] 1.2.2 Write',
        '',
        '## 2. Pages',
        '- [ ] 2.1 The form',
      ].join('\n'),
    );
    assert.deepEqual(
      plan.stages.map(({ title, definition }) => [title, definition]),
      [
        ['Data', 'The tables come first.'],
        ['Pages', ''],
      ],
    );
    assert.deepEqual(
      threadsOf(plan).map(({ key, title, at, tasks }) => [
        key,
        title,
        at.line,
        tasks.map(task => `${task.key} ${task.title} ${task.status}`),
      ]),
      [
        ['1.1', 'Add the table', 5, ['1.1 Add the table completed']],
        ['1.2', 'Add the queries', 6, ['1.2.1 Read completed', '1.2.2 Write pending']],
        ['2.1', 'The form', 11, ['2.1 The form pending']],
      ],
    );
  });

  it('makes threads of groups, with what is said below them and what they touch', () => {
    const text = [
      '# Tasks',
      '## Phase 1: Core',
      '### 1.1 Router',
      '- [ ] Write it',
      '**What:** A table of routes.',
      '**Files:**',
      '- `src/router.ts` (new)',
      '- test/router/**',
      '**Approach:** Small steps.',
      '**Done When:**',
      '- [ ] every route answers',
      '- [ ] 404 for the rest',
      '### 1.2 Server',
      '- [ ] 1.2.1 Listen',
      '- [ ] 1.2.2 Close',
    ].join('\n');
    const [router, server] = threadsOf(read(text));
    assert.deepEqual(
      router?.tasks.map(({ key, title }) => [key, title]),
      [['1.1/Write it', 'Write it']],
    );
    assert.deepEqual(router.files, ['src/router.ts', 'test/router/**']);
    assert.match(router.details, /\*\*Done When:\*\*\n- \[ \] every route answers\n- \[ \] 404 for the rest/);
    assert.deepEqual(
      server?.tasks.map(({ key }) => key),
      ['1.2.1', '1.2.2'],
    );
  });

  it('keeps what one knows the work by as text, in the indentation of its task, and goes on with the next task', () => {
    const text = [
      '- [ ] 1.1 A',
      '  - **Acceptance criteria**:',
      '    - [ ] it works',
      '    - [x] it is fast',
      '- [ ] 1.2 B',
      '**Done when**',
      '- [ ] shown',
      '- [ ] 1.3 C',
    ].join('\n');
    const threads = threadsOf(read(text));
    assert.deepEqual(
      threads.map(({ key, tasks }) => [key, tasks.length]),
      [
        ['1.1', 1],
        ['1.2', 1],
        ['1.3', 1],
      ],
    );
    assert.match(threads[0]?.details ?? '', /- \[ \] it works\n {2}- \[x\] it is fast/);
  });

  it('takes boxes in code blocks for text, and says that openspec does not', () => {
    const text = '- [ ] 1.1 A\n\n  ```md\n  - [ ] 9.9 an example\n  ```\n- [ ] 1.2 B';
    assert.deepEqual(
      threadsOf(read(text)).map(({ key }) => key),
      ['1.1', '1.2'],
    );
    assert.match(problemsOf(text).join('\n'), /^openspec\/changes\/add-auth\/tasks\.md:4: The box is in a code block/);
  });

  it('reads tabs, CRLF and a byte order mark as what they stand for', () => {
    const plan = read('\uFEFF## 1. A\r\n- [ ] 1.1 One\r\n\t- [x] 1.1.1 Sub\r\n* [X] 1.2 Two\r\n');
    assert.deepEqual(
      threadsOf(plan).map(({ key, tasks }) => [key, tasks.map(task => [task.key, task.status])]),
      [
        ['1.1', [['1.1.1', 'completed']]],
        ['1.2', [['1.2', 'completed']]],
      ],
    );
  });

  it('keeps tasks without numbers apart, and ids with a slash as they are', () => {
    const plan = read('## A\n- [ ] Test it\n- [ ] Test it\n## B\n- [ ] Test it\n- [ ] api/v1: Route');
    assert.deepEqual(
      threadsOf(plan).map(({ key }) => key),
      ['A/Test it', 'A/Test it (2)', 'B/Test it', 'B/api/v1: Route'],
    );
  });

  it('says why and what in the words of the proposal, and names the documents to read', () => {
    const proposal =
      '# Change: Log in with tokens\n\n## Why\n\nPeople forget passwords.\n\n## What Changes\n\n- Add tokens\n- Drop cookies\n\n## Impact\n\nNone.';
    const plan = read('- [ ] 1.1 A', { proposal, documents: ['design.md', 'specs/auth/spec.md'] });
    assert.equal(plan.title, 'Log in with tokens');
    assert.equal(plan.summary, 'People forget passwords. Add tokens; Drop cookies');
    assert.match(
      threadsOf(plan)[0]?.details ?? '',
      /Read first: `openspec\/changes\/add-auth\/proposal.md`, .*design.md`, .*specs\/auth\/spec.md`\.\n\nLeave the boxes of the change's task list as they are/,
    );
    assert.equal(read('- [ ] 1.1 A').title, 'Add auth');
  });

  it('lets tasks of one phase wait for nothing unless they say so', () => {
    const text = [
      '## 1. A',
      '- [ ] 1.1 One',
      '- [ ] 1.2 Two',
      '  **Depends On:** 1.1',
      '- [ ] 1.3 Three (depends on 1.1-1.2)',
      '## 2. B',
      '- [ ] 2.1 Uses what 1.2 made',
    ];
    assert.deepEqual(needsOf(text.join('\n')), { '1.1': [], '1.2': ['1.1'], '1.3': ['1.1', '1.2'], '2.1': ['1.2'] });
    assert.deepEqual(
      needsOf('## 1. A\n- [ ] 1.1 One\n## 2. B\n- [ ] 2.1 Two\n  - Depends on: Phase 1\n- [ ] 2.2 Three\n  Depends on: none'),
      {
        '1.1': [],
        '2.1': ['1.1'],
        '2.2': [],
      },
    );
  });

  it('honours the notes on parallelisation', () => {
    const tasks = '## 1. A\n- [ ] 1.1 a\n- [ ] 1.2 b\n- [ ] 1.3 c\n- [ ] 1.4 d\n\n## Parallelization Notes\n\n';
    assert.deepEqual(needsOf(`${tasks}- Can run in parallel: 1.1, 1.2\n- Must run sequentially: 1.3 → 1.4`), {
      '1.1': [],
      '1.2': [],
      '1.3': [],
      '1.4': ['1.3'],
    });
    assert.deepEqual(needsOf(`${tasks}- Batch 1: Tasks 1.1-1.2\n- Batch 2: 1.3\n- Batch 3: 1.4`), {
      '1.1': [],
      '1.2': [],
      '1.3': ['1.1', '1.2'],
      '1.4': ['1.3'],
    });
    assert.deepEqual(needsOf(`${tasks}### Must run sequentially\n- 1.1\n- 1.2\n### Can run in parallel\n- 1.3\n- 1.4`), {
      '1.1': [],
      '1.2': ['1.1'],
      '1.3': [],
      '1.4': [],
    });
    assert.deepEqual(needsOf(`${tasks}- 1.4 depends on 1.2`), { '1.1': [], '1.2': [], '1.3': [], '1.4': ['1.2'] });
    assert.match(problemsOf(`${tasks}- Batch 1: 7.7`).join(), /tasks\.md:9: There is no 7\.7: the note on it is passed over/);
  });

  it('refuses with the line what is empty, half-written or in a state that no box has', () => {
    assert.deepEqual(problemsOf(undefined), [`${folder}/tasks.md:1: add-auth has no tasks.md.`]);
    assert.deepEqual(problemsOf(''), [
      `${folder}/tasks.md:1: There are no tasks in ${folder}/tasks.md: write each as "- [ ] 1.1 What to do".`,
    ]);
    assert.deepEqual(problemsOf('- [ ] 1.1 A\n- [~] 1.2 B\n- [] 1.3 C\n- [a link](x)\n- ['), [
      `${folder}/tasks.md:2: "[~]" is no state of a box: write "[ ]" for what is open and "[x]" for what is done.`,
      `${folder}/tasks.md:3: "[]" is no state of a box: write "[ ]" for what is open and "[x]" for what is done.`,
      `${folder}/tasks.md:5: The line ends in the middle of a box: the file may be half-written. Finish it, then import again.`,
    ]);
  });
});
