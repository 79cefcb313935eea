import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { registerCommand } from './registerCommand';

export const registerStartServer: RegisterCommand = services =>
  registerCommand(CommandId.startServer, services, async () => {
    const title = vscode.l10n.t('Starting the opencode server');
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () => services.runtime.opencode.server.ensure());
  });
