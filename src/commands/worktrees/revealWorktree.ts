import * as vscode from 'vscode';
import { CommandId } from '../../contributions';
import type { RegisterCommand } from '../commandServices';
import { registerCommand } from '../registerCommand';
import { pickWorktree } from './pickWorktree';

/** Shows a worktree's folder in the system's file manager. */
export const registerRevealWorktree: RegisterCommand = services =>
  registerCommand(CommandId.revealWorktree, services, async argument => {
    const picked = await pickWorktree(services, argument, vscode.l10n.t('Choose the worktree to reveal'));
    if (picked) await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(picked.worktree.path));
  });
