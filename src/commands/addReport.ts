import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';

export const registerAddReport: RegisterCommand = services =>
  registerCommand(CommandId.addReport, services, async argument => {
    const picked = await pickNode(services, 'task', argument, vscode.l10n.t('Choose the task to report on'));
    if (!picked) return;
    const { root, stream, node } = picked;
    const report = await vscode.window.showInputBox({
      prompt: vscode.l10n.t('Report on {0}: one or two sentences', node.id),
      value: node.report ?? '',
      ignoreFocusOut: true,
    });
    if (report === undefined || report.trim() === '') return;
    await services.runtime.repository(root).actions.setTaskStatus(stream.id, node.id, { status: node.status, report: report.trim() });
  });
