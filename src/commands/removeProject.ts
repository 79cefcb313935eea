import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { rootOf } from './pickNode';
import { registerCommand } from './registerCommand';

/** Forgets a registered repository; its folder stays as it is. */
export const registerRemoveProject: RegisterCommand = services =>
  registerCommand(CommandId.removeProject, services, async argument => {
    const registry = services.runtime.projects;
    const { projects } = await registry.read();
    if (projects.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t('No project is registered: only the folders of this window are shown.'));
      return;
    }
    const given = rootOf(argument);
    const items = projects.map(({ id, rootDirectory }) => ({ label: id, description: rootDirectory }));
    if (given !== undefined && !items.some(({ description }) => description === given)) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('{0} is a folder of this window and not a registered project. Remove it from the workspace instead.', given),
      );
      return;
    }
    const chosen =
      items.find(({ description }) => description === given) ??
      (await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Forget which project? Its folder stays as it is.') }));
    if (chosen) await registry.remove(chosen.label);
  });
