import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { parseAgentsYaml } from '../../../../src/domain/agentFiles/parseAgentsYaml';
import { samplesFolder } from '../../../support/samples';

const problemsOf = (text: string) =>
  parseAgentsYaml(text).problems.map(({ severity, line, column, message }) => `${line}:${column ?? 0} ${severity} ${message}`);
const agent = (fields: string) => `agents:\n  - name: a\n    description: d\n    best_for: b\n${fields}`;

describe('parseAgentsYaml', () => {
  it('reads agents with their models in order, a variant where one is named', () => {
    const text = `agents:
  - name: default
    description: General.
    best_for: Everything.
    models:
      [
        anthropic/claude-sonnet-4-5,
        { model: openai/gpt/5, variant: high },
      ]
synthesis_agents: nonsense
execution: { port: 1 }
`;
    assert.deepEqual(parseAgentsYaml(text), {
      agents: [
        {
          name: 'default',
          description: 'General.',
          bestFor: 'Everything.',
          models: [{ text: 'anthropic/claude-sonnet-4-5' }, { text: 'openai/gpt/5', variant: 'high' }],
        },
      ],
      problems: [],
    });
  });

  it('keeps a model without a provider, with a warning where it stands', () => {
    const text = agent('    models: [plain, p/m]\n');
    assert.deepEqual(parseAgentsYaml(text).agents[0]?.models, [{ text: 'plain' }, { text: 'p/m' }]);
    assert.deepEqual(problemsOf(text), ['5:14 warning Agent "a": model "plain" is not in provider/model format']);
  });

  it('follows anchors', () => {
    const text = `${agent('    models: &m [p/m]\n')}  - name: z\n    description: d\n    best_for: b\n    models: *m\n`;
    assert.deepEqual(parseAgentsYaml(text).agents.map(({ models }) => models), [[{ text: 'p/m' }], [{ text: 'p/m' }]]); // prettier-ignore
  });

  const refused: readonly [string, string, readonly string[]][] = [
    ['an empty file', '', ['1:1 error Invalid YAML: expected object at root']],
    ['a list', '- a\n', ['1:1 error Invalid YAML: expected object at root']],
    ['no agents', 'x: 1\n', [`1:1 error Invalid YAML: expected 'agents' array at root`]],
    ['agents that are no list', 'agents: {}\n', [`1:9 error Invalid YAML: expected 'agents' array at root`]],
    ['an agent that is text', 'agents:\n  - x\n', ['2:5 error Agent 1: expected object']],
    ['an agent without a name', 'agents:\n  - description: d\n', [`2:5 error Agent 1: missing or invalid 'name'`]],
    ['an agent without a description', 'agents:\n  - name: a\n', [`2:5 error Agent "a": missing or invalid 'description'`]],
    [
      'an agent with a number for a purpose',
      'agents:\n  - name: a\n    description: d\n    best_for: 3\n',
      [`2:5 error Agent "a": missing or invalid 'best_for'`],
    ],
    ['an agent without models', agent(''), [`2:5 error Agent "a": 'models' must be a non-empty array`]],
    ['an agent with an empty list', agent('    models: []\n'), [`5:13 error Agent "a": 'models' must be a non-empty array`]],
    [
      'an agent with no usable model',
      agent('    models: [3]\n'),
      [`5:14 error Agent "a": model 1 must be a string or object with 'model' field`, '5:13 error Agent "a": no valid models found'],
    ],
    [
      'broken YAML',
      'agents: [\n',
      ['2:1 error YAML parse error: Flow sequence in block collection must be sufficiently indented and end with a ]'],
    ],
  ];
  for (const [what, text, expected] of refused) {
    it(`says what is wrong with ${what}`, () => {
      assert.deepEqual(problemsOf(text), expected);
      assert.deepEqual(parseAgentsYaml(text).agents, []);
    });
  }

  it('keeps the other agents when one is wrong, and the first of two with one name', () => {
    const good = '  - { name: a, description: d, best_for: b, models: [p/m] }\n';
    const text = `agents:\n  - x\n${good}${good}`;
    assert.equal(parseAgentsYaml(text).agents.length, 1);
    assert.deepEqual(problemsOf(text), [
      '2:5 error Agent 1: expected object',
      '4:0 warning Agent "a" is defined twice; the first one is used',
    ]);
  });

  it('never throws', () => {
    const part = fc.constantFrom('agents:', '  - name: a', '    models: [a/b]', '{', '}', '[', '&a', '*a', '? ', ': ', '|', '\t', '- ', 'x', '%YAML', '---', '!!binary', '<<: *a'); // prettier-ignore
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(part).map(parts => parts.join('\n')),
        ),
        text => {
          for (const { line } of parseAgentsYaml(text).problems) assert.ok(line >= 1);
        },
      ),
    );
    assert.equal(parseAgentsYaml('['.repeat(20_000)).problems.length, 1);
  });

  const samples = samplesFolder();
  if (samples !== undefined) {
    it('reads a real file, the models without a provider named with their lines', () => {
      const text = readFileSync(path.join(samples, 'work', 'agents.yaml'), 'utf8');
      const { agents, problems } = parseAgentsYaml(text);
      assert.equal(agents[0]?.name, 'default');
      assert.ok(agents.length >= 5);
      for (const { severity, message, line } of problems) {
        assert.equal(severity, 'warning');
        assert.ok(text.split('\n')[line - 1]?.includes(/model "(.+)" is not/.exec(message)?.[1] ?? '?'));
      }
      assert.ok(problems.length > 0);
    });
  }
});
