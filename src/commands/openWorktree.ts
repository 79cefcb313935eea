import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';

/** Opens the worktree of the task's latest attempt in a window of its own. */
export const registerOpenWorktree: RegisterCommand = services =>
  registerCommand(CommandId.openWorktree, services, async argument => {
    const picked = await pickNode(services, 'task', argument, vscode.l10n.t('Choose the task whose worktree to open'), task =>
      task.attempts.some(attempt => attempt.worktree !== undefined && existsSync(attempt.worktree)),
    );
    if (!picked) return;
    const folder = picked.node.attempts.flatMap(attempt => attempt.worktree ?? []).findLast(worktree => existsSync(worktree));
    if (folder === undefined) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('Task {0} has no worktree now: it was never run, or it was merged and cleaned up.', picked.node.id),
      );
      return;
    }
    await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(folder), { forceNewWindow: true });
  });
