import path from 'node:path';
import * as vscode from 'vscode';
import type { Disposable } from '../common/event';
import type { RepositorySnapshot } from '../domain/tree/nodes';
import type { TypedPlans } from './planEditor/typedPlans';
import type { PlanSource } from './planSource';

type Problem = { readonly severity: 'error' | 'warning'; readonly message: string; readonly line?: number; readonly column?: number };

/** Problems of plans and state files, in the Problems view and under the text they are in. */
export class WorkDiagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('work'); // disposed below
  private readonly subscriptions: readonly Disposable[];
  private shown = new Map<string, string>();

  /** What `typed` says of a plan goes before what the plan's file says. */
  constructor(
    private readonly source: PlanSource,
    private readonly typed: Pick<TypedPlans, 'diagnostics' | 'onDidChange'>,
  ) {
    this.subscriptions = [source.onDidChange(() => this.update()), typed.onDidChange(() => this.update())];
    this.update();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.collection.dispose();
  }

  private update(): void {
    const now = new Map<string, string>();
    const open = new Map(vscode.workspace.textDocuments.map(document => [document.uri.fsPath, document]));
    for (const [file, problems] of problemsByFile(this.source.repositories, this.typed.diagnostics)) {
      const diagnostics = problems.map(problem => diagnosticOf(problem, open.get(file)));
      const said = JSON.stringify(diagnostics);
      now.set(file, said);
      if (this.shown.get(file) !== said) this.collection.set(vscode.Uri.file(file), diagnostics);
    }
    for (const file of this.shown.keys()) if (!now.has(file)) this.collection.delete(vscode.Uri.file(file));
    this.shown = now;
  }
}

function problemsByFile(
  repositories: readonly RepositorySnapshot[],
  typed: ReadonlyMap<string, readonly Problem[]>,
): ReadonlyMap<string, readonly Problem[]> {
  const files = new Map<string, Problem[]>([...typed].map(([file, problems]) => [file, [...problems]]));
  const add = (file: string, problem: Problem) => void files.set(file, [...(files.get(file) ?? []), problem]);
  for (const { root, problems, stream } of repositories) {
    for (const problem of [...problems, ...(stream?.problems ?? [])]) add(path.resolve(root, problem.file), problem);
    const plan = path.join(stream?.folder ?? root, 'PLAN.md');
    if (!typed.has(plan)) for (const problem of stream?.diagnostics ?? []) add(plan, problem);
  }
  return files;
}

/** The text of its line, without the space around it; the whole line of a file that is not open. */
function diagnosticOf({ severity, message, line = 1, column }: Problem, document: vscode.TextDocument | undefined): vscode.Diagnostic {
  const at = Math.max(0, line - 1);
  const text = document && at < document.lineCount ? document.lineAt(at) : undefined;
  const from = column === undefined ? (text?.firstNonWhitespaceCharacterIndex ?? 0) : Math.max(0, column - 1);
  const to = text ? Math.max(from, text.text.trimEnd().length) : Number.MAX_SAFE_INTEGER;
  const range = new vscode.Range(at, from, at, to);
  const diagnostic = new vscode.Diagnostic(
    range,
    message,
    severity === 'error' ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning,
  );
  diagnostic.source = 'Work';
  return diagnostic;
}
