import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { StageNode } from '../domain/tree/nodes';
import type { DeliverOptions } from '../runtime/delivery/checkMerged';
import type { CommandServices, RegisterCommand } from './commandServices';
import { pickNode, type Picked } from './pickNode';
import { registerCommand } from './registerCommand';
import { showDelivery } from './showDelivery';
import { whileChecking } from './whileChecking';

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
    if (picked) await deliverPicked(services, picked, { whileChecking });
  });

/** Delivers a stage and tells how that ended. */
export async function deliverPicked(
  { runtime }: CommandServices,
  { root, stream, node }: Picked<StageNode>,
  options: DeliverOptions,
): Promise<void> {
  const title = vscode.l10n.t('Delivering stage {0}', Number(node.id));
  const result = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
    runtime.repository(root).deliveries.deliver(stream.id, Number(node.id), options),
  );
  showDelivery(result, { root, node });
}
