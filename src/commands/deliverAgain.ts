import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';
import { showDelivery } from './showDelivery';

/** Brings an approved stage's work into the user's branch, where that was not done or did not work. */
export const registerDeliverAgain: RegisterCommand = services =>
  registerCommand(CommandId.deliverAgain, services, async argument => {
    const picked = await pickNode(
      services,
      'stage',
      argument,
      vscode.l10n.t('Choose the stage to deliver'),
      ({ approval, delivery }) => approval === 'approved' && delivery?.state !== 'delivered',
    );
    if (!picked) return;
    const { root, stream, node } = picked;
    const title = vscode.l10n.t('Delivering stage {0}', Number(node.id));
    const result = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
      services.runtime.repository(root).deliveries.deliver(stream.id, Number(node.id)),
    );
    showDelivery(result, { root, node });
  });
