import * as vscode from 'vscode';
import { amount, parseLimit, raised, type BudgetAnswer, type BudgetFigures } from '../domain/run/budget';

/** What is spent of which budget, as a sentence. */
export function budgetText({ budget, task, spent, limit }: BudgetFigures): string {
  if (budget === 'cost') return vscode.l10n.t('This workstream has used {0} of {1}.', amount(budget, spent), amount(budget, limit));
  return vscode.l10n.t('Task {0} has used {1} of {2} turns.', task ?? '', spent, limit);
}

/** The answers a person has, as the words of buttons. */
export const budgetChoices = () =>
  ({ goOn: vscode.l10n.t('Go On'), raise: vscode.l10n.t('Raise…'), stop: vscode.l10n.t('Stop') }) as const satisfies Record<
    BudgetAnswer['answer'],
    string
  >;

/** The answer that a choice stands for; a raise asks for the new limit. Undefined when that was dismissed. */
export async function budgetAnswer(choice: BudgetAnswer['answer'], figures: BudgetFigures): Promise<BudgetAnswer | undefined> {
  if (choice !== 'raise') return { answer: choice };
  const { budget, spent, limit } = figures;
  const typed = await vscode.window.showInputBox({
    title: budgetText(figures),
    prompt:
      budget === 'turns'
        ? vscode.l10n.t('How many turns may the task take in this run?')
        : vscode.l10n.t('How many dollars may this workstream cost in this run?'),
    value: String(raised(budget, spent, limit)),
    ignoreFocusOut: true,
    validateInput: text =>
      parseLimit(budget, text, spent) === undefined
        ? vscode.l10n.t('A number above {0}, which is spent already', amount(budget, spent))
        : undefined,
  });
  const to = typed === undefined ? undefined : parseLimit(budget, typed, spent);
  return to === undefined ? undefined : { answer: 'raise', limit: to };
}
