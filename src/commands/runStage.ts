import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import { isRunning } from '../domain/tree/rowState';
import type { RegisterCommand } from './commandServices';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';
import { runFlow } from './runFlow';

/** Runs everything of a stage that is not done, by what its threads depend on, without waiting for batches. */
export const registerRunStage: RegisterCommand = services =>
  registerCommand(CommandId.runStage, services, async argument => {
    const picked = await pickNode(
      services,
      'stage',
      argument,
      vscode.l10n.t('Choose the stage to run'),
      stage => stage.status !== 'completed' && !isRunning(stage),
    );
    if (picked) await runFlow(services, { root: picked.root, snapshot: picked.stream, batch: picked.node.id });
  });
