import assert from 'node:assert/strict';
import { answerBudgets } from '../../../src/cli/answerBudgets';
import { BudgetAsks } from '../../../src/runtime/run/budgetAsks';

const question = { id: 'q', root: '/r', stream: '001-a', budget: 'turns', task: '01.01.01.01', spent: 20, limit: 20 } as const;

/** What is answered when a person types these lines; undefined for nobody. */
async function answered(...replies: readonly (string | undefined)[]) {
  const budgets = new BudgetAsks({ now: () => 0 });
  const printed: string[] = [];
  const asked: string[] = [];
  const left = [...replies];
  const io = {
    isTerminal: replies[0] !== undefined,
    ask: (text: string) => {
      asked.push(text);
      return Promise.resolve(left.shift());
    },
    out: (text: string) => void printed.push(text),
    err: (text: string) => void printed.push(text),
  };
  const subscription = answerBudgets(budgets, io);
  const answer = await budgets.ask('01.01.01.01', question, new AbortController().signal);
  subscription.dispose();
  return { answer, printed: printed.join(''), asked };
}

describe('A budget that is spent, on the command line', () => {
  const table: readonly [readonly string[], unknown][] = [
    [['g'], { answer: 'goOn' }],
    [['s'], { answer: 'stop' }],
    [['r'], { answer: 'raise', limit: 40 }],
    [['25'], { answer: 'raise', limit: 25 }],
    [['r 30'], { answer: 'raise', limit: 30 }],
    [['raise to 30'], { answer: 'raise', limit: 30 }],
    [['20', 'what?', 's'], { answer: 'stop' }],
  ];
  for (const [replies, expected] of table) {
    it(`is answered by ${JSON.stringify(replies)}`, async () => assert.deepEqual((await answered(...replies)).answer, expected));
  }

  it('asks with the figures, and says what is understood', async () => {
    const { asked, printed } = await answered('x', 'g');
    assert.match(
      asked[0] ?? '',
      /^Budget reached: Task 01\.01\.01\.01 has used 20 of 20 turns — \[g\]o on .* \[r\]aise to 40 turns .* \[s\]top: $/,
    );
    assert.equal(printed, 'Type g, r or s, or a number above 20 turns.\n');
  });

  it('stops where nobody can answer, with the words to run it again', async () => {
    const { answer, printed } = await answered(undefined);
    assert.deepEqual(answer, { answer: 'stop', by: 'work' });
    assert.match(
      printed,
      /Task 01\.01\.01\.01 has used 20 of 20 turns\. Nobody is here to answer.* run it again with --turns-per-task 40\.\n$/,
    );
  });
});

describe('Budgets that wait for an answer', () => {
  const signal = () => new AbortController();

  it('are one question for all tasks that wait with it, and one answer', async () => {
    const budgets = new BudgetAsks({ now: () => 7 });
    const first = budgets.ask('b', question, signal().signal);
    const second = budgets.ask('a', question, signal().signal);
    assert.deepEqual(budgets.pending, [{ ...question, kind: 'budget', askedAt: 7, tasks: ['a', 'b'] }]);
    assert.equal(budgets.answer('q', { answer: 'goOn' }), true);
    assert.deepEqual([await first, await second], [{ answer: 'goOn' }, { answer: 'goOn' }]);
    assert.deepEqual(budgets.pending, []);
    assert.equal(budgets.answer('q', { answer: 'stop' }), false);
  });

  it('are withdrawn with the last task that is stopped', async () => {
    const budgets = new BudgetAsks({ now: () => 7 });
    const [one, other] = [signal(), signal()];
    const waiting = [budgets.ask('a', question, one.signal), budgets.ask('b', question, other.signal)];
    one.abort(new Error('stopped a'));
    await assert.rejects(waiting[0] ?? Promise.resolve(), /stopped a/);
    assert.deepEqual(
      budgets.pending.map(({ tasks }) => tasks),
      [['b']],
    );
    other.abort(new Error('stopped b'));
    await assert.rejects(waiting[1] ?? Promise.resolve(), /stopped b/);
    assert.deepEqual(budgets.pending, []);
  });
});
