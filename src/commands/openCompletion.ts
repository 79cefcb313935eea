import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { CommandId, CustomEditorId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { pickStream } from './pickNode';
import { registerCommand } from './registerCommand';

export const registerOpenCompletion: RegisterCommand = services =>
  registerCommand(CommandId.openCompletion, services, async argument => {
    const stream = (await pickStream(services, argument))?.stream;
    if (!stream) return;
    const file = path.join(stream.folder, 'COMPLETION.md');
    if (existsSync(file)) await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(file), CustomEditorId.report);
    else void vscode.window.showInformationMessage(vscode.l10n.t('There is no COMPLETION.md yet. Work: Complete writes it.'));
  });
