import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';
import { runFlow } from './runFlow';

export const registerRunBatch: RegisterCommand = services =>
  registerCommand(CommandId.runBatch, services, async argument => {
    const picked = await pickNode(
      services,
      'batch',
      argument,
      vscode.l10n.t('Choose the batch to run'),
      batch => batch.status !== 'completed' && !batch.running,
    );
    if (picked) await runFlow(services, { root: picked.root, snapshot: picked.stream, batch: picked.node.id });
  });
