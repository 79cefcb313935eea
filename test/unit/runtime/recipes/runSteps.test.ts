import assert from 'node:assert/strict';
import type { RecipeStep } from '../../../../src/domain/recipes/recipe';
import { RecipeError } from '../../../../src/runtime/recipes/recipeError';
import { mostOutput, runSteps, type StepWorld } from '../../../../src/runtime/recipes/runSteps';

const bash = (text: string, output?: string): RecipeStep => ({ id: text, kind: 'bash', text, output });
const agent = (text: string, output?: string): RecipeStep => ({ id: text, kind: 'agent', text, output });

/** Notes what it is asked; `ends` are given in order. */
function world(
  ends: readonly (string | undefined | { readonly exitCode?: number; readonly timedOut?: boolean; readonly output?: string })[],
) {
  const asked: unknown[] = [];
  const left = [...ends];
  const its: StepWorld = {
    bash(number, command, env, limit) {
      asked.push([number, command, env, limit]);
      const end = left.shift();
      const { exitCode = 0, timedOut = false, output = '' } = typeof end === 'object' ? end : { output: end };
      return Promise.resolve({ exitCode, timedOut, output });
    },
    agent(number, text) {
      asked.push([number, text]);
      const end = left.shift();
      return Promise.resolve(typeof end === 'object' ? end.output : end);
    },
  };
  return { its, asked };
}

const limits = { bash: 120, agent: 300 };

describe('The steps of a recipe', () => {
  it('are carried out in order, each with what the ones before it gave', async () => {
    const { its, asked } = world([' 42 passed\n', 'All good.\n', '']);
    const steps = [bash('npm test -- {{branch}}', 'tests'), agent('Look at {{tests}}.', 'said'), bash('echo "{{said}}"')];
    assert.equal(await runSteps(steps, { branch: 'feat/x' }, its, limits), true);
    assert.deepEqual(asked, [
      [1, 'npm test -- ${WORK_VAR_branch}', { WORK_VAR_branch: 'feat/x' }, 120_000],
      [2, 'Look at 42 passed.'],
      [3, 'echo "${WORK_VAR_said}"', { WORK_VAR_said: 'All good.' }, 120_000],
    ]);
  });

  it('end at a command that fails or takes too long: nothing after it is run', async () => {
    for (const [end, message] of [
      [{ exitCode: 3, output: 'line\n\u001b[31mred\u001b[0m' }, 'Step "false" ended with exit code 3: line\nred'],
      [{ timedOut: true }, 'Step "false" did not end within 120 seconds.'],
    ] as const) {
      const { its, asked } = world([end]);
      await assert.rejects(runSteps([bash('false'), bash('never')], {}, its, limits), new RecipeError(message));
      assert.equal(asked.length, 1);
    }
  });

  it('end without a word when the agent stopped for good', async () => {
    const { its, asked } = world([undefined]);
    assert.equal(await runSteps([agent('a'), bash('never')], {}, its, limits), false);
    assert.equal(asked.length, 1);
  });

  it('hand on no more of an output than a prompt should hold: its end', async () => {
    const { its, asked } = world([`${'x'.repeat(mostOutput)}end`, '']);
    await runSteps([bash('a', 'out'), agent('{{out}}')], {}, its, limits);
    const [, text] = asked[1] as [number, string];
    assert.equal(text.length, mostOutput);
    assert.ok(text.endsWith('xend'));
  });

  it('are stopped by their own limit, which says which step it was', async () => {
    const waiting: StepWorld = {
      bash: () => Promise.reject(new Error('none')),
      agent: (_number, _text, limit) => new Promise((_, reject) => limit.addEventListener('abort', () => reject(limit.reason as Error))),
    };
    await assert.rejects(
      runSteps([agent('think')], {}, waiting, { bash: 1, agent: 0.05 }),
      new RecipeError('Step "think" did not end within 0.05 seconds.'),
    );
  });
});
