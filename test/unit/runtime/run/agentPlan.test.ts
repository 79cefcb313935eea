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

  it('warns of each recipe that cannot be followed, with the first step for an agent that cannot work', () => {
    const plan = new AgentPlan(file, known, []);
    const { problems, warnings } = plan.checkSteps([...recipes, { thread: '01.01.03', recipe: 'r', steps: steps.slice(3) }]);
    assert.deepEqual(problems, [], 'other threads go on');
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ['no-model', 'unknown-agent'],
    );
    assert.match(
      warnings[0]?.message ?? '',
      /^Step "ship" of the recipe release of thread 01\.01\.01 is for agent "shipper": .* has no model that the opencode server knows/,
    );
    assert.match(warnings[1]?.message ?? '', /^Step "tell" of the recipe r of thread 01\.01\.03 is for agent "nobody": .* not found/);
    assert.deepEqual(
      recipes.map(recipe => plan.faultyStep(recipe)),
      [warnings[0], undefined],
    );
  });

  it('finds nothing wrong with models where no server says which there are', () => {
    const { warnings } = new AgentPlan(file, undefined, []).checkSteps(recipes);
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ['unknown-agent'],
    );
  });
});
