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
    const { reports, deliveries, sources } = services.runtime.repository(picked.root);
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
    if (await sources.isArchivable(stream.id)) void offerArchive(stream.name, () => sources.archive(stream.id)).catch(services.onError);
  });

/** What the plan came from is put away by its own program, when a person says so. */
async function offerArchive(name: string, archive: () => Promise<{ readonly isDone: boolean; readonly said: string }>): Promise<void> {
  const put = vscode.l10n.t('Archive the Change');
  const offer = vscode.l10n.t('Workstream {0} is completed. The OpenSpec change that it came from can be archived.', name);
  if ((await vscode.window.showInformationMessage(offer, put)) !== put) return;
  const { isDone, said } = await archive();
  void (isDone ? vscode.window.showInformationMessage(said) : vscode.window.showWarningMessage(said));
}

async function completeAnyway(message: string, detail: string): Promise<boolean> {
  const complete = vscode.l10n.t('Complete Anyway');
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, complete)) === complete;
}
