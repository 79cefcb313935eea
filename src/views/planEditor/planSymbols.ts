import * as vscode from 'vscode';
import { oneLine } from '../../common/text';
import { planParts, type PlanPart } from '../../domain/plan/planParts';
import type { PlanSource } from '../planSource';
import { planSelector, repositoryOfPlan } from './planFiles';

const kinds: Readonly<Record<PlanPart['kind'], vscode.SymbolKind>> = {
  stage: vscode.SymbolKind.Module,
  batch: vscode.SymbolKind.Package,
  thread: vscode.SymbolKind.Method,
};

/** Stages, batches and threads of a plan, for the outline, the breadcrumbs and *Go to Symbol*. */
export class PlanSymbols implements vscode.DocumentSymbolProvider {
  constructor(private readonly source: PlanSource) {}

  static register(source: PlanSource): vscode.Disposable {
    return vscode.languages.registerDocumentSymbolProvider(planSelector, new PlanSymbols(source), { label: vscode.l10n.t('Work Plan') });
  }

  provideDocumentSymbols(document: vscode.TextDocument): vscode.DocumentSymbol[] {
    return repositoryOfPlan(this.source, document.uri) ? planParts(document.getText()).map(part => symbolOf(document, part)) : [];
  }
}

function symbolOf(document: vscode.TextDocument, { kind, id, name, line, end, parts }: PlanPart): vscode.DocumentSymbol {
  const heading = document.lineAt(Math.min(line, document.lineCount) - 1).range;
  const last = document.lineAt(Math.min(end, document.lineCount) - 1).range.end;
  const symbol = new vscode.DocumentSymbol(`${id} ${oneLine(name)}`, '', kinds[kind], heading.with({ end: last }), heading);
  symbol.children = parts.map(part => symbolOf(document, part));
  return symbol;
}
