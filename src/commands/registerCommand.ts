import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { CommandServices } from './commandServices';

/** What an untrusted workspace allows: looking. */
const harmless: readonly CommandId[] = [
  CommandId.showLog,
  CommandId.showJournal,
  CommandId.refresh,
  CommandId.goToPlan,
  CommandId.openCompletion,
  CommandId.openReportMarkdown,
  CommandId.copyReport,
  CommandId.openChanges,
  CommandId.openReviewedFile,
  CommandId.refreshWorktrees,
  CommandId.revealWorktree,
];

/** Registers a command whose faults go to the one place that shows them. `argument` is the row it was invoked on, if any. */
export function registerCommand(
  id: CommandId,
  { onError }: CommandServices,
  run: (argument: unknown) => Promise<void> | void,
): vscode.Disposable {
  return vscode.commands.registerCommand(id, async (argument: unknown) => {
    if (!vscode.workspace.isTrusted && !harmless.includes(id)) {
      await sayUntrusted();
      return;
    }
    try {
      await run(argument);
    } catch (error) {
      onError(error, id);
    }
  });
}

async function sayUntrusted(): Promise<void> {
  const manage = vscode.l10n.t('Manage Workspace Trust');
  const message = vscode.l10n.t('This workspace is not trusted: plans and reports are shown, nothing is run or written.');
  if ((await vscode.window.showWarningMessage(message, manage)) === manage) {
    await vscode.commands.executeCommand('workbench.trust.manage');
  }
}
