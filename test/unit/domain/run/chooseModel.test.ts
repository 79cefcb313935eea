import assert from 'node:assert/strict';
import { chooseModels, isEarlyFailure } from '../../../../src/domain/run/chooseModel';

const agent = (...models: string[]) => ({ name: 'backend', description: '', bestFor: '', models: models.map(text => ({ text })) });
const knows = (...names: string[]) => ({ has: (provider: string, model: string) => names.includes(`${provider}/${model}`) });

describe('chooseModels', () => {
  it('uses the server’s default model for an agent without a definition', () => {
    assert.deepEqual(chooseModels(undefined, knows()), { models: [null], warnings: [], problem: undefined });
  });

  it('keeps the order and splits at the first slash only', () => {
    assert.deepEqual(chooseModels(agent('a/b/c', 'd/e'), undefined).models, [
      { providerID: 'a', modelID: 'b/c' },
      { providerID: 'd', modelID: 'e' },
    ]);
  });

  it('skips what is no model name and what the server does not know, with a warning each', () => {
    const choice = chooseModels(agent('plain', 'lab/unknown', 'lab/known'), knows('lab/known'));
    assert.deepEqual(choice.models, [{ providerID: 'lab', modelID: 'known' }]);
    assert.equal(choice.warnings.length, 2);
    assert.match(choice.warnings[0] ?? '', /"plain" is not in provider\/model format/);
    assert.match(choice.warnings[1] ?? '', /does not know model "lab\/unknown"/);
    assert.equal(choice.problem, undefined);
  });

  it('is a problem when no model is left', () => {
    assert.match(chooseModels(agent('lab/unknown'), knows()).problem ?? '', /Agent "backend" has no model/);
  });
});

describe('isEarlyFailure', () => {
  const cases: readonly [string, boolean, Parameters<typeof isEarlyFailure>[1], boolean][] = [
    ['a missing key', false, { name: 'APIError', message: '', statusCode: 401 }, true],
    ['an unknown model', false, { name: 'UnknownError', message: 'Model not found: lab/nope.' }, true],
    ['a rate limit after opencode’s own retries', false, { name: 'APIError', message: '', statusCode: 429 }, true],
    ['a broken provider', false, { name: 'APIError', message: '', statusCode: 503 }, true],
    ['a bad request', false, { name: 'APIError', message: '', statusCode: 400 }, false],
    ['a missing key after the first words', true, { name: 'APIError', message: '', statusCode: 401 }, false],
    ['an abort', false, { name: 'MessageAbortedError', message: '' }, false],
    ['no error', false, undefined, false],
  ];
  for (const [what, sawOutput, error, expected] of cases) {
    it(`${expected ? 'hands over to the next model' : 'does not hand over'} after ${what}`, () => {
      assert.equal(isEarlyFailure(sawOutput, error), expected);
    });
  }
});
