import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { registerCommand } from './registerCommand';

/** Shows and runs another repository in every window, without opening its folder. */
export const registerAddProject: RegisterCommand = services =>
  registerCommand(CommandId.addProject, services, async () => {
    const [folder] =
      (await vscode.window.showOpenDialog({
        canSelectFiles: false,
        canSelectFolders: true,
        openLabel: vscode.l10n.t('Add Project'),
        title: vscode.l10n.t('Choose the root of a git repository'),
      })) ?? [];
    if (!folder) return;
    const { id } = await services.runtime.projects.add({ rootDirectory: folder.fsPath });
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Project {0} is registered. Its workstreams are shown in every window and run under the same server.', id),
    );
  });
