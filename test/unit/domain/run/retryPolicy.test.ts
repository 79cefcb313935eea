import assert from 'node:assert/strict';
import fc from 'fast-check';
import { outcomes } from '../../../../src/domain/outcome';
import { afterAttempt, isOverload, type AttemptEnd } from '../../../../src/domain/run/retryPolicy';

const end = (changes: Partial<AttemptEnd>): AttemptEnd => ({ outcome: 'failed', cause: 'other', early: false, ...changes });

describe('The retry policy', () => {
  const table: readonly [string, Partial<AttemptEnd>, { attempts: number; modelsLeft: number }, number, string][] = [
    ['tries an overloaded model again', { cause: 'overloaded' }, { attempts: 1, modelsLeft: 0 }, 2, 'again'],
    ['tries an agent that makes no progress again', { cause: 'stuck' }, { attempts: 1, modelsLeft: 0 }, 2, 'again'],
    ['tries what lost its worktree again', { outcome: 'interrupted', cause: undefined }, { attempts: 1, modelsLeft: 3 }, 2, 'again'],
    ['stops at the maximum', { cause: 'stuck' }, { attempts: 2, modelsLeft: 0 }, 2, 'leave'],
    ['never tries again with a maximum of one', { outcome: 'interrupted' }, { attempts: 1, modelsLeft: 0 }, 1, 'leave'],
    ['leaves what took too long', { cause: 'tooLong' }, { attempts: 1, modelsLeft: 0 }, 9, 'leave'],
    ['leaves what ran out of its budget', { cause: 'budget' }, { attempts: 1, modelsLeft: 0 }, 9, 'leave'],
    ['leaves what the agent calls blocked', { outcome: 'blocked', cause: undefined }, { attempts: 1, modelsLeft: 1 }, 9, 'leave'],
    ['leaves what a person stopped', { outcome: 'cancelled', cause: undefined }, { attempts: 1, modelsLeft: 1 }, 9, 'leave'],
    ['leaves errors it does not know', { cause: 'other' }, { attempts: 1, modelsLeft: 0 }, 9, 'leave'],
    ['hands a model that failed at once over to the next', { early: true }, { attempts: 1, modelsLeft: 1 }, 1, 'nextModel'],
    ['has no next model after the last', { early: true, cause: 'overloaded' }, { attempts: 1, modelsLeft: 0 }, 2, 'again'],
  ];
  for (const [what, changes, situation, maximumAttempts, expected] of table) {
    it(what, () => assert.equal(afterAttempt(end(changes), situation, { maximumAttempts }), expected));
  }

  it('comes to an end whatever happens', () => {
    const step = fc.record({
      outcome: fc.constantFrom(...outcomes),
      cause: fc.constantFrom('overloaded', 'stuck', 'tooLong', 'budget', 'other', undefined),
      early: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.infiniteStream(step), fc.integer({ min: 1, max: 10 }), fc.nat(4), (steps, maximumAttempts, models) => {
        let left = models;
        let attempts = 0;
        for (const happened of steps) {
          attempts += 1;
          const next = afterAttempt(happened, { attempts, modelsLeft: left }, { maximumAttempts });
          if (next === 'leave') break;
          if (next === 'nextModel') left -= 1;
          assert.ok(attempts < maximumAttempts + models, `${attempts} attempts`);
        }
      }),
    );
  });

  it('takes 408, 429 and everything from 500 on for an overload', () => {
    assert.deepEqual([408, 429, 500, 503, 529].map(isOverload), [true, true, true, true, true]);
    assert.deepEqual([undefined, 200, 400, 401, 403, 404].map(isOverload), [false, false, false, false, false, false]);
  });
});
