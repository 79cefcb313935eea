import * as vscode from 'vscode';
import { withoutTicks } from '../common/text';
import { CommandId } from '../contributions';
import { briefReason, deliverySentence, type DeliveryResult } from '../domain/delivery/deliveryWords';

/** The row of a stage, as commands take it. */
export type StageRow = { readonly root: string; readonly node: { readonly id: string } };

/** Tells how a delivery ended, with what to do about it; the row says it as long as it holds. */
export function showDelivery(result: DeliveryResult, row: StageRow): void {
  const sentence = withoutTicks(result.kind === 'refused' ? briefReason(result) : deliverySentence(result, vscode.l10n.t));
  switch (result.kind) {
    case 'moved':
      if (result.action === 'undo') void vscode.window.showInformationMessage(sentence);
      else void offer(vscode.window.showInformationMessage, sentence, [[vscode.l10n.t('Undo Delivery'), CommandId.undoDelivery]], row);
      break;
    case 'refused':
      void offer(vscode.window.showWarningMessage, sentence, afterRefusal(result), row, result.output?.file);
      break;
    case 'current':
    case 'nothing':
      void vscode.window.showInformationMessage(sentence);
  }
}

type Offered = readonly (readonly [title: string, command: CommandId])[];

function afterRefusal({ action, red }: Extract<DeliveryResult, { readonly kind: 'refused' }>): Offered {
  if (action === 'undo') return [[vscode.l10n.t('Try Again'), CommandId.undoDelivery]];
  const anyway: Offered = red === true ? [[vscode.l10n.t('Deliver Anyway'), CommandId.deliverAnyway]] : [];
  return [[vscode.l10n.t('Deliver Again'), CommandId.deliverAgain], ...anyway];
}

async function offer(
  show: (message: string, ...actions: string[]) => Thenable<string | undefined>,
  message: string,
  offered: Offered,
  row: StageRow,
  output?: string,
): Promise<void> {
  const showOutput = vscode.l10n.t('Show Output');
  const chosen = await show(message, ...offered.map(([title]) => title), ...(output === undefined ? [] : [showOutput]));
  if (chosen === showOutput && output !== undefined) await vscode.window.showTextDocument(vscode.Uri.file(output), { preview: true });
  const command = offered.find(([title]) => title === chosen)?.[1];
  if (command !== undefined) await vscode.commands.executeCommand(command, row);
}
