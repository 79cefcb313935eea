import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { CommandId, CustomEditorId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { pickStream } from './pickNode';
import { registerCommand } from './registerCommand';

/** What tells of a finished workstream: ours, and what later versions of the file format put in its place. */
const completionFiles = ['COMPLETION.md', 'METRICS.md', 'REPORT.md'];

export const registerOpenCompletion: RegisterCommand = services =>
  registerCommand(CommandId.openCompletion, services, async argument => {
    const stream = (await pickStream(services, argument))?.stream;
    if (!stream) return;
    const names = completionFiles.filter(name => existsSync(path.join(stream.folder, name)));
    if (names.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t('There is no COMPLETION.md yet. Work: Complete writes it.'));
      return;
    }
    const placeHolder = vscode.l10n.t('Choose the file to read');
    const name = names.length === 1 ? names[0] : await vscode.window.showQuickPick(names, { placeHolder });
    if (name === undefined) return;
    await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(path.join(stream.folder, name)), CustomEditorId.report);
  });
