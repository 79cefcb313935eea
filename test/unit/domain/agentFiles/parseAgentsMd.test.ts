import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseAgentsMd } from '../../../../src/domain/agentFiles/parseAgentsMd';

const entry = (name: string, model = 'p/m') => `### ${name}\n**Description:** Does.\n**Best for:** Things.\n**Model:** ${model}\n\n`;

describe('parseAgentsMd', () => {
  it('reads the agents below their heading, fields in one paragraph or several', () => {
    const text = `# Agents\n\n### before\n\n## Agent Definitions\n\n${entry('one')}### two\n\n**Description:** A\n\n**Best for:** B\n\n**Model:** x/y/z\n\n## Notes\n\n${entry('three')}`;
    assert.deepEqual(parseAgentsMd(text), {
      agents: [
        { name: 'one', description: 'Does.', bestFor: 'Things.', models: [{ text: 'p/m' }] },
        { name: 'two', description: 'A', bestFor: 'B', models: [{ text: 'x/y/z' }] },
      ],
      problems: [],
    });
  });

  it('leaves out an agent that misses a field and says which', () => {
    const { agents, problems } = parseAgentsMd(`## Agent Definitions\n\n### half\n**Description:** A\n\n${entry('whole')}`);
    assert.deepEqual(agents.map(({ name }) => name), ['whole']); // prettier-ignore
    assert.deepEqual(problems, [
      { severity: 'error', message: 'Agent "half" is left out: it has no **Best for:**, no **Model:**', line: 3 },
    ]);
  });

  it('keeps a model without a provider, and the first of two agents with one name, each with a warning', () => {
    const { agents, problems } = parseAgentsMd(`## Agent Definitions\n\n${entry('a', 'plain')}${entry('a')}`);
    assert.deepEqual(agents.map(({ models }) => models[0]?.text), ['plain']); // prettier-ignore
    assert.deepEqual(problems.map(({ line, message }) => `${line} ${message}`), [
      '3 Agent "a" has model "plain" which is not in provider/model format (e.g., "google/gemini-3-flash-preview")',
      '8 Agent "a" is defined twice; the first one is used',
    ]); // prettier-ignore
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => void parseAgentsMd(`## Agent Definitions\n### a\n${text}`)));
  });
});
