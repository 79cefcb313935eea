import * as vscode from 'vscode';
import { CommandId, CustomEditorId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';

export const registerOpenStageReport: RegisterCommand = services =>
  registerCommand(CommandId.openStageReport, services, async argument => {
    const picked = await pickNode(services, 'stage', argument, vscode.l10n.t('Choose the stage to report on'));
    if (!picked) return;
    const file = await services.runtime.repository(picked.root).reports.writeStageReport(picked.stream.id, picked.node.id);
    await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(file), CustomEditorId.report);
  });
