import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { CommandServices, RegisterCommand } from './commandServices';
import { idOf, pickNode } from './pickNode';
import { registerCommand } from './registerCommand';
import { pickWorktree } from './worktrees/pickWorktree';

/** Opens a worktree in a window of its own: the row's, that of a task's latest attempt, or one that the user chooses. */
export const registerOpenWorktree: RegisterCommand = services =>
  registerCommand(CommandId.openWorktree, services, async argument => {
    const folder = idOf(argument) ? await folderOfTask(services, argument) : await folderOfWorktree(services, argument);
    if (folder === undefined) return;
    await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(folder), { forceNewWindow: true });
  });

async function folderOfWorktree(services: CommandServices, argument: unknown): Promise<string | undefined> {
  return (await pickWorktree(services, argument, vscode.l10n.t('Choose the worktree to open')))?.worktree.path;
}

async function folderOfTask(services: CommandServices, argument: unknown): Promise<string | undefined> {
  const picked = await pickNode(services, 'task', argument, vscode.l10n.t('Choose the task whose worktree to open'));
  if (!picked) return undefined;
  const folder = picked.node.attempts.flatMap(attempt => attempt.worktree ?? []).findLast(worktree => existsSync(worktree));
  if (folder === undefined) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Task {0} has no worktree now: it was never run, or it was merged and cleaned up.', picked.node.id),
    );
  }
  return folder;
}
