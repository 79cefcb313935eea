import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import { isDone } from '../domain/taskStatus';
import type { RegisterCommand } from './commandServices';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';
import { reviewAtGate } from './reviewAtGate';

/** The task is done, by the user's word; what its last attempt committed counts and is merged with its thread. */
export const registerMarkCompleted: RegisterCommand = services =>
  registerCommand(CommandId.markCompleted, services, async argument => {
    const picked = await pickNode(
      services,
      'task',
      argument,
      vscode.l10n.t('Choose the task that is completed'),
      task => !task.running && !isDone(task.status),
    );
    if (!picked) return;
    const { root, stream, node } = picked;
    const report = await vscode.window.showInputBox({
      title: vscode.l10n.t('Mark {0} as Completed', `${node.id} ${node.name}`),
      prompt: vscode.l10n.t('Report: one or two sentences on what was done'),
      validateInput: text => (text.trim() === '' ? vscode.l10n.t('The reports and the next tasks are written from it.') : undefined),
      ignoreFocusOut: true,
    });
    if (report === undefined) return;
    await services.runtime.repository(root).actions.setTaskStatus(stream.id, node.id, { status: 'completed', report: report.trim() });
    await reviewAtGate(services, picked);
  });
