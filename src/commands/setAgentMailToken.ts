import * as vscode from 'vscode';
import { CommandId, SecretKey } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { registerCommand } from './registerCommand';

/** Keeps the bearer token of the Agent Mail server in the user's secret storage; an empty one is forgotten. */
export const registerSetAgentMailToken: RegisterCommand = services =>
  registerCommand(CommandId.setAgentMailToken, services, async () => {
    const token = await vscode.window.showInputBox({
      prompt: vscode.l10n.t('Bearer token of the Agent Mail server; empty to forget it'),
      password: true,
      ignoreFocusOut: true,
    });
    if (token === undefined) return;
    if (token.trim() === '') await services.secrets.delete(SecretKey.agentMailToken);
    else await services.secrets.store(SecretKey.agentMailToken, token.trim());
  });
