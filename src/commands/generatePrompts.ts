import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import { handOffSentence } from '../domain/prompts/handOff';
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
    // A notification draws back-ticks as they are.
    const ready = handOffSentence(picked.node.id, picked.node.batches[0]?.id, vscode.l10n.t).replaceAll('`', '');
    const goOn = vscode.l10n.t('Continue');
    if ((await vscode.window.showInformationMessage(ready, goOn)) === goOn) await vscode.commands.executeCommand(CommandId.continue);
  });
