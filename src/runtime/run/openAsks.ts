import type { Event } from '../../common/event';
import type { AgentAsk, Ask } from '../../domain/tree/nodes';
import type { BudgetAsks } from './budgetAsks';

/** Everything that waits for a person. */
export type OpenAsks = { readonly pending: readonly Ask[]; readonly onDidChange: Event<unknown> };

/** What agents ask, and the budgets of one repository that are spent. */
export function openAsks(
  agents: { readonly pending: readonly AgentAsk[]; readonly onDidChange: Event<unknown> },
  budgets: Pick<BudgetAsks, 'pending' | 'onDidChange'>,
  root: string,
): OpenAsks {
  return {
    get pending() {
      return [...agents.pending, ...budgets.pending.filter(ask => ask.root === root)];
    },
    onDidChange: listener => {
      const both = [agents.onDidChange(listener), budgets.onDidChange(listener)];
      return { dispose: () => both.forEach(each => each.dispose()) };
    },
  };
}
