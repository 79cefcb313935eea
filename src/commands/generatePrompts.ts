import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';

export const registerGeneratePrompts: RegisterCommand = services =>
  registerCommand(CommandId.generatePrompts, services, async argument => {
    const picked = await pickNode(services, 'stage', argument, vscode.l10n.t('Choose the stage to write prompts for'));
    if (!picked) return;
    const written = await services.runtime.repository(picked.root).actions.writePrompts(picked.stream.id, picked.node.id);
    const clash = written.find(({ collision }) => collision);
    if (clash) {
      void vscode.window.showWarningMessage(vscode.l10n.t('Two threads share the prompt {0}; give them different names.', clash.path));
    }
    const ready = vscode.l10n.t('The prompts of stage {0} are written.', picked.node.id);
    const goOn = vscode.l10n.t('Continue');
    if ((await vscode.window.showInformationMessage(ready, goOn)) === goOn) await vscode.commands.executeCommand(CommandId.continue);
  });
