import assert from 'node:assert/strict';
import { AgentPlan } from '../../../../src/runtime/run/agentPlan';

describe('AgentPlan.checkSteps', () => {
  const agent = (name: string, model: string) => ({ name, description: '', bestFor: '', models: [{ text: model }] });
  const file = { source: 'yaml' as const, agents: [agent('builder', 'p/good'), agent('shipper', 'p/gone')] };
  const known = { has: (_provider: string, model: string) => model === 'good' };
  const steps = [{ id: 'build' }, { id: 'test', agent: 'builder' }, { id: 'ship', agent: 'shipper' }, { id: 'tell', agent: 'nobody' }];
  const recipes = [
    { thread: '01.01.01', recipe: 'release', steps },
    { thread: '01.01.02', recipe: null, steps: null },
  ];

  it('names each step, its recipe and thread, and the agent that cannot work', () => {
    const { problems, warnings } = new AgentPlan(file, known, []).checkSteps(recipes);
    assert.deepEqual(warnings, []);
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['no-model', 'unknown-agent'],
    );
    assert.match(
      problems[0]?.message ?? '',
      /^Step "ship" of the recipe release of thread 01\.01\.01 is for agent "shipper": .* has no model that the opencode server knows/,
    );
    assert.match(problems[1]?.message ?? '', /^Step "tell" of the recipe release of thread 01\.01\.01 is for agent "nobody": .* not found/);
  });

  it('finds nothing wrong with models where no server says which there are', () => {
    const { problems } = new AgentPlan(file, undefined, []).checkSteps(recipes);
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['unknown-agent'],
    );
  });
});
