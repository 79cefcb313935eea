import { DisposableStore } from '../common/disposables';
import type { Disposable } from '../common/event';
import { amount, budgetSentence, parseLimit, raised, type BudgetAnswer, type BudgetKind } from '../domain/run/budget';
import type { BudgetAsk } from '../domain/tree/nodes';
import type { BudgetAsks } from '../runtime/run/budgetAsks';
import type { Io } from './commandLine';

/** The flag that gives a run another budget. */
const flags: Readonly<Record<BudgetKind, string>> = { turns: '--turns-per-task', cost: '--cost-limit' };

/** Asks the person at the terminal whether agents may go on although a budget is spent; where nobody is, they stop, and it says what to do. */
export function answerBudgets(
  budgets: Pick<BudgetAsks, 'pending' | 'onDidChange' | 'answer'>,
  io: Pick<Io, 'ask' | 'out' | 'err' | 'isTerminal'>,
): Disposable {
  const subscriptions = new DisposableStore();
  let asked = new Set<string>();
  let turn: Promise<unknown> = Promise.resolve();
  const look = () => {
    const { pending } = budgets;
    const fresh = pending.filter(({ id }) => !asked.has(id));
    asked = new Set(pending.map(({ id }) => id));
    for (const ask of fresh) {
      turn = turn
        .then(async () => budgets.answer(ask.id, await answerTo(ask, io)))
        .catch((error: unknown) => io.err(`warning: nobody answered: ${error instanceof Error ? error.message : String(error)}\n`));
    }
  };
  subscriptions.add(budgets.onDidChange(look));
  look();
  return subscriptions;
}

async function answerTo(ask: BudgetAsk, io: Pick<Io, 'ask' | 'out' | 'isTerminal'>): Promise<BudgetAnswer> {
  const { budget, spent, limit } = ask;
  const next = raised(budget, spent, limit);
  const what = `Budget reached: ${budgetSentence(ask)}`;
  for (;;) {
    const reply = await io.ask(`${what} — [g]o on without a limit, [r]aise to ${amount(budget, next)} or to a number you type, [s]top: `);
    if (reply === undefined) {
      const other = budget === 'turns' ? String(next) : next.toFixed(2);
      io.out(`${what}. Nobody is here to answer, so nothing goes on. To allow more, run it again with ${flags[budget]} ${other}.\n`);
      return { answer: 'stop', by: 'work' };
    }
    const word = reply.trim().toLowerCase();
    if (['g', 'go', 'go on'].includes(word)) return { answer: 'goOn' };
    if (['s', 'stop'].includes(word)) return { answer: 'stop' };
    const to = ['r', 'raise'].includes(word) ? next : parseLimit(budget, word.replace(/^r(aise)?\s+(to\s+)?/, ''), spent);
    if (to !== undefined) return { answer: 'raise', limit: to };
    io.out(`Type g, r or s, or a number above ${amount(budget, spent)}.\n`);
  }
}
