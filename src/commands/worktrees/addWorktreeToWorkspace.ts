import * as vscode from 'vscode';
import { CommandId } from '../../contributions';
import type { RegisterCommand } from '../commandServices';
import { registerCommand } from '../registerCommand';
import { isPresent, labelOf, pickWorktree } from './pickWorktree';

/** Adds a worktree's folder to the workspace, after those that are there. */
export const registerAddWorktreeToWorkspace: RegisterCommand = services =>
  registerCommand(CommandId.addWorktreeToWorkspace, services, async argument => {
    const picked = await pickWorktree(
      services,
      argument,
      vscode.l10n.t('Choose the worktree to add to the workspace'),
      worktree => isPresent(worktree) && !isFolder(worktree.path),
    );
    if (!picked) return;
    const at = vscode.workspace.workspaceFolders?.length ?? 0;
    const uri = vscode.Uri.file(picked.worktree.path);
    vscode.workspace.updateWorkspaceFolders(at, 0, { uri, name: labelOf(picked.worktree) });
  });

const isFolder = (folder: string) =>
  (vscode.workspace.workspaceFolders ?? []).some(({ uri }) => uri.fsPath === vscode.Uri.file(folder).fsPath);
