import * as vscode from 'vscode';
import { DisposableStore } from '../common/disposables';
import { Setting } from '../contributions';
import type { BudgetAsk } from '../domain/tree/nodes';
import type { BudgetAsks } from '../runtime/run/budgetAsks';
import { budgetAnswer, budgetChoices, budgetText } from './budgetQuestion';
import type { ErrorHandler } from './errors';

/** Says that a budget is nearly spent, and asks once of each that is spent; the row in the tree goes on asking. */
export class BudgetNotice implements vscode.Disposable {
  private readonly owned = new DisposableStore();
  private asked = new Set<string>();

  constructor(
    private readonly budgets: Pick<BudgetAsks, 'pending' | 'onDidChange' | 'onDidWarn' | 'answer'>,
    private readonly onError: ErrorHandler,
  ) {
    this.owned.add(budgets.onDidChange(() => this.look()));
    this.owned.add(
      budgets.onDidWarn(figures => {
        if (isWanted()) void vscode.window.showWarningMessage(vscode.l10n.t('Budget nearly spent: {0}', budgetText(figures)));
      }),
    );
    this.look();
  }

  dispose(): void {
    this.owned.dispose();
  }

  private look(): void {
    const { pending } = this.budgets;
    const asked = this.asked;
    this.asked = new Set(pending.map(({ id }) => id));
    if (!isWanted()) return;
    for (const ask of pending.filter(({ id }) => !asked.has(id))) {
      this.ask(ask).catch((error: unknown) => this.onError(error, 'asking about a budget'));
    }
  }

  private async ask(ask: BudgetAsk): Promise<void> {
    const choices = budgetChoices();
    const message = vscode.l10n.t('Budget reached: {0} Nothing new begins until you answer.', budgetText(ask));
    const chosen = await vscode.window.showWarningMessage(message, choices.goOn, choices.raise, choices.stop);
    const choice = (['goOn', 'raise', 'stop'] as const).find(each => choices[each] === chosen);
    const answer = choice && (await budgetAnswer(choice, ask));
    if (answer) this.budgets.answer(ask.id, answer);
  }
}

const isWanted = () => vscode.workspace.getConfiguration().get<string>(Setting.notifications) !== 'none';
