import * as vscode from 'vscode';
import { DisposableStore } from '../../common/disposables';
import { CommandId } from '../../contributions';
import { planLenses, type LensAction, type PlanLens } from '../../domain/tree/planLenses';
import type { PlanSource } from '../planSource';
import { stateIcons } from '../treeItem';
import { planSelector, streamOfPlan } from './planFiles';

const commands: Readonly<Record<LensAction, CommandId>> = {
  approvePlan: CommandId.approvePlan,
  approveStage: CommandId.approveStage,
  requestChanges: CommandId.requestChanges,
  openStageReport: CommandId.openStageReport,
  runBatch: CommandId.runBatch,
  dryRun: CommandId.dryRun,
  stop: CommandId.stop,
  focusTerminal: CommandId.focusTerminal,
  generateTasks: CommandId.generateTasks,
};

/** How the parts of a plan are doing and what can be done about them, above their headings. */
export class PlanCodeLenses implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly owned = new DisposableStore();
  private readonly changed = this.owned.add(new vscode.EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(private readonly source: PlanSource) {
    this.owned.add(source.onDidChange(() => this.changed.fire()));
    this.owned.add(vscode.languages.registerCodeLensProvider(planSelector, this));
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const shown = streamOfPlan(this.source, document.uri);
    if (!shown) return [];
    return planLenses(document.getText(), shown.stream, vscode.l10n.t).map(lens => codeLens(lens, shown.root));
  }

  dispose(): void {
    this.owned.dispose();
  }
}

function codeLens({ line, title, icon, action, id }: PlanLens, root: string): vscode.CodeLens {
  const range = new vscode.Range(line - 1, 0, line - 1, 0);
  return new vscode.CodeLens(range, {
    // VS Code draws no other space behind an icon.
    title: icon === undefined ? title : `$(${stateIcons[icon]})\u00a0${title}`,
    command: action === undefined ? '' : commands[action],
    arguments: [{ root, ...(id === undefined ? {} : { node: { id } }) }],
  });
}
