import assert from 'node:assert/strict';
import { parseMultitask } from '../../../../src/domain/multitask/parseMultitask';
import { multitaskPlan } from '../../../../src/domain/multitask/multitaskPlan';

const file = 'multitask.json';
const parse = (text: string) => parseMultitask(text, file);
const problemsOf = (text: string, name = file) =>
  parseMultitask(text, name).problems.map(({ severity, message, at }) => `${severity} ${at?.line}:${at?.column} ${message}`);
const entry = (issue: number, changes: Readonly<Record<string, unknown>> = {}) => ({
  issue,
  branch: `feat/${issue}`,
  task: `Do ${issue}`,
  ...changes,
});
const lines = (...entries: readonly unknown[]) => `[\n${entries.map(each => `  ${JSON.stringify(each)}`).join(',\n')}\n]\n`;

describe('A multitask config', () => {
  it('is a JSON list of issues, branches and tasks', () => {
    const text = lines(entry(12), entry(7, { description: 'Seven', recipe: 'ship' }));
    assert.deepEqual(parse(text), {
      entries: [
        { ...entry(12), description: 'Issue #12', recipe: undefined, at: { file, line: 2, column: 3 } },
        { ...entry(7), description: 'Seven', recipe: 'ship', at: { file, line: 3, column: 3 } },
      ],
      problems: [],
    });
  });

  it('may begin with a byte order mark and end its lines in any way', () => {
    const text = lines(entry(1), entry(2));
    for (const other of [`\uFEFF${text}`, text.replaceAll('\n', '\r\n'), text.replaceAll('\n', '\r')]) {
      assert.deepEqual(parse(other), parse(text));
    }
  });

  it('may have thousands of entries, of which a wrong one is found at its place', () => {
    const many = Array.from({ length: 5000 }, (_, index) => entry(index + 1));
    assert.equal(parse(lines(...many)).entries.length, 5000);
    assert.deepEqual(problemsOf(lines(...many, entry(4999, { branch: 'other' }))), [
      'error 5002:3 Issue 4999 is there twice, in lines 5000 and 5002.',
    ]);
  });

  const bad: Readonly<Record<string, readonly [text: string, ...problems: readonly string[]]>> = {
    'an empty file': ['', 'error 1:1 This file is empty.'],
    'a byte order mark alone': ['\uFEFF\n', 'error 1:1 This file is empty.'],
    'an empty list': ['[]', 'error 1:1 This list is empty: there is nothing to do.'],
    'an object': ['{}', 'error 1:1 A multitask config is a list of entries, not an object.'],
    'a half-written file': ['[\n  {"issue": 1,', 'error 2:15 This is not JSON: a property name in double quotes is expected.'],
    'a comment': ['[] // all', 'error 1:4 This is not JSON: comments are not JSON.'],
    'a trailing comma': ['[1,]', 'error 1:4 This is not JSON: a value is expected.'],
    'an entry that is none': [
      '[\n 3,\n [],\n null\n]',
      'error 2:2 Entry 1 must be an object, not 3.',
      'error 3:2 Entry 2 must be an object, not a list.',
      'error 4:2 Entry 3 must be an object, not null.',
    ],
    'what is missing': [
      '[{}]',
      'error 1:2 Entry 1 has no "issue".',
      'error 1:2 Entry 1 has no "branch".',
      'error 1:2 Entry 1 has no "task".',
    ],
    'an issue that is a text': [
      lines(entry(1, { issue: '12' })),
      'error 2:12 "issue" of entry 1 must be a whole number of at least 1, not "12".',
    ],
    'an issue that is a fraction': [lines(entry(1.5)), 'error 2:12 "issue" of entry 1 must be a whole number of at least 1, not 1.5.'],
    'issue 0': [lines(entry(0)), 'error 2:12 "issue" of entry 1 must be a whole number of at least 1, not 0.'],
    'a task that is a list': [lines(entry(1, { task: ['a'] })), 'error 2:39 "task" of entry 1 must be a text, not a list.'],
    'an empty task': [lines(entry(1, { task: '' })), 'error 2:39 "task" of entry 1 must be a text, not an empty one.'],
    'a description of null': [lines(entry(1, { description: null })), 'error 2:60 "description" of entry 1 must be a text, not null.'],
    'what it does not know': [
      lines(entry(1, { max_runtime: 5 })),
      'warning 2:46 "max_runtime" of entry 1 means nothing here and is left out.',
    ],
    'an issue that is there twice': [
      lines(entry(1), entry(2), entry(1, { branch: 'b' })),
      'error 4:3 Issue 1 is there twice, in lines 2 and 4.',
    ],
    'a branch that is there twice': [
      lines(entry(1), entry(2, { branch: 'feat/1' })),
      'error 3:3 Branch feat/1 is there twice, in lines 2 and 3: two agents cannot commit on one branch.',
    ],
  };
  for (const [what, [text, ...problems]] of Object.entries(bad)) {
    it(`tells ${what}, and where`, () => {
      assert.deepEqual(problemsOf(text), problems);
      const isBad = problems.some(problem => problem.startsWith('error'));
      assert.equal(parse(text).entries.length, isBad ? 0 : 1, 'all of it or nothing');
    });
  }

  it('refuses names that git would not take for a branch', () => {
    const names = [
      'a b',
      'a..b',
      '-a',
      'a~1',
      'a^',
      'a:b',
      'a?',
      'a*',
      'a[',
      'a\\b',
      'a@{b',
      '/a',
      'a/',
      'a//b',
      '.a',
      'a/.b',
      'a.lock',
      'a.lock/b',
      'a.',
      '@',
      'HEAD',
      'a\tb',
    ];
    for (const branch of names) {
      assert.match(problemsOf(lines(entry(1, { branch })))[0] ?? '', /^error 2:23 "branch" of entry 1 cannot be a branch's name: /, branch);
    }
    for (const branch of ['a', 'feat/x-1', 'ü', 'a.b', 'lock', 'a@b', 'refs/x']) {
      assert.deepEqual(problemsOf(lines(entry(1, { branch }))), [], branch);
    }
  });

  it('is as a plan one stage of threads that depend on nothing', () => {
    const plan = multitaskPlan(parse(lines(entry(12, { description: 'Two\nlines' }))).entries, file);
    const at = { file, line: 2, column: 3 };
    assert.deepEqual(plan.stages[0]?.threads, [
      {
        key: '12',
        title: 'Two lines',
        at,
        summary: 'Two lines',
        details: 'Do 12\n\nIts branch in multitask.json: feat/12',
        dependsOn: [],
        files: [],
        tasks: [{ key: '12', title: 'Two lines', status: 'pending', at }],
      },
    ]);
  });
});

describe('A multitask list in Markdown', () => {
  const list = 'multitask.md';

  it('has an entry a line, among prose, with indented lines that go on', () => {
    const text =
      '\uFEFF# Next\r\n\r\n- #123 (feat/x): Add a thing\r\n  with care\r\n\r\n  and tests\r\n\r\nProse.\r\n  Indented prose.\r\n* #7 (fix): Seven\r\n- another item\r\n';
    const { entries, problems } = parseMultitask(text, list);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      entries.map(({ issue, branch, task, description, at }) => ({ issue, branch, task, description, line: at.line })),
      [
        { issue: 123, branch: 'feat/x', task: 'Add a thing\nwith care\nand tests', description: 'Issue #123', line: 3 },
        { issue: 7, branch: 'fix', task: 'Seven', description: 'Issue #7', line: 10 },
      ],
    );
  });

  it('tells what is wrong, and where', () => {
    const text = '- #1 feat/x: A\n- #2 (a b): B\n- #3 (c):\n- #0 (d): D\n- #5 (e): E\n- #5 (e): E\n- #x (f): F\n';
    assert.deepEqual(problemsOf(text, list), [
      'error 1:1 "- #1 feat/x: A" is no entry: write "- #123 (branch): what to do".',
      'error 7:1 "- #x (f): F" is no entry: write "- #123 (branch): what to do".',
      "error 2:1 The branch of issue 2 cannot be a branch's name: it has a space or one of ~ ^ : ? * [ \\ in it.",
      'error 3:1 Issue 3 says nothing of what to do.',
      'error 4:1 An issue is a whole number of at least 1.',
      'error 6:1 Issue 5 is there twice, in lines 5 and 6.',
      'error 6:1 Branch e is there twice, in lines 5 and 6: two agents cannot commit on one branch.',
    ]);
    assert.deepEqual(problemsOf('Prose.\n', list), ['error 1:1 There is no line like "- #123 (branch): what to do" in it.']);
  });
});
