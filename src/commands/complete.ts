import * as vscode from 'vscode';
import { CommandId, CustomEditorId } from '../contributions';
import { deliverySentence } from '../domain/delivery/deliveryWords';
import type { RegisterCommand } from './commandServices';
import { pickStream } from './pickNode';
import { registerCommand } from './registerCommand';
import { whileChecking } from './whileChecking';

/** Writes COMPLETION.md and opens it; what is not finished, approved or delivered is shown first. */
export const registerComplete: RegisterCommand = services =>
  registerCommand(CommandId.complete, services, async argument => {
    const picked = await pickStream(services, argument);
    if (!picked) return;
    const { stream } = picked;
    const { reports, deliveries } = services.runtime.repository(picked.root);
    const delivers = services.runtime.settings.delivery === 'onCompletion';
    const open = await reports.completionWarnings(stream.id, { delivers });
    if (open.length > 0 && !(await completeAnyway(vscode.l10n.t('Workstream {0} is not finished.', stream.name), open.join('\n')))) return;
    const delivery = await deliveries.beforeCompletion(stream.id, { whileChecking });
    const words = delivery && deliverySentence(delivery, vscode.l10n.t);
    if (delivery?.kind === 'refused') {
      if (!(await completeAnyway(vscode.l10n.t('Workstream {0} could not be delivered.', stream.name), words ?? ''))) return;
    } else if (delivery?.kind === 'moved') void vscode.window.showInformationMessage(words ?? '');
    const file = await reports.complete(stream.id);
    await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(file), CustomEditorId.report);
  });

async function completeAnyway(message: string, detail: string): Promise<boolean> {
  const complete = vscode.l10n.t('Complete Anyway');
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, complete)) === complete;
}
