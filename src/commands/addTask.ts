import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';

export const registerAddTask: RegisterCommand = services =>
  registerCommand(CommandId.addTask, services, async argument => {
    const picked = await pickNode(
      services,
      'thread',
      argument,
      vscode.l10n.t('Choose the thread to add a task to'),
      thread => !thread.orphan,
    );
    if (!picked) return;
    const name = await vscode.window.showInputBox({
      prompt: vscode.l10n.t('What is there to do in {0}?', `${picked.node.id} ${picked.node.name}`),
      ignoreFocusOut: true,
    });
    if (name === undefined || name.trim() === '') return;
    const id = await services.runtime.repository(picked.root).actions.addTask(picked.stream.id, picked.node.id, name.trim());
    await services.refresh(); // else its row is not there yet
    await services.view.reveal(picked.root, id);
  });
