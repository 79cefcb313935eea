import * as vscode from 'vscode';
import { bareThreads, type BatchRepair } from '../../domain/plan/bareThreads';
import type { PlanSource } from '../planSource';
import { planSelector, repositoryOfPlan } from './planFiles';

/** Puts threads that stand directly in a stage, which no reader of plans sees, into a batch. */
export class PlanQuickFixes implements vscode.CodeActionProvider {
  constructor(private readonly source: PlanSource) {}

  static register(source: PlanSource): vscode.Disposable {
    return vscode.languages.registerCodeActionsProvider(planSelector, new PlanQuickFixes(source), {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    });
  }

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range, { diagnostics }: vscode.CodeActionContext): vscode.CodeAction[] {
    if (!repositoryOfPlan(this.source, document.uri)) return [];
    return bareThreads(document.getText())
      .filter(({ lines }) => lines.some(line => line - 1 >= range.start.line && line - 1 <= range.end.line))
      .map(repair => actionOf(document, repair, diagnostics));
  }
}

function actionOf(document: vscode.TextDocument, repair: BatchRepair, diagnostics: readonly vscode.Diagnostic[]): vscode.CodeAction {
  const { stage, batch, heading, above, deepen, lines } = repair;
  const title =
    heading === undefined
      ? vscode.l10n.t('Put into batch {0} of stage {1}', batch, stage)
      : vscode.l10n.t('Wrap the threads of stage {0} in batch {1}', stage, batch);
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.edit = new vscode.WorkspaceEdit();
  if (heading !== undefined) action.edit.insert(document.uri, new vscode.Position(above - 1, 0), `${heading}\n\n`);
  for (const line of deepen) {
    const at = document.lineAt(line - 1).firstNonWhitespaceCharacterIndex;
    action.edit.insert(document.uri, new vscode.Position(line - 1, at), '#');
  }
  action.diagnostics = diagnostics.filter(({ range }) => lines.includes(range.start.line + 1));
  action.isPreferred = true;
  return action;
}
