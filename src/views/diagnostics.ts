import path from 'node:path';
import * as vscode from 'vscode';
import type { Disposable } from '../common/event';
import type { RepositorySnapshot } from '../domain/tree/nodes';
import type { PlanSource } from './planSource';

type Problem = { readonly severity: 'error' | 'warning'; readonly message: string; readonly line?: number; readonly column?: number };

/** Problems of plans and state files, in the Problems view and under the text they are in. */
export class WorkDiagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('work'); // disposed below
  private readonly subscription: Disposable;
  private shown = new Map<string, string>();

  constructor(private readonly source: PlanSource) {
    this.subscription = source.onDidChange(() => this.update());
    this.update();
  }

  dispose(): void {
    this.subscription.dispose();
    this.collection.dispose();
  }

  private update(): void {
    const now = new Map<string, string>();
    for (const [file, problems] of problemsByFile(this.source.repositories)) {
      const said = JSON.stringify(problems);
      now.set(file, said);
      if (this.shown.get(file) !== said) this.collection.set(vscode.Uri.file(file), problems.map(diagnosticOf));
    }
    for (const file of this.shown.keys()) if (!now.has(file)) this.collection.delete(vscode.Uri.file(file));
    this.shown = now;
  }
}

function problemsByFile(repositories: readonly RepositorySnapshot[]): ReadonlyMap<string, readonly Problem[]> {
  const files = new Map<string, Problem[]>();
  const add = (file: string, problem: Problem) => void files.set(file, [...(files.get(file) ?? []), problem]);
  for (const { root, problems, stream } of repositories) {
    for (const problem of [...problems, ...(stream?.problems ?? [])]) add(path.resolve(root, problem.file), problem);
    for (const problem of stream?.diagnostics ?? []) add(path.join(stream?.folder ?? root, 'PLAN.md'), problem);
  }
  return files;
}

function diagnosticOf({ severity, message, line = 1, column }: Problem): vscode.Diagnostic {
  const from = column === undefined ? 0 : Math.max(0, column - 1);
  const range = new vscode.Range(Math.max(0, line - 1), from, Math.max(0, line - 1), Number.MAX_SAFE_INTEGER);
  const diagnostic = new vscode.Diagnostic(
    range,
    message,
    severity === 'error' ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning,
  );
  diagnostic.source = 'Work';
  return diagnostic;
}
