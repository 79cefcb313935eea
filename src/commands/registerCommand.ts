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
  CommandId.showDependencies,
];

/**
 * What a command is given when VS Code no longer knows the row that was clicked: it forgets those below a row that is drawn anew until it
 * has asked for them again. Such a click is about that row and no other, above all not the selected one.
 */
const lostRow = Symbol('lost row');

/**
 * Registers a command whose faults go to the one place that shows them. `argument` is the row it was invoked on; undefined when it was
 * invoked by a key or from the palette.
 */
export function registerCommand(
  id: CommandId,
  { onError }: CommandServices,
  run: (argument: unknown) => Promise<void> | void,
): vscode.Disposable {
  return vscode.commands.registerCommand(id, async (...given: readonly unknown[]) => {
    if (!vscode.workspace.isTrusted && !harmless.includes(id)) {
      await sayUntrusted();
      return;
    }
    try {
      await run(given.length > 0 ? (given[0] ?? lostRow) : undefined);
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
