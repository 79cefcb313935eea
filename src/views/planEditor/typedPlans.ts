import * as vscode from 'vscode';
import { DisposableStore } from '../../common/disposables';
import { Emitter } from '../../common/event';
import { parsePlan } from '../../domain/plan/parsePlan';
import type { Diagnostic } from '../../domain/plan/planDocument';
import type { PlanSource } from '../planSource';
import { repositoryOfPlan } from './planFiles';

/** Milliseconds without a keystroke after which a plan is read. */
const pause = 250;

/** What is wrong with the plans that are open in editors, as they stand there: saved or not, of any workstream. */
export class TypedPlans implements vscode.Disposable {
  private readonly owned = new DisposableStore();
  private readonly changed = this.owned.add(new Emitter<undefined>());
  readonly onDidChange = this.changed.event;
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  private readonly found = new Map<string, readonly Diagnostic[]>();

  constructor(private readonly source: PlanSource) {
    this.owned.add(vscode.workspace.onDidOpenTextDocument(document => this.read(document)));
    this.owned.add(vscode.workspace.onDidChangeTextDocument(({ document }) => this.readLater(document)));
    this.owned.add(vscode.workspace.onDidCloseTextDocument(document => this.forget(document)));
    this.owned.add(source.onDidChange(() => this.readUnread()));
    this.readUnread();
  }

  /** By file, for each that is open. */
  get diagnostics(): ReadonlyMap<string, readonly Diagnostic[]> {
    return this.found;
  }

  dispose(): void {
    for (const timer of this.waiting.values()) clearTimeout(timer);
    this.owned.dispose();
  }

  /** Which folders are repositories may be known only after plans were opened. */
  private readUnread(): void {
    for (const document of vscode.workspace.textDocuments) if (!this.found.has(document.uri.fsPath)) this.read(document);
  }

  private readLater(document: vscode.TextDocument): void {
    const file = document.uri.fsPath;
    if (!repositoryOfPlan(this.source, document.uri)) return;
    clearTimeout(this.waiting.get(file));
    this.waiting.set(
      file,
      setTimeout(() => this.read(document), pause),
    );
  }

  private read(document: vscode.TextDocument): void {
    if (document.isClosed || !repositoryOfPlan(this.source, document.uri)) return;
    clearTimeout(this.waiting.get(document.uri.fsPath));
    this.waiting.delete(document.uri.fsPath);
    this.found.set(document.uri.fsPath, parsePlan(document.getText()).diagnostics);
    this.changed.fire(undefined);
  }

  private forget({ uri: { fsPath } }: vscode.TextDocument): void {
    clearTimeout(this.waiting.get(fsPath));
    this.waiting.delete(fsPath);
    if (this.found.delete(fsPath)) this.changed.fire(undefined);
  }
}
