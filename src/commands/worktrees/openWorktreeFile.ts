import path from 'node:path';
import * as vscode from 'vscode';
import { CommandId } from '../../contributions';
import { worktreeFiles } from '../../runtime/git/worktreeFiles';
import type { RegisterCommand } from '../commandServices';
import { registerCommand } from '../registerCommand';
import { labelOf, pickWorktree } from './pickWorktree';

/** Opens one of a worktree's files here, or shows its folder in the explorer where that has it. */
export const registerOpenWorktreeFile: RegisterCommand = services =>
  registerCommand(CommandId.openWorktreeFile, services, async argument => {
    const picked = await pickWorktree(services, argument, vscode.l10n.t('Choose the worktree to open a file of'));
    if (!picked) return;
    const { root, worktree } = picked;
    const folder = vscode.Uri.file(worktree.path);
    const files = worktreeFiles(services.runtime.repository(root).git, worktree.path);
    const placeHolder = vscode.l10n.t('Open a file of {0}', labelOf(worktree));
    const reveal = { label: `$(list-tree) ${vscode.l10n.t('Show the Folder in the Explorer')}`, file: undefined };
    const isInExplorer = vscode.workspace.getWorkspaceFolder(folder) !== undefined;
    const items = files.then(names => [
      ...(isInExplorer ? [reveal, { label: '', kind: vscode.QuickPickItemKind.Separator, file: undefined }] : []),
      ...names.map(file => ({ label: path.posix.basename(file), description: path.posix.dirname(file).replace(/^\.$/, ''), file })),
    ]);
    const chosen = await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true });
    if (!chosen) return;
    if (chosen.file === undefined) await vscode.commands.executeCommand('revealInExplorer', folder);
    else await vscode.window.showTextDocument(vscode.Uri.file(path.join(worktree.path, ...chosen.file.split('/'))));
  });
