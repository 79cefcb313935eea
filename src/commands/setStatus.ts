import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { TaskStatus } from '../domain/taskStatus';
import type { RegisterCommand } from './commandServices';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';
import { reviewAtGate } from './reviewAtGate';

export const registerSetStatus: RegisterCommand = services =>
  registerCommand(CommandId.setStatus, services, async argument => {
    const picked = await pickNode(services, 'task', argument, vscode.l10n.t('Choose a task'));
    if (!picked) return;
    const { root, stream, node } = picked;
    const words: readonly { readonly label: string; readonly status: TaskStatus }[] = [
      { label: vscode.l10n.t('$(circle-outline) Pending'), status: 'pending' },
      { label: vscode.l10n.t('$(sync) In Progress'), status: 'in_progress' },
      { label: vscode.l10n.t('$(pass) Completed'), status: 'completed' },
      { label: vscode.l10n.t('$(error) Blocked'), status: 'blocked' },
      { label: vscode.l10n.t('$(circle-slash) Cancelled'), status: 'cancelled' },
    ];
    const chosen = await vscode.window.showQuickPick(words, { placeHolder: `${node.id} ${node.name}` });
    if (!chosen) return;
    const { actions } = services.runtime.repository(root);
    if (chosen.status !== 'completed') {
      await actions.setTaskStatus(stream.id, node.id, { status: chosen.status });
      return reviewAtGate(services, picked);
    }
    const report = await vscode.window.showInputBox({
      prompt: vscode.l10n.t('Report: one or two sentences on what was done'),
      value: node.report ?? '',
      ignoreFocusOut: true,
    });
    if (report === undefined) return;
    await actions.setTaskStatus(stream.id, node.id, { status: 'completed', ...(report.trim() === '' ? {} : { report: report.trim() }) });
    await reviewAtGate(services, picked);
  });
