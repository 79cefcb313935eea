import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import type { RegisterCommand } from './commandServices';
import { deliverPicked } from './deliverAgain';
import { pickNode } from './pickNode';
import { registerCommand } from './registerCommand';

/** Brings an approved stage's work into the user's branch although the project's checks do not pass on it. */
export const registerDeliverAnyway: RegisterCommand = services =>
  registerCommand(CommandId.deliverAnyway, services, async argument => {
    const picked = await pickNode(
      services,
      'stage',
      argument,
      vscode.l10n.t('Choose the stage to deliver although checks fail'),
      ({ delivery }) => delivery?.state === 'refused' && delivery.red === true,
    );
    if (picked) await deliverPicked(services, picked, { unchecked: true });
  });
