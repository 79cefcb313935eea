import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';
import { showDelivery } from './showDelivery';

/** Takes the last delivery out of the user's branch again, while nothing came after it. */
export const registerUndoDelivery: RegisterCommand = services =>
  registerCommand(CommandId.undoDelivery, services, async argument => {
    const picked = await pickNode(
      services,
      'stage',
      argument,
      vscode.l10n.t('Choose the stage whose delivery to undo'),
      ({ delivery }) => delivery?.state === 'delivered',
    );
    if (!picked) return;
    const { root, stream, node } = picked;
    showDelivery(await services.runtime.repository(root).deliveries.undo(stream.id, Number(node.id)), { root, node });
  });
