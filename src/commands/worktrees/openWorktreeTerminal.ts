import * as vscode from 'vscode';
import { CommandId } from '../../contributions';
import type { RegisterCommand } from '../commandServices';
import { registerCommand } from '../registerCommand';
import { labelOf, pickWorktree } from './pickWorktree';

/** Opens the user's shell in a worktree. */
export const registerOpenWorktreeTerminal: RegisterCommand = services =>
  registerCommand(CommandId.openWorktreeTerminal, services, async argument => {
    const picked = await pickWorktree(services, argument, vscode.l10n.t('Choose the worktree to open a terminal in'));
    if (!picked) return;
    vscode.window.createTerminal({ name: labelOf(picked.worktree), cwd: picked.worktree.path }).show(); // the user's from now on
  });
