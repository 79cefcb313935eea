import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import { isDone } from '../domain/taskStatus';
import type { RegisterCommand } from './commandServices';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';
import { reviewAtGate } from './reviewAtGate';

/** The task is not done and will not be: its thread goes on without it. */
export const registerSkipTask: RegisterCommand = services =>
  registerCommand(CommandId.skipTask, services, async argument => {
    const picked = await pickNode(
      services,
      'task',
      argument,
      vscode.l10n.t('Choose the task to skip'),
      task => !task.running && !isDone(task.status),
    );
    if (!picked) return;
    const { root, stream, node } = picked;
    const skip = vscode.l10n.t('Skip');
    const detail = vscode.l10n.t(
      'It becomes cancelled and no agent works on it any more. When its batch runs, its thread goes on with the next task, without what this one was to bring. What an attempt committed stays on its branch and is not merged.',
    );
    const question = vscode.l10n.t('Skip task {0}?', `${node.id} ${node.name}`);
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, skip)) !== skip) return;
    await services.runtime.repository(root).actions.setTaskStatus(stream.id, node.id, { status: 'cancelled' });
    await reviewAtGate(services, picked);
  });
