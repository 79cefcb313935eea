import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import { ancestorId } from '../domain/ids';
import type { RegisterCommand } from './commandServices';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';
import { runFlow } from './runFlow';

export const registerRunTask: RegisterCommand = services =>
  registerCommand(CommandId.runTask, services, async argument => {
    const picked = await pickNode(
      services,
      'task',
      argument,
      vscode.l10n.t('Choose the task to run'),
      task => !task.running && task.status === 'pending',
    );
    if (!picked) return;
    const { id } = picked.node;
    await runFlow(services, { root: picked.root, snapshot: picked.stream, batch: ancestorId(id, 'batch'), only: [id] });
  });
