import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  afterAnswer,
  amount,
  budgetLevel,
  budgetSentence,
  limitOf,
  parseLimit,
  raised,
  type BudgetLevel,
  type BudgetState,
} from '../../../../src/domain/run/budget';

const dollars = fc.double({ min: 0.01, max: 1000, noNaN: true });
const spentSome = fc.double({ min: 0, max: 2000, noNaN: true });

describe('A budget', () => {
  const table: readonly [number, number, BudgetLevel][] = [
    [0, 10, 'free'],
    [7, 10, 'free'],
    [8, 10, 'near'],
    [9, 10, 'near'],
    [10, 10, 'reached'],
    [11, 10, 'reached'],
    [1_000_000, Infinity, 'free'],
    [0.79, 1, 'free'],
    [0.8, 1, 'near'],
    [1, 1, 'reached'],
    [1, 2, 'free'],
  ];
  for (const [spent, limit, expected] of table) {
    it(`of ${limit} is ${expected} when ${spent} is spent`, () => assert.equal(budgetLevel(spent, limit), expected));
  }

  it('is never less spent by spending more', () => {
    const order: readonly BudgetLevel[] = ['free', 'near', 'reached'];
    fc.assert(
      fc.property(spentSome, spentSome, dollars, (some, more, limit) => {
        assert.ok(order.indexOf(budgetLevel(some + more, limit)) >= order.indexOf(budgetLevel(some, limit)));
      }),
    );
  });

  it('lets nobody who asks before each turn take more turns than it has, and all of those', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), limit => {
        let turns = 0;
        while (budgetLevel(turns, limit) !== 'reached') turns += 1;
        assert.equal(turns, limit);
      }),
    );
  });

  it('of 0 is none', () => assert.equal(limitOf(0), Infinity));

  it('that was raised stays raised for the run, unless the setting allows still more; without a limit it stays without', () => {
    fc.assert(
      fc.property(dollars, dollars, dollars, (setting, raise, later) => {
        const state = afterAnswer({ reached: true }, { answer: 'raise', limit: raise });
        assert.equal(limitOf(later, state), Math.max(later, raise));
        assert.ok(limitOf(setting, state) >= raise);
        assert.equal(limitOf(setting, afterAnswer({ reached: true }, { answer: 'goOn', limit: null })), Infinity);
      }),
    );
  });

  it('is as it was when it was stopped, and is not asked of again', () => {
    const asked: BudgetState = { reached: true, warned: 10 };
    assert.deepEqual(afterAnswer(asked, { answer: 'stop', limit: 10 }), { warned: 10, stopped: true });
  });

  it('that is raised as offered is not spent', () => {
    fc.assert(
      fc.property(fc.constantFrom('turns' as const, 'cost' as const), spentSome, dollars, (kind, some, limit) => {
        const spent = kind === 'turns' ? Math.ceil(some) : some;
        const next = raised(kind, spent, limit);
        assert.equal(budgetLevel(spent, next) === 'reached', false);
        assert.equal(parseLimit(kind, String(next), spent), next);
      }),
    );
  });

  it('takes only a number above what is spent', () => {
    const typed = (kind: 'turns' | 'cost', ...texts: readonly string[]) => texts.map(text => parseLimit(kind, text, 10));
    assert.deepEqual(typed('turns', '40', ' 40 ', '10', '9', '10.5', '', 'many'), [
      40,
      40,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    assert.deepEqual(typed('cost', '10.5', '$12', '-1', '10'), [10.5, 12, undefined, undefined]);
  });

  it('is told in turns, dollars and small amounts', () => {
    assert.deepEqual(
      [amount('turns', 1), amount('turns', 20), amount('cost', 1.5), amount('cost', 0.0123)],
      ['1 turn', '20 turns', '$1.50', '$0.0123'],
    );
    assert.equal(budgetSentence({ budget: 'turns', task: '01.01.01.01', spent: 3, limit: 3 }), 'Task 01.01.01.01 has used 3 of 3 turns');
    assert.equal(budgetSentence({ budget: 'cost', spent: 2, limit: 2 }), 'This workstream has used $2.00 of $2.00');
  });
});
