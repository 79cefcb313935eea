import * as vscode from 'vscode';
import { CommandId } from '../contributions';
import { deliverySentence, type DeliveryResult } from '../domain/delivery/deliveryWords';

/** The row of a stage, as commands take it. */
export type StageRow = { readonly root: string; readonly node: { readonly id: string } };

/** Tells how a delivery ended, with the one thing to do about it; the row says it as long as it holds. */
export function showDelivery(result: DeliveryResult, row: StageRow): void {
  const sentence = deliverySentence(result, vscode.l10n.t);
  switch (result.kind) {
    case 'moved':
      if (result.action === 'undo') void vscode.window.showInformationMessage(sentence);
      else void offer(vscode.window.showInformationMessage, sentence, vscode.l10n.t('Undo Delivery'), CommandId.undoDelivery, row);
      break;
    case 'refused': {
      const again = result.action === 'deliver' ? vscode.l10n.t('Deliver Again') : vscode.l10n.t('Try Again');
      const command = result.action === 'deliver' ? CommandId.deliverAgain : CommandId.undoDelivery;
      void offer(vscode.window.showWarningMessage, sentence, again, command, row);
      break;
    }
    case 'current':
    case 'nothing':
      void vscode.window.showInformationMessage(sentence);
  }
}

async function offer(
  show: (message: string, action: string) => Thenable<string | undefined>,
  message: string,
  action: string,
  command: CommandId,
  row: StageRow,
): Promise<void> {
  if ((await show(message, action)) === action) await vscode.commands.executeCommand(command, row);
}
