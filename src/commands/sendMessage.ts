import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';

export const registerSendMessage: RegisterCommand = services =>
  registerCommand(CommandId.sendMessage, services, async argument => {
    const picked = await pickNode(
      services,
      'thread',
      argument,
      vscode.l10n.t('Choose the thread to send a message to'),
      thread => thread.running,
    );
    if (!picked) return;
    const text = await vscode.window.showInputBox({
      prompt: vscode.l10n.t('Message to the agent of {0}', `${picked.node.id} ${picked.node.name}`),
      ignoreFocusOut: true,
    });
    if (text === undefined || text.trim() === '') return;
    await services.runtime.repository(picked.root).sendMessage(picked.stream.id, picked.node.id, text);
  });
