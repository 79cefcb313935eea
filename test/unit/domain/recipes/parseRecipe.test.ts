import assert from 'node:assert/strict';
import { parseRecipe } from '../../../../src/domain/recipes/parseRecipe';
import { isRecipeName } from '../../../../src/domain/recipes/recipe';

const file = 'work/recipes/ship.yaml';
const parse = (text: string) => parseRecipe(text, 'ship', file);
const problemsOf = (text: string) =>
  parse(text).problems.map(({ severity, message, at }) => `${severity} ${at?.line}:${at?.column} ${message}`);

describe('A recipe', () => {
  const good = [
    '- id: clarify',
    '  agent: writer',
    '  prompt: "Analyze: {{task_description}}"',
    '  output: requirements',
    '- bash: npm test -- {{ branch }}',
    '  output: tests',
    '- type: agent',
    '  prompt: |',
    '    Build {{requirements}} after',
    '    {{tests}}',
    '- type: bash',
    '  command: echo ok',
    '',
  ].join('\n');
  const steps = [
    { id: 'clarify', kind: 'agent', text: 'Analyze: {{task_description}}', agent: 'writer', output: 'requirements' },
    { id: '2', kind: 'bash', text: 'npm test -- {{ branch }}', output: 'tests' },
    { id: '3', kind: 'agent', text: 'Build {{requirements}} after\n{{tests}}\n', output: undefined },
    { id: '4', kind: 'bash', text: 'echo ok', output: undefined },
  ];

  it('is a list of steps in either spelling, or a map with the list under "steps"', () => {
    assert.deepEqual(parse(good), { recipe: { name: 'ship', steps }, problems: [] });
    const indented = good.replace(/^(?=.)/gm, '  ');
    assert.deepEqual(parse(`name: ship\ndescription: Ships.\nsteps:\n${indented}`), { recipe: { name: 'ship', steps }, problems: [] });
    assert.deepEqual(parse(`\uFEFF${good.replaceAll('\n', '\r\n')}`).recipe, { name: 'ship', steps });
  });

  it('takes what an alias stands for', () => {
    assert.deepEqual(
      parse('- bash: &it echo ok\n- bash: *it\n').recipe?.steps.map(({ text }) => text),
      ['echo ok', 'echo ok'],
    );
  });

  const bad: Readonly<Record<string, readonly [text: string, ...problems: readonly string[]]>> = {
    'an empty file': ['', 'error 1:1 A recipe is a list of steps.'],
    'an empty list': ['[]', 'error 1:1 This recipe has no steps.'],
    'one text': ['echo ok', 'error 1:1 A recipe is a list of steps.'],
    'steps that are no list': ['steps: 1\n', 'error 1:8 A recipe is a list of steps.'],
    'a tab for a space': ['steps:\n\t- bash: a\n', 'error 2:1 This is not YAML: Tabs are not allowed as indentation'],
    'a step that is a text': ['- echo ok\n', 'error 1:3 Step 1 must have "bash" or "prompt".'],
    'both kinds at once': ['- bash: a\n  prompt: b\n', 'error 1:3 Step 1 must have either "bash" or "prompt".'],
    'neither kind': ['- id: a\n', 'error 1:3 Step 1 must have either "bash" or "prompt".'],
    'an unknown type': ['- type: python\n  command: a\n', 'error 1:9 The type of step 1 must be "bash" or "agent", not "python".'],
    'an agent without words': ['- agent: a\n', 'error 1:3 Step 1 has no "prompt".'],
    'a number for a command': ['- bash: 12\n', 'error 1:9 "bash" of step 1 must be a text.'],
    'an empty prompt': ['- prompt: ""\n', 'error 1:11 "prompt" of step 1 must be a text.'],
    'an id that is there twice': ['- id: a\n  bash: a\n- id: a\n  bash: b\n', 'error 3:7 Step "a" is there twice.'],
    'an output that is no name': [
      '- bash: a\n  output: a-b\n',
      'error 2:11 The output of step 1 must be a name of letters, digits and "_", not "a-b".',
    ],
    'an output that hides what is given': [
      '- bash: a\n  output: task\n',
      'error 2:11 The output of step 1 cannot be called "task": that is a variable that every step is given.',
    ],
    'an unknown key': ['- bash: a\n  retries: 3\n', 'warning 2:3 "retries" of step 1 means nothing here and is left out.'],
  };
  for (const [what, [text, ...problems]] of Object.entries(bad)) {
    it(`tells ${what}, and where`, () => {
      assert.deepEqual(problemsOf(text), problems);
      assert.equal(
        parse(text).recipe === undefined,
        problems.some(problem => problem.startsWith('error')),
      );
    });
  }

  it('refuses a variable that nothing before the step gives, its own output too', () => {
    const names = 'task, task_description, description, issue, branch, worktree, repo_path';
    assert.deepEqual(problemsOf('- bash: echo {{later}}\n- bash: a\n  output: later\n'), [
      `error 1:9 Step "1" uses {{later}}, which nothing before it gives. It can use: ${names}.`,
    ]);
    assert.deepEqual(problemsOf('- bash: echo {{own}}\n  output: own\n').length, 1);
  });

  it('never throws, whatever the text is', () => {
    for (const text of ['{', '- *gone', '- bash: !!binary x', '? [a]\n: b', '- ? x\n', '%YAML 9\n---\n', '- {}', 'null']) {
      const { recipe, problems } = parse(text);
      assert.equal(recipe, undefined, text);
      assert.ok(problems.length > 0, text);
    }
  });

  it('has a name that leads nowhere else', () => {
    assert.deepEqual(['ship', 'default-workflow', 'v1.2_x'].map(isRecipeName), [true, true, true]);
    assert.deepEqual(['', '.', '..', '../x', 'a/b', 'a\\b', 'C:x', 'a b', '.x'].map(isRecipeName), Array(9).fill(false));
  });
});
