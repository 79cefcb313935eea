import * as vscode from 'vscode';
import type { BudgetAsk } from '../domain/tree/nodes';
import type { BudgetAsks } from '../runtime/run/budgetAsks';
import { budgetAnswer, budgetChoices, budgetText } from '../views/budgetQuestion';

/** Lets a person say whether agents may go on although their budget is spent. */
export async function answerBudget(budgets: Pick<BudgetAsks, 'answer'>, ask: BudgetAsk): Promise<void> {
  const choices = budgetChoices();
  const items = [
    { label: choices.goOn, description: vscode.l10n.t('without a limit for the rest of this run'), choice: 'goOn' as const },
    { label: choices.raise, description: vscode.l10n.t('for this run'), choice: 'raise' as const },
    { label: choices.stop, description: vscode.l10n.t('what was done is kept'), choice: 'stop' as const },
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title: ask.tasks.join(', '),
    placeHolder: budgetText(ask),
    ignoreFocusOut: true,
  });
  const answer = chosen && (await budgetAnswer(chosen.choice, ask));
  if (answer) budgets.answer(ask.id, answer);
}
